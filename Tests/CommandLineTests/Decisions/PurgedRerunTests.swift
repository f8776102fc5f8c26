import CommandSupport
import Foundation
import Testing

/// Runs whose files on the drops were purged, and that run again.
@Suite struct PurgedRerunTests {
    private let name = DecisionFile.name(1)
    private var stem: String { String(name.dropLast(4)) }
    private var feed: String { "dropline/\(Installation.pipeline)/feed/\(stem)-GiftCardActivation.json" }

    /// A run that has ended; of ended runs what lies on the drops is not kept.
    private func withRun(_ clock: [String: String?] = [:], _ body: (Installation) async throws -> Void) async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.edit(installation.configuration) { $0 += "retention: { archive: 0s }\n" }
            try installation.drop(name, DecisionFile.text(("dlagain00001", "10"), ("bad", "3")))
            let poll = try await installation.poll(environment: clock)
            #expect(poll.exit == 1 || poll.exit == 0, "\(poll)")
            try await body(installation)
        }
    }

    private func publishAgain(_ installation: Installation, run: Int = 1, _ flags: String...) async throws
        -> CommandResult
    {
        try await installation.run(["rerun", "\(run)", "--from", "deliver", "--json", "--reason", "r"] + flags)
    }

    /// Purges, and expects that all that carries codes is gone.
    private func expectPurged(_ installation: Installation, _ clock: [String: String?] = [:]) async throws {
        let purge = try await installation.run(["purge", "--json"], environment: clock)
        #expect(purge.exit == 0, "\(purge)")
        let left = try installation.feeds() + installation.bulkFiles() + installation.archive()
        #expect(left.isEmpty, "\(left) after \(purge)")
    }

    private var bulk: String { "local:dropline/\(Installation.pipeline)/bulk/\(stem)-1-1.jsonl" }

    @Test func `what a reader took before the purge may have been imported, and is told so`() async throws {
        try await withRun { installation in
            try FileManager.default.removeItem(atPath: installation.path(feed))
            try await expectPurged(installation)
            let named = try await publishAgain(installation)
            #expect(named.exit == 1, "\(named)")
            expectSame(try named.json()["purged"].array?.map(\.string), [bulk])
            expectSame(
                try named.json()["notPublishedAgain"].array?.compactMap(\.string).sorted(),
                [bulk, "local:" + feed]
            )
            let text = try await installation.run("rerun", "1", "--from", "deliver", "--reason", "r")
            let words = "not published again: local:\(feed) is gone and may have been imported"
            #expect(text.exit == 1 && text.output.contains(words), "\(text)")
            let files = try await installation.show(1)["files"].array ?? []
            let state = files.first { $0["kind"] == "activation-feed" }?["state"]
            #expect(state == "published", "\(files)")
        }
    }

    @Test func `where a purge was killed behind a removal, the file may have been imported`() async throws {
        try await withRun { installation in
            let killed = try await installation.run(
                ["purge", "--json"],
                environment: ["DROPLINE_CRASH_AT": "purge.file-removed:1"]
            )
            #expect(killed.exit == -9, "\(killed)")
            try await expectPurged(installation)
            let named = try await publishAgain(installation)
            expectSame(try named.json()["purged"].array?.map(\.string), [bulk], "\(named)")
        }
    }

    @Test func `what was purged is told as purged, and not as perhaps imported`() async throws {
        try await withRun { installation in
            try await expectPurged(installation)
            let named = try await publishAgain(installation)
            #expect(named.exit == 1, "\(named)")
            expectSame(try named.json()["purged"].array?.compactMap(\.string).sorted(), [bulk, "local:" + feed])
            expectSame(try named.json()["purged"], try named.json()["notPublishedAgain"])
            let text = try await installation.run("rerun", "1", "--from", "deliver", "--reason", "r")
            let words = "not published again: local:\(feed) was removed by age; '--again' publishes it"
            #expect(text.exit == 1 && text.output.contains(words), "\(text)")
            #expect(!text.output.contains("may have been imported"), "\(text)")
        }
    }

    // A clock that was ahead by two days, and is right from the rerun on.
    @Test(arguments: ["+0s", "+48h"])
    func `what is published again behind a purge goes with the next one, also when the clock was set back`(
        _ clock: String
    ) async throws {
        try await withRun(["DROPLINE_CLOCK": clock]) { installation in
            try await expectPurged(installation, ["DROPLINE_CLOCK": clock])
            let again = try await publishAgain(installation, "--again")
            expectSame(try again.json()["notPublishedAgain"], [], "\(again)")
            let states = (try await installation.show(1)["files"].array ?? []).map {
                "\($0["kind"].string ?? "") \($0["state"].string ?? "")"
            }
            #expect(states.contains("activation-feed published") && states.contains("source purged"), "\(states)")
            #expect(try installation.feeds().count == 1)
            try await expectPurged(installation)
            let twice = try await installation.run("purge", "--json")
            expectSame(try twice.json()["removed"], [])
        }
    }

    @Test(arguments: [false, true])
    func `what a rerun of an older run put where a later one's was goes with the older one`(_ isPurged: Bool)
        async throws
    {
        try await withRun { installation in
            // A reader takes the outputs, and the same file comes again: its outputs have the same names.
            try FileManager.default.removeItem(atPath: installation.path(feed))
            try installation.drop(name, DecisionFile.text(("dlagain00001", "10"), ("bad", "3")))
            _ = try await installation.poll()
            try FileManager.default.removeItem(atPath: installation.path(feed))
            if isPurged { try await expectPurged(installation) }
            let again = try await publishAgain(installation, "--again")
            expectSame(try installation.feeds(), ["\(stem)-GiftCardActivation.json"], "\(again)")
            let dry = try await installation.run("purge", "--json", "--dry-run")
            let going = try dry.json()["removed"].array?.filter { $0["file"].string == "local:" + feed }
            expectSame(going?.map { $0["run"].int }, [1], "\(dry)")
            try await expectPurged(installation)
        }
    }

    @Test func `what a later run put there again stays until that run's time has come`() async throws {
        try await withRun(["DROPLINE_CLOCK": "-48h"]) { installation in
            try FileManager.default.removeItem(atPath: installation.path(feed))
            try installation.drop(name, DecisionFile.text(("dlagain00001", "10"), ("bad", "3")))
            _ = try await installation.poll()
            let before = try installation.text(feed)
            let purge = try await installation.run("purge", "--older-than", "24h", "--json")
            #expect(purge.exit == 0, "\(purge)")
            expectSame(try installation.text(feed), before)
            try await expectPurged(installation)
        }
    }
}
