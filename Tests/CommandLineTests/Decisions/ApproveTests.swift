import CommandSupport
import Foundation
import Ledgers
import SQLiteLedger
import Testing

/// `dropline approve`: a held run goes on, and only then.
@Suite struct ApproveTests {
    private let name = DecisionFile.name(1)

    @Test func `an approved run sends all of its rows at the next poll, once, and the trail says who and why`()
        async throws
    {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(
                name,
                DecisionFile.text(("dlapprove001", "501"), ("dlapprove002", "20.50"), ("short", "1"))
            )
            _ = try await installation.poll()
            let listed = try await installation.run("runs")
            #expect(
                listed.output.contains("2 held") && listed.output.contains("above the limit of 500.00 USD"),
                "\(listed)"
            )
            let shown = try await installation.run("show", "1")
            #expect(shown.output.contains("'dropline approve 1 --reason TEXT' releases 2 rows, 521.50 USD"), "\(shown)")

            let approval = try await installation.run("approve", "1", "--reason", "gift for\nthe board")
            #expect(approval.exit == 0, "\(approval)")
            expectSame(approval.output, "run 1 is released: 2 rows, 521.50 USD; the next poll goes on with them\n")
            let before = try await shop.codes()
            expectSame(before, [], "approve itself sends nothing")
            let decisions = try await installation.decisions(1)
            expectSame(decisions.map(\.event), ["approved"])
            expectSame(
                decisions.map(\.detail),
                [
                    "2 rows worth 521.50 USD, held for: a card of 501.00 USD is above the limit of 500.00 USD for one card: "
                        + "gift for the board"
                ]
            )
            expectSame(decisions.map(\.who), [NSUserName()])

            let poll = try await installation.poll()
            #expect(poll.exit == 1, "one row is invalid: \(poll)")
            let codes = try await shop.codes()
            expectSame(codes, ["dlapprove001", "dlapprove002"])
            let results = try installation.results(of: name)
            expectSame(results.column("status"), ["activated", "activated", "invalid"])
            let feeds = try installation.feeds() + installation.bulkFiles()
            #expect(feeds.count == 2, "what was kept back is published now: \(feeds)")
            let text = try await installation.run("show", "1")
            #expect(text.output.contains("\(NSUserName()) approved 2 rows worth 521.50 USD"), "\(text)")
        }
    }

    @Test func `a run that is to run again is told as such, and approved once it is held again`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(name, DecisionFile.text(("dlapprove009", "501")))
            _ = try await installation.poll()
            let rerun = try await installation.run(
                ["rerun", "1", "--reason", "r"],
                environment: ["DROPLINE_CRASH_AT": "rerun.requested"]
            )
            #expect(rerun.exit == -9, "\(rerun)")
            let early = try await installation.run("approve", "1", "--reason", "agreed")
            #expect(early.exit == 1, "\(early)")
            #expect(early.errors.contains("run 1 is to run again from activation-feed, and is not held"), "\(early)")
            #expect(early.errors.contains("the next poll begins that"), "\(early)")
            _ = try await installation.poll()
            let late = try await installation.run("approve", "1", "--reason", "agreed")
            #expect(late.exit == 0, "\(late)")
        }
    }

    @Test func `a run that is not held is not approved`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(name, DecisionFile.text(("dlapprove003", "5")))
            _ = try await installation.poll()
            let result = try await installation.run("approve", "1", "--reason", "why not")
            #expect(result.exit == 64 && result.errors.contains("run 1 is done, not held"), "\(result)")
            let decisions = try await installation.decisions(1)
            #expect(decisions.isEmpty, "\(decisions)")
        }
    }

    @Test func `a run that is approved twice at once is released once`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(name, DecisionFile.text(("dlapprove004", "501")))
            _ = try await installation.poll()
            async let first = installation.run("approve", "1", "--reason", "first")
            async let second = installation.run("approve", "1", "--reason", "second")
            let exits = try await [first, second].map(\.exit)
            expectSame(exits.sorted(), [0, 64])
            let decisions = try await installation.decisions(1)
            #expect(decisions.count == 1, "\(decisions)")
        }
    }

    @Test func `two runs above the day's limit are approved one by one`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.set("limits", "{ day: 100 }")
            try installation.drop(DecisionFile.name(1), DecisionFile.text(("dlapprove005", "90")))
            try installation.drop(DecisionFile.name(2), DecisionFile.text(("dlapprove006", "20")))
            _ = try await installation.poll()
            let states = try await installation.runs().map { $0["state"].string }
            expectSame(states, ["done", "held"])
            let approval = try await installation.run("approve", "2", "--reason", "sale", "--json")
            let json = try approval.json()
            expectSame(json["released"], 1)
            expectSame(json["value"], "20.00")
            #expect(json["heldFor"].string?.contains("for one day") == true, "\(json)")
            _ = try await installation.poll()
            let codes = try await shop.codes()
            expectSame(codes, ["dlapprove005", "dlapprove006"])
        }
    }

    /// Rows are released batch by batch, and the run last: this is what a `kill -9` between two of these transactions leaves.
    @Test func `a run of which only some rows were released stays held and sends nothing until it is approved again`()
        async throws
    {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(name, DecisionFile.text(("dlapprove011", "501"), ("dlapprove012", "20")))
            _ = try await installation.poll()
            let ledger = try SQLiteLedger(path: installation.folder + "/var/dropline.sqlite")
            try await ledger.write { ledger in
                for var row in try ledger.rows(of: RunID(1), statuses: [.held], after: 0, limit: 1) {
                    row.status = .planned
                    try ledger.update(row, of: RunID(1))
                }
            }
            let poll = try await installation.poll()
            #expect(poll.exit == 0, "\(poll)")
            let before = try await shop.codes()
            expectSame(before, [])
            let state = try await installation.state(of: 1)
            expectSame(state, "held")
            let approval = try await installation.run("approve", "1", "--reason", "again")
            expectSame(approval.output, "run 1 is released: 2 rows, 521.00 USD; the next poll goes on with them\n")
            let released = try await installation.poll()
            let balance = try await installation.balance(1)
            #expect(balance.isBalanced && released.exit == 0, "\(released)\n\(balance)")
            let after = try await shop.codes()
            expectSame(after, ["dlapprove011", "dlapprove012"])
        }
    }
}
