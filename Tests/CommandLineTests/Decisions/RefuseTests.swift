import CommandSupport
import Foundation
import Ledgers
import SQLiteLedger
import Testing

/// `dropline refuse`: what is held of a run is never sent, and its codes are free.
@Suite struct RefuseTests {
    private let name = DecisionFile.name(1)
    private let refuse = ["refuse", "1", "--reason", "typed ten\ntimes too high"]
    private let why = "refused by \(NSUserName()): typed ten times too high"

    /// Runs a body with an installation of which run 1 is held for its first card; the second one is below every limit, the third is no card.
    private func withHeldRun(
        _ cards: (String, String)...,
        body: (Installation, SandboxShop) async throws -> Void
    ) async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let text = "giftCardNumber,price\n" + cards.map { "\($0.0),\($0.1)\n" }.joined()
            try installation.drop(name, text)
            let poll = try await installation.poll()
            #expect(poll.exit == 1, "\(poll)")
            let state = try await installation.state(of: 1)
            try #require(state == "held", "\(poll)")
            try await body(installation, shop)
        }
    }

    /// What may bear codes, anywhere in the drop, besides the sources.
    private func published(_ installation: Installation) throws -> [String] {
        try installation.feeds() + installation.bulkFiles()
    }

    @Test func `what is held is refused with its reason, its run ends, and a corrected row in a new file is activated`()
        async throws
    {
        try await withHeldRun(("dlrefuse0001", "750"), ("dlrefuse0002", "20.50"), ("short", "1")) {
            installation,
            shop in
            let shown = try await installation.run("show", "1")
            let hint =
                "'dropline approve 1 --reason TEXT' releases 2 rows, 770.50 USD; 'dropline refuse 1 --reason TEXT' refuses them"
            #expect(shown.output.contains(hint), "\(shown)")

            let refused = try await installation.run(refuse)
            #expect(refused.exit == 0, "\(refused)")
            expectSame(
                refused.output,
                "run 1 is refused: 2 rows, 770.50 USD; the next poll publishes its results and rejects\n"
            )
            let decisions = try await installation.decisions(1)
            expectSame(decisions.map(\.event), ["refused"])
            expectSame(decisions.map(\.who), [NSUserName()])
            expectSame(
                decisions.map(\.detail),
                [
                    "2 rows worth 770.50 USD, held for: a card of 750.00 USD is above the limit of 500.00 USD for one card: "
                        + "typed ten times too high"
                ]
            )

            let poll = try await installation.poll()
            #expect(poll.exit == 1, "refused rows want to be corrected: \(poll)")
            let state = try await installation.state(of: 1)
            expectSame(state, "done")
            let results = try installation.results(of: name)
            expectSame(results.column("status"), ["refused", "refused", "invalid"])
            expectSame(Array(results.column("reason").prefix(2)), [why, why])
            let rejects = try installation.rejects(of: name)
            expectSame(rejects.column("line"), ["2", "3", "4"])
            expectSame(Array(rejects.column("reason").prefix(2)), [why, why])
            expectSame(try installation.archive(), [name])
            expectSame(try published(installation), [])
            let balance = try await installation.balance(1)
            #expect(balance.isBalanced && balance.statuses["refused"]?.hundredths == 770_50, "\(balance)")
            let (codes, uploads) = (try await shop.codes(), try await shop.state()["uploads"])
            #expect(codes.isEmpty && uploads == 0, "\(codes), \(uploads)")

            try installation.drop(
                DecisionFile.name(2),
                DecisionFile.text(("dlrefuse0001", "75"), ("dlrefuse0002", "20.50"))
            )
            let corrected = try await installation.poll()
            #expect(corrected.exit == 0, "\(corrected)")
            let values = try await shop.cards().compactMap { $0["initialValue"].string }.sorted()
            expectSame(values, ["20.5", "75.0"])
            let text = try await installation.run("show", "1")
            #expect(text.output.contains("\(NSUserName()) refused 2 rows worth 770.50 USD"), "\(text)")
            #expect(!text.output.contains("\n  held "), "a run at its end is not held: \(text)")
            let purge = try await installation.run("purge", "--json", "--older-than", "0s")
            let removed = try purge.json()["removed"].array?.compactMap { $0["run"].int } ?? []
            #expect(purge.exit == 0 && removed.contains(1), "\(purge)")
        }
    }

    @Test(arguments: ["{ card: 50 }", "{ file: 50 }", "{ day: 50 }", "{ denominations: [10] }"])
    func `a run that is held for any limit can be refused, and counts for none any more`(_ limits: String) async throws
    {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.set("limits", limits)
            try installation.drop(name, DecisionFile.text(("dlrefuse0011", "60")))
            _ = try await installation.poll()
            let json = try await installation.run(refuse + ["--json"]).json()
            expectSame([json["run"].int, json["refused"].int], [1, 1])
            expectSame([json["value"].string, json["currency"].string], ["60.00", "USD"])
            #expect(json["heldFor"].string?.contains("60.00") == true, "\(json)")
            _ = try await installation.poll()
            try installation.drop(
                DecisionFile.name(2),
                DecisionFile.text(("dlrefuse0011", "10"), ("dlrefuse0012", "10"), ("dlrefuse0013", "10"))
            )
            let poll = try await installation.poll()
            #expect(poll.exit == 0, "30.00 are below 50.00 a day: \(poll)")
            let codes = try await shop.codes()
            expectSame(codes, ["dlrefuse0011", "dlrefuse0012", "dlrefuse0013"])
        }
    }

    @Test func `a row of another run that waits for a refused card is sent by the next poll`() async throws {
        try await withHeldRun(("dlrefuse0021", "501")) { installation, shop in
            try installation.set("limits", "{ card: 600 }")
            try installation.drop(DecisionFile.name(2), DecisionFile.text(("dlrefuse0021", "501")))
            let waits = try await installation.poll()
            let waiting = try await installation.state(of: 2)
            expectSame(waiting, "waiting", "\(waits)")
            try installation.set("limits", "{ card: 600, day: 600 }")
            _ = try await installation.run(refuse)
            _ = try await installation.poll()
            let codes = try await shop.codes()
            expectSame(codes, ["dlrefuse0021"])
            let balance = try await installation.balance(2)
            #expect(balance.statuses["activated"]?.rows == 1, "\(balance)")
            // Its card counts for the day from now on.
            try installation.drop(DecisionFile.name(3), DecisionFile.text(("dlrefuse0022", "100")))
            let third = try await installation.poll()
            let stateOfThird = try await installation.state(of: 3)
            expectSame(stateOfThird, "held", "\(third)")
        }
    }

    @Test func `what a refused run takes later is held again, and sent with nothing of what was refused`() async throws
    {
        try await withHeldRun(("dlrefuse0031", "501")) { installation, shop in
            let second = DecisionFile.name(2)
            try installation.drop(second, DecisionFile.text(("dlrefuse0031", "501"), ("dlrefuse0032", "502")))
            _ = try await installation.poll()
            let refused = try await installation.run("refuse", "2", "--reason", "who orders that?")
            #expect(refused.output.hasPrefix("run 2 is refused: 1 row, 502.00 USD;"), "\(refused)")
            let open = try await installation.poll()
            let waiting = try await installation.state(of: 2)
            expectSame(waiting, "waiting", "a row waits for run 1: \(open)")
            expectSame(try installation.results(of: second).column("status"), ["unknown", "refused"])
            _ = try await installation.run(refuse)
            _ = try await installation.poll()
            let balance = try await installation.balance(2)
            #expect(balance.statuses["held"]?.rows == 1 && balance.statuses["refused"]?.rows == 1, "\(balance)")
            let (codes, files) = (try await shop.codes(), try published(installation))
            #expect(codes.isEmpty && files.isEmpty, "\(codes) \(files)")
            _ = try await installation.run("approve", "2", "--reason", "this one was sold")
            _ = try await installation.poll()
            let sent = try await shop.codes()
            expectSame(sent, ["dlrefuse0031"])
            let feed = try installation.feed(of: second)
            expectSame(feed["giftCards"].array?.map { $0["line"].int }, [2], "a refused card is in no feed")
            expectSame(try published(installation).count, 2, "one feed and one bulk file, both of run 2")
        }
    }

    @Test func `a refused run that runs again is above the limit again, and judged by the limits of now`() async throws
    {
        try await withHeldRun(("dlrefuse0041", "501")) { installation, shop in
            _ = try await installation.run(refuse)
            _ = try await installation.poll()
            let later = try await installation.run("rerun", "1", "--from", "bulk-file", "--reason", "what now?")
            #expect(later.exit == 1, "\(later)")
            let still = try await installation.balance(1)
            #expect(still.statuses["refused"]?.rows == 1, "a later stage takes nothing: \(still)")
            let again = try await installation.run("rerun", "1", "--reason", "it was right after all")
            #expect(again.exit == 1, "\(again)")
            let held = try await installation.state(of: 1)
            expectSame(held, "held")
            expectSame(try installation.results(of: name).column("status"), ["held"])
            _ = try await installation.run(refuse)
            _ = try await installation.poll()
            try installation.set("limits", "{ card: 600 }")
            let sent = try await installation.run("rerun", "1", "--reason", "the limit was too low")
            #expect(sent.exit == 0, "\(sent)")
            let codes = try await shop.codes()
            expectSame(codes, ["dlrefuse0041"])
            expectSame(try published(installation).count, 2)
            let decisions = try await installation.decisions(1)
            expectSame(decisions.map(\.event), ["refused", "rerun", "rerun", "refused", "rerun"])
        }
    }

    @Test func `a rerun that is asked for while a refusal is carried out begins once that is done`() async throws {
        try await withHeldRun(("dlrefuse0045", "501")) { installation, _ in
            let killed = try await installation.run(refuse, environment: ["DROPLINE_CRASH_AT": "refuse.recorded"])
            #expect(killed.exit == -9, "\(killed)")
            let again = try await installation.run("rerun", "1", "--reason", "it was right after all")
            #expect(again.exit == 1, "\(again)")
            let state = try await installation.state(of: 1)
            expectSame(state, "held", "\(again)")
            let early = try await installation.run(
                ["rerun", "1", "--reason", "r"],
                environment: ["DROPLINE_CRASH_AT": "rerun.requested"]
            )
            #expect(early.exit == -9, "\(early)")
            let refused = try await installation.run(refuse)
            #expect(refused.exit == 1 && refused.errors.contains("run 1 is to run again from"), "\(refused)")
        }
    }

    @Test func `a decision that comes second is told which was first`() async throws {
        try await withHeldRun(("dlrefuse0051", "501")) { installation, shop in
            let who = NSUserName()
            _ = try await installation.run(refuse)
            let twice = try await installation.run(refuse)
            #expect(twice.exit == 64, "\(twice)")
            #expect(
                twice.errors.contains("run 1 was refused by \(who) already and is open: there is nothing to refuse"),
                "\(twice)"
            )
            let approval = try await installation.run("approve", "1", "--reason", "no, it is right")
            #expect(approval.exit == 64, "\(approval)")
            #expect(approval.errors.contains("run 1 was refused by \(who) already"), "\(approval)")
            _ = try await installation.poll()
            let late = try await installation.run(refuse)
            #expect(
                late.exit == 64 && late.errors.contains("run 1 is done, not held: there is nothing to refuse"),
                "\(late)"
            )
            let codes = try await shop.codes()
            expectSame(codes, [])
            let decisions = try await installation.decisions(1)
            expectSame(decisions.map(\.event), ["refused"])
        }
    }

    @Test func `what was approved is not refused, before it is sent and while it is`() async throws {
        try await withSandbox(operationSeconds: "600") { shop in
            let installation = try await Installation(shop)
            try installation.drop(name, DecisionFile.text(("dlrefuse0061", "501")))
            _ = try await installation.poll()
            _ = try await installation.run("approve", "1", "--reason", "sold")
            for state in ["open", "waiting"] {
                let result = try await installation.run(refuse)
                #expect(result.exit == 64, "\(result)")
                let words =
                    "run 1 was approved by \(NSUserName()) and is \(state): what was released can't be refused any more"
                #expect(result.errors.contains(words), "\(result)")
                #expect(result.errors.contains("'dropline pause \(Installation.pipeline) --reason TEXT'"), "\(result)")
                _ = try await installation.poll("--wait", "0s")
            }
            let balance = try await installation.balance(1)
            #expect(balance.statuses["submitted"]?.rows == 1, "\(balance)")
        }
    }

    @Test(arguments: ["refuse", "approve"])
    func `of two decisions at once one is taken`(_ other: String) async throws {
        try await withHeldRun(("dlrefuse0071", "501")) { installation, shop in
            async let first = installation.run(refuse)
            async let second = installation.run(other, "1", "--reason", "second")
            let exits = try await [first, second].map(\.exit)
            expectSame(exits.sorted(), [0, 64])
            let decisions = try await installation.decisions(1)
            #expect(decisions.count == 1, "\(decisions)")
            _ = try await installation.poll()
            let codes = try await shop.codes()
            expectSame(codes.isEmpty, decisions.first?.event == "refused", "\(decisions)")
        }
    }

    @Test func `a run that is stopped by a failure has nothing to refuse, and goes on by itself`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            // Nothing can be put where a file lies in the way.
            let directory = installation.path("dropline/\(Installation.pipeline)/result")
            try installation.bar(directory)
            try installation.drop(name, DecisionFile.text(("dlrefuse0081", "5")))
            _ = try await installation.poll()
            let state = try await installation.state(of: 1)
            expectSame(state, "stopped")
            let refused = try await installation.run(refuse)
            #expect(
                refused.exit == 64
                    && refused.errors.contains("run 1 is stopped, not held: there is nothing to refuse"),
                "\(refused)"
            )
            let decisions = try await installation.decisions(1)
            #expect(decisions.isEmpty, "\(decisions)")
            try FileManager.default.removeItem(atPath: directory)
            _ = try await installation.poll()
            let done = try await installation.state(of: 1)
            expectSame(done, "done")
        }
    }

    @Test(arguments: ["approve", "refuse"])
    func `a run that is above a limit and stopped by a failure too is held once that is gone, and ends as decided`(
        _ decision: String
    ) async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let directory = installation.path("dropline/\(Installation.pipeline)/result")
            try installation.bar(directory)
            try installation.drop(name, DecisionFile.text(("dlrefuse0091", "501")))
            _ = try await installation.poll()
            let state = try await installation.state(of: 1)
            expectSame(state, "stopped")
            try FileManager.default.removeItem(atPath: directory)
            _ = try await installation.poll()
            let held = try await installation.state(of: 1)
            expectSame(held, "held")
            let decided = try await installation.run(decision, "1", "--reason", "r")
            #expect(decided.exit == 0 && decided.output.contains("1 row, 501.00 USD"), "\(decided)")
            _ = try await installation.poll()
            let done = try await installation.state(of: 1)
            expectSame(done, "done")
            let isApproved = decision == "approve"
            expectSame(try installation.results(of: name).column("status"), [isApproved ? "activated" : "refused"])
            let codes = try await shop.codes()
            expectSame(codes, isApproved ? ["dlrefuse0091"] : [])
            expectSame(try published(installation).count, isApproved ? 2 : 0)
        }
    }

    @Test func `a refused run ends in a pause, and without its shop`() async throws {
        try await withHeldRun(("dlrefuse0101", "501")) { installation, _ in
            _ = try await installation.run("pause", Installation.pipeline, "--reason", "prices are checked")
            try installation.set("url", "http://127.0.0.1:1")
            _ = try await installation.run(refuse)
            let poll = try await installation.poll()
            #expect(poll.exit == 1, "\(poll)")
            let state = try await installation.state(of: 1)
            expectSame(state, "done")
            expectSame(try installation.archive(), [name])
            expectSame(try installation.results(of: name).column("status"), ["refused"])
        }
    }

    /// Rows are released batch by batch, and the run last: this is what a `kill -9` between two of these transactions leaves.
    @Test func `rows that a cut off approval has released are refused with the others`() async throws {
        try await withHeldRun(("dlrefuse0111", "501"), ("dlrefuse0112", "20")) { installation, shop in
            let ledger = try SQLiteLedger(path: installation.folder + "/var/dropline.sqlite")
            try await ledger.write { ledger in
                for var row in try ledger.rows(of: RunID(1), statuses: [.held], after: 0, limit: 1) {
                    row.status = .planned
                    try ledger.update(row, of: RunID(1))
                }
            }
            let refused = try await installation.run(refuse)
            #expect(refused.output.hasPrefix("run 1 is refused: 2 rows, 521.00 USD;"), "\(refused)")
            _ = try await installation.poll()
            expectSame(try installation.results(of: name).column("status"), ["refused", "refused"])
            let codes = try await shop.codes()
            expectSame(codes, [])
        }
    }

    @Test(arguments: ["dlrefuse0121", "not for dlre-FUSE 0121, please", "shopify-giftcard-dlrefuse0121!"])
    func `a reason that holds a card's code is not taken, and stands nowhere`(_ reason: String) async throws {
        try await withHeldRun(("dlrefuse0121", "501")) { installation, _ in
            let result = try await installation.run("refuse", "1", "--reason", reason)
            #expect(result.exit == 64 && result.errors.contains("the reason holds a gift card's code"), "\(result)")
            #expect(!(result.output + result.errors).lowercased().contains("refuse0121"), "\(result)")
            let state = try await installation.state(of: 1)
            expectSame(state, "held")
            let decisions = try await installation.decisions(1)
            #expect(decisions.isEmpty, "\(decisions)")
            // The last four are how people speak of a card.
            let plain = try await installation.run("refuse", "1", "--reason", "the card …0121 of order 6610000000100")
            #expect(plain.exit == 0, "\(plain)")
        }
    }
}

extension Installation {
    /// Puts a file where a directory is to be made.
    fileprivate func bar(_ directory: String) throws {
        let parent = (directory as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        try Data().write(to: URL(fileURLWithPath: directory))
    }
}
