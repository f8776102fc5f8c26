import CommandSupport
import Foundation
import Testing

/// `dropline rerun` as a person gives it: what it takes, what it refuses, and what becomes of rows, limits and outputs.
@Suite struct RerunCommandTests {
    private let name = DecisionFile.name(1)
    private let pipeline = Installation.pipeline

    private func rerun(_ installation: Installation, _ arguments: String...) async throws -> CommandResult {
        try await installation.run(["rerun", "1", "--json", "--reason", "asked for"] + arguments)
    }

    /// An installation whose only file is done: one row activated, one invalid.
    private func withDone(_ body: (Installation, SandboxShop) async throws -> Void) async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(name, DecisionFile.text(("dlrerun00001", "10"), ("bad", "3")))
            let poll = try await installation.poll()
            #expect(poll.exit == 1, "\(poll)")
            try await body(installation, shop)
        }
    }

    // MARK: - What is refused

    @Test func `wrong usage is told in words, and changes nothing`() async throws {
        try await withDone { installation, _ in
            let stages = "activation-feed, bulk-file, bulk-import, reconcile, deliver"
            let cases: [([String], String)] = [
                (["1", "--from", "fetch"], "has no stage 'fetch'; it has: \(stages)"),
                (["9"], "there is no run 9; 'dropline runs' lists them"),
                (["1", "9"], "there is no run 9; 'dropline runs' lists them"),
                (["1", "--again"], "--again goes with '--from deliver'"),
                (["1", "--from", "bulk-file", "--again"], "--again goes with '--from deliver'"), ([], "run"),
            ]
            for (arguments, words) in cases {
                let result = try await installation.run(["rerun", "--reason", "r"] + arguments)
                #expect(result.exit == 64 && result.errors.contains(words), "\(result)")
            }
            let bare = try await installation.run("rerun", "1")
            #expect(bare.exit == 64 && bare.errors.contains("--reason"), "\(bare)")
            let (state, decisions) = (try await installation.state(of: 1), try await installation.decisions(1))
            #expect(state == "done" && decisions.isEmpty, "\(state) \(decisions)")
        }
    }

    @Test func `a paused pipeline runs nothing again`() async throws {
        try await withDone { installation, _ in
            _ = try await installation.run("pause", pipeline, "--reason", "stock-taking")
            let result = try await rerun(installation)
            #expect(result.exit == 1 && result.errors.contains("stock-taking"), "\(result)")
            #expect(result.errors.contains("dropline resume \(pipeline)"), "\(result)")
            let (state, decisions) = (try await installation.state(of: 1), try await installation.decisions(1))
            #expect(state == "done" && decisions.isEmpty, "\(state) \(decisions)")
        }
    }

    @Test func `a run whose source is not kept any more is refused, all runs with it`() async throws {
        try await withDone { installation, _ in
            try installation.drop(DecisionFile.name(2), DecisionFile.text(("dlrerun00002", "5")))
            _ = try await installation.poll()
            let kept = installation.folder + "/var/workspace/incoming"
            for file in try FileManager.default.contentsOfDirectory(atPath: kept) {
                try FileManager.default.removeItem(atPath: kept + "/" + file)
            }
            let result = try await installation.run("rerun", "1", "2", "--reason", "r")
            #expect(
                result.exit == 64 && result.errors.contains("the source of run 1 is not kept any more"),
                "\(result)"
            )
            for run in 1...2 {
                let (state, decisions) = (try await installation.state(of: run), try await installation.decisions(run))
                #expect(state == "done" && decisions.isEmpty, "\(state) \(decisions)")
            }
        }
    }

    @Test func `a file that was cut is refused until the configuration takes it, and then goes`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.set("cut_grace", "0s")
            try installation.drop(name, "giftCardNumber,price\ndlrerun00003,5")
            let poll = try await installation.poll()
            #expect(poll.exit == 1, "\(poll)")
            let refused = try await rerun(installation)
            #expect(
                refused.exit == 1 && refused.errors.contains("run 1 would be put aside again: line 2"),
                "\(refused)"
            )
            let state = try await installation.state(of: 1)
            expectSame(state, "quarantined")
            try installation.addToSource("final_line_break: optional")
            let before = try installation.quarantine()
            let result = try await rerun(installation)
            let codes = try await shop.codes()
            #expect(result.exit == 0 && codes == ["dlrerun00003"], "\(result)")
            let (after, archive) = (try installation.quarantine(), try installation.archive())
            #expect(after == before && archive.isEmpty, "the source stays where it was put: \(after) \(archive)")
        }
    }

    // MARK: - Rows and limits

    @Test func `a run again says what it did and who asked, and a further poll has nothing to do`() async throws {
        try await withDone { installation, shop in
            let result = try await installation.run("rerun", "1", "--from", "bulk-file", "--reason", "to be sure")
            #expect(result.exit == 1, "\(result)")
            #expect(result.output.hasPrefix("run 1  done         2 rows: 1 activated, 1 invalid"), "\(result)")
            let decisions = try await installation.decisions(1)
            expectSame(decisions.map(\.detail), ["from bulk-file: to be sure"])
            expectSame(decisions.map(\.who), [NSUserName()])
            let last = try await installation.poll()
            #expect(last.exit == 0 && last.output.contains("\"runs\":[]"), "\(last)")
            let operations = try await shop.operations()
            #expect(operations.count == 1, "\(operations)")
        }
    }

    @Test func `a held run goes once its limit is fixed, and without that stays held`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(name, DecisionFile.text(("dlrerun00004", "501"), ("dlrerun00005", "20")))
            _ = try await installation.poll()
            let held = try await rerun(installation)
            let state = try await installation.state(of: 1)
            #expect(held.exit == 1 && state == "held", "\(held)")
            var codes = try await shop.codes()
            #expect(codes.isEmpty, "\(codes)")
            try installation.set("limits", "{ card: 600 }")
            let result = try await rerun(installation)
            codes = try await shop.codes()
            #expect(result.exit == 0 && codes == ["dlrerun00004", "dlrerun00005"], "\(result)")
        }
    }

    @Test func `an active card stays, however its line is read by now`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(name, DecisionFile.text(("dlrerun00006", "90"), ("mend-dlrerun0007", "20")))
            _ = try await installation.poll()
            try installation.edit(installation.pipelineFile) {
                $0 = $0.replacing("code_prefix: shopify-giftcard-", with: "code_prefix: mend-")
            }
            let result = try await rerun(installation)
            let balance = try await installation.balance(1)
            expectSame(balance.statuses, ["activated": Balance.Entry(rows: 2, hundredths: 11000)], "\(result)")
            let codes = try await shop.codes()
            expectSame(codes, ["dlrerun00006", "menddlrerun0007"])
            // The feed says nothing of a card that its line does not name any more.
            _ = try await rerun(installation, "--from", "deliver")
            let cards = try installation.feed(of: name)["giftCards"].array ?? []
            expectSame(cards.map { $0["giftCardNumber"].string }, ["dlrerun00006"])
        }
    }

    @Test(arguments: ["{ file: 100 }", "{ day: 100 }"])
    func `a limit that a rerun would pass holds what it brings, and nothing else`(_ limits: String) async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.set("limits", limits)
            let long = "prefix-of-many-letters-dlrerun00009"
            try installation.drop(name, DecisionFile.text(("dlrerun00008", "90"), (long, "20")))
            _ = try await installation.poll()
            try installation.edit(installation.pipelineFile) {
                $0 = $0.replacing("code_prefix: shopify-giftcard-", with: "code_prefix: prefix-of-many-letters-")
            }
            let result = try await rerun(installation)
            let run = try await installation.show(1)["run"]
            #expect(result.exit == 1 && run["state"] == "held", "\(result)")
            let balance = try Balance(run)
            expectSame(balance.statuses["held"], Balance.Entry(rows: 1, hundredths: 2000))
            expectSame(balance.statuses["activated"], Balance.Entry(rows: 1, hundredths: 9000))
            // One that brings nothing is above no limit, whatever was approved before.
            let approved = try await installation.run("approve", "1", "--reason", "small")
            #expect(approved.exit == 0, "\(approved)")
            _ = try await installation.poll()
            let again = try await rerun(installation)
            let state = try await installation.state(of: 1)
            #expect(again.exit == 0 && state == "done", "\(again)")
            let codes = try await shop.codes()
            expectSame(codes, ["dlrerun00008", "dlrerun00009"])
        }
    }

    @Test func `a refused row is sent again with its code, by a rerun from the first stage only`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try await shop.inject("code-taken")
            try installation.drop(name, DecisionFile.text(("dlrerun00010", "10")))
            _ = try await installation.poll()
            _ = try await installation.run("resolve", "1", "2", "--as", "refused", "--reason", "r")
            _ = try await installation.poll()
            let rejects = try installation.rejects(of: name)
            #expect(rejects.rows.count == 1, "\(rejects)")
            for stage in ["bulk-file", "bulk-import", "reconcile", "deliver"] {
                let result = try await rerun(installation, "--from", stage)
                let codes = try await shop.codes()
                #expect(result.exit == 1 && codes.isEmpty, "\(stage): \(result)")
            }
            let result = try await rerun(installation)
            let codes = try await shop.codes()
            #expect(result.exit == 0 && codes == ["dlrerun00010"], "\(result)")
            let after = try installation.rejects(of: name)
            #expect(after.rows.isEmpty, "rejects that are none any more are replaced: \(after)")
        }
    }

    @Test func `a card that the source names otherwise by now is given back before it is sent`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(name, DecisionFile.text(("mend-dlrerun0011", "501")))
            _ = try await installation.poll()
            try installation.edit(installation.pipelineFile) {
                $0 = $0.replacing("code_prefix: shopify-giftcard-", with: "code_prefix: mend-")
            }
            _ = try await rerun(installation)
            let approved = try await installation.run("approve", "1", "--reason", "r")
            #expect(approved.exit == 0, "\(approved)")
            // Another file may take the code that the row held before.
            try installation.drop(DecisionFile.name(2), DecisionFile.text(("menddlrerun0011", "7")))
            let poll = try await installation.poll()
            let codes = try await shop.codes()
            #expect(poll.exit == 0 && codes == ["dlrerun0011", "menddlrerun0011"], "\(poll)")
        }
    }

    // MARK: - Outputs

    @Test func `from deliver what is there is published again, and what is gone only with --again`() async throws {
        try await withDone { installation, _ in
            let stem = String(name.dropLast(4))
            let feed = "dropline/\(pipeline)/feed/\(stem)-GiftCardActivation.json"
            let results = "dropline/\(pipeline)/result/\(stem)-Results.csv"
            let before = try installation.text(feed)
            try FileManager.default.removeItem(atPath: installation.path(feed))
            try Data("spoilt".utf8).write(to: URL(fileURLWithPath: installation.path(results)))
            let named = try await rerun(installation, "--from", "deliver")
            #expect(named.exit == 1, "\(named)")
            expectSame(try named.json()["notPublishedAgain"].array?.map(\.string), ["local:" + feed])
            let (feeds, fixed) = (try installation.feeds(), try installation.results(of: name))
            #expect(feeds.isEmpty && fixed.rows.count == 2, "\(feeds) \(fixed)")
            let text = try await installation.run("rerun", "1", "--from", "deliver", "--reason", "lost")
            let words = "not published again: local:\(feed) is gone and may have been imported; '--again' publishes it"
            #expect(text.exit == 1 && text.output.contains(words), "\(text)")
            // Other stages publish nothing again.
            _ = try await rerun(installation)
            #expect(try installation.feeds().isEmpty)
            let again = try await rerun(installation, "--from", "deliver", "--again")
            expectSame(try again.json()["notPublishedAgain"], [])
            expectSame(try installation.text(feed), before)
            let archive = try installation.archive()
            expectSame(archive, [name], "the source is put away once")
        }
    }
    @Test func `what a later run has put in the same place is not replaced, nor taken for what was published`()
        async throws
    {
        try await withDone { installation, _ in
            let stem = String(name.dropLast(4))
            let feed = "dropline/\(pipeline)/feed/\(stem)-GiftCardActivation.json"
            let results = "dropline/\(pipeline)/result/\(stem)-Results.csv"
            // Readers take the outputs, and the same file comes again: its outputs have the same names.
            let first = try (feed: installation.text(feed), results: installation.text(results))
            for path in [feed, results] { try FileManager.default.removeItem(atPath: installation.path(path)) }
            try installation.drop(name, DecisionFile.text(("dlrerun00001", "10"), ("bad", "3")))
            _ = try await installation.poll()
            let second = try (feed: installation.text(feed), results: installation.text(results))
            #expect(second != first)
            let named = try await rerun(installation, "--from", "deliver")
            let gone = try named.json()["notPublishedAgain"].array?.compactMap(\.string).sorted()
            expectSame(gone, ["local:" + feed, "local:" + results])
            let between = try (feed: installation.text(feed), results: installation.text(results))
            #expect(between == second, "\(between)")
            let again = try await rerun(installation, "--from", "deliver", "--again")
            expectSame(try again.json()["notPublishedAgain"], [])
            let after = try (feed: installation.text(feed), results: installation.text(results))
            #expect(after == second, "\(after)")
            let beside = [feed, results].map {
                $0.replacing(".json", with: ".2.json").replacing(".csv", with: ".2.csv")
            }
            let published = try (feed: installation.text(beside[0]), results: installation.text(beside[1]))
            #expect(published == first, "\(published)")
        }
    }

    @Test func `a purged run is told as such, from whatever stage it is to run`() async throws {
        try await withDone { installation, _ in
            _ = try await installation.run("purge", "--older-than", "0s")
            for arguments in [[], ["--from", "reconcile"], ["--from", "deliver", "--again"]] {
                let result = try await installation.run(["rerun", "1", "--reason", "r"] + arguments)
                #expect(result.exit == 64 && result.errors.contains("run 1 is purged"), "\(result)")
            }
        }
    }
}
