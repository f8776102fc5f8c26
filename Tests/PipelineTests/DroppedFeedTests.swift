import CommandSupport
import Foundation
import Testing

/// A pipeline that begins at `bulk-file`: its files are activation feeds.
@Suite struct DroppedFeedTests {
    static let pipeline = Installation.feedPipeline
    private let inbox = Installation.feedInbox

    private func withFeeds(_ body: (Installation, SandboxShop) async throws -> Void) async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.addFeedPipeline()
            try await body(installation, shop)
        }
    }

    @Test func `the cases beside the pipeline pass`() async throws {
        let installation = try await Installation()
        try installation.addFeedPipeline()
        try FileManager.default.createSymbolicLink(
            atPath: installation.folder + "/pipelines/" + Self.pipeline,
            withDestinationPath: PipelineCase.repository + "/pipelines/" + Self.pipeline
        )
        let result = try await installation.run("test", Self.pipeline, "--json")
        #expect(result.exit == 0, "\(result)")
        let names = try FileManager.default.contentsOfDirectory(
            atPath: PipelineCase.repository + "/pipelines/" + Self.pipeline
        )
        #expect(try result.json()["cases"].array?.count == names.count, "\(result)")
    }

    @Test
    func `cards are made once with the marker of the original source, the feed is archived, and no code is shown`()
        async throws
    {
        try await withFeeds { installation, shop in
            let feed = DroppedFeed((2, "dlone1a2b3c4d5e6", "40.00"), (7, "dlone2a2b3c4d5e7", "25.00"))
            try installation.dropFeed("one.json", feed.text)
            let poll = try await installation.poll()
            #expect(poll.exit == 0, "\(poll)")
            let cards = try await shop.cards()
            expectSame(cards.compactMap { $0["code"].string }.sorted(), feed.cards.map(\.code))
            expectSame(
                cards.compactMap { $0["note"].string }.sorted(),
                feed.cards.map { "Order 77300000\(1000 + $0.line) dl:0a1b2c3d0a1b:\($0.line)" }
            )
            expectSame(try installation.names(inbox), [])
            expectSame(try installation.names(inbox + "/archive"), ["one.json"])
            expectSame(try installation.feedResults(of: "one.json").column("line"), ["2", "7"])
            let balance = try await installation.balance(1)
            #expect(balance.isBalanced && balance.statuses["activated"]?.rows == 2, "\(balance)")
            let again = try await installation.poll()
            #expect(try again.exit == 0 && again.json()["runs"] == [], "\(again)")
            let trace = try await installation.run("trace", "d5e7")
            #expect(trace.output.contains("the source, \"line\":7\n"), "\(trace)")
            #expect(trace.output.contains("local:\(inbox)/archive/one.json\n"), "\(trace)")
            #expect(trace.output.contains("one-1-1.jsonl, line 2\n"), "\(trace)")
            let shown =
                try poll.output + poll.errors + trace.output
                + installation.text("dropline/\(Self.pipeline)/result/one-Results.csv")
            #expect(!shown.contains("dlone"), "\(shown)")
        }
    }

    @Test func `a feed that this installation made names cards that are active already`() async throws {
        try await withFeeds { installation, shop in
            let name = "Fri Mar 20 2026 09:01:00 GMT-0700 (PDT)-GiftCardFulfillment.csv"
            try installation.drop(name, "giftCardNumber,price\ndlown1a2b3c4d5e6,40\ndlown2a2b3c4d5e7,20\nbad,3\n")
            _ = try await installation.poll()
            let feed = try installation.text("dropline/local-gift-cards/feed/" + (try installation.feeds()[0]))
            try installation.dropFeed("own.json", feed)
            let poll = try await installation.poll()
            #expect(poll.exit == 0, "\(poll)")
            expectSame(
                try installation.feedResults(of: "own.json").column("status"),
                ["already-active", "already-active"]
            )
            let operations = try await shop.operations()
            #expect(operations.count == 1, "nothing is sent again: \(operations)")
        }
    }

    @Test func `a feed above a limit is held until it is approved, and then sent`() async throws {
        try await withFeeds { installation, shop in
            try installation.edit(installation.feedPipelineFile) { $0 = $0.replacing("card: 500", with: "card: 50") }
            try installation.dropFeed("held.json", DroppedFeed((2, "dlheld1a2b3c4d5e", "60.00")).text)
            let poll = try await installation.poll()
            #expect(poll.exit == 1, "\(poll)")
            let uploads = try await shop.state()["uploads"]
            #expect(uploads.int == 0, "nothing is sent")
            expectSame(try installation.names("dropline/\(Self.pipeline)/bulk"), [])
            let approved = try await installation.run("approve", "1", "--reason", "agreed")
            #expect(approved.exit == 0, "\(approved)")
            let sent = try await installation.poll()
            #expect(sent.exit == 0, "\(sent)")
            expectSame(try await shop.codes(), ["dlheld1a2b3c4d5e"])
            expectSame(try installation.names(inbox + "/archive"), ["held.json"])
        }
    }

    @Test func `a held feed that is refused is archived, and a corrected one of its line is sent`() async throws {
        try await withFeeds { installation, shop in
            try installation.edit(installation.feedPipelineFile) { $0 = $0.replacing("card: 500", with: "card: 50") }
            try installation.dropFeed("held.json", DroppedFeed((2, "dlrefu1a2b3c4d5e", "60.00")).text)
            _ = try await installation.poll()
            let refused = try await installation.run("refuse", "1", "--reason", "ten times too high")
            #expect(refused.exit == 0, "\(refused)")
            let poll = try await installation.poll()
            #expect(poll.exit == 1, "\(poll)")
            expectSame(try installation.feedResults(of: "held.json").column("status"), ["refused"])
            expectSame(try installation.names(inbox + "/archive"), ["held.json"])
            try installation.dropFeed("corrected.json", DroppedFeed((2, "dlrefu1a2b3c4d5e", "6.00")).text)
            let corrected = try await installation.poll()
            #expect(corrected.exit == 0, "\(corrected)")
            expectSame(try await shop.cards().map { $0["initialValue"].string }, ["6.0"])
            let bulkFiles = try installation.names("dropline/\(Self.pipeline)/bulk")
            #expect(bulkFiles.count == 1, "nothing of the refused feed: \(bulkFiles)")
        }
    }

    @Test(arguments: ["bulk-import", "reconcile", "deliver"])
    func `a held feed that runs again from a later stage stays held, and an approved one stays approved`(
        _ stage: String
    ) async throws {
        try await withFeeds { installation, shop in
            func replace(_ limit: String, with other: String) throws {
                try installation.edit(installation.feedPipelineFile) {
                    $0 = $0.replacing("card: \(limit),", with: "card: \(other),")
                }
            }
            try replace("500", with: "50")
            try installation.dropFeed("held.json", DroppedFeed((2, "dlstay1a2b3c4d5e", "60.00")).text)
            _ = try await installation.poll()
            try replace("50", with: "500")
            let again = try await installation.run("rerun", "1", "--from", stage, "--reason", "results are lost")
            #expect(again.exit == 1, "\(again)")
            let uploads = try await shop.state()["uploads"]
            #expect(uploads.int == 0, "nothing is sent")
            expectSame(try installation.feedResults(of: "held.json").column("status"), ["held"])
            try replace("500", with: "50")
            _ = try await installation.run("approve", "1", "--reason", "agreed")
            let sent = try await installation.run("rerun", "1", "--from", stage, "--reason", "at once")
            #expect(sent.exit == 0, "\(sent)")
            expectSame(try await shop.codes(), ["dlstay1a2b3c4d5e"])
        }
    }

    @Test func `a dry run tells what would become of a feed, and changes nothing`() async throws {
        try await withFeeds { installation, shop in
            try installation.dropFeed("first.json", DroppedFeed((2, "dldry1a2b3c4d5e6", "40.00")).text)
            _ = try await installation.poll()
            let path = installation.folder + "/second.json"
            let feed = DroppedFeed(
                (2, "dldry1a2b3c4d5e6", "40.00"),
                (3, "dldry2a2b3c4d5e7", "5.00"),
                (4, "bad", "1.00")
            )
            try Data(feed.text.utf8).write(to: URL(fileURLWithPath: path))
            let before = try image(of: installation.folder)
            let dry = try await installation.run("run", Self.pipeline, path, "--dry-run", "--json")
            #expect(dry.exit == 1, "\(dry)")
            let statuses = try dry.json()["files"][0]["statuses"]
            #expect(statuses["create"]["rows"] == 1 && statuses["already-active"]["rows"] == 1, "\(dry)")
            #expect(statuses["invalid"]["rows"] == 1, "\(dry)")
            #expect(!(dry.output + dry.errors).contains("dldry"), "\(dry)")
            let after = try image(of: installation.folder)
            expectSame(after, before)
            expectSame(try await shop.codes(), ["dldry1a2b3c4d5e6"])
        }
    }

    @Test func `rejected cards are written as a feed, which is taken once it is corrected`() async throws {
        try await withFeeds { installation, shop in
            let feed = DroppedFeed(
                (2, "dlrej1a2b3c4d5e6", "40.00"),
                (3, "dlrej_a2b3c4d5e7", "25.00"),
                (9, "dlrej", "5.00")
            )
            try installation.dropFeed("some.json", feed.text)
            _ = try await installation.poll()
            let masked = installation.folder + "/masked.json"
            let shown = try await installation.run("rejects", "1", "--output", masked, "--reason", "to see")
            #expect(shown.exit == 0, "\(shown)")
            let text = try String(contentsOfFile: masked, encoding: .utf8)
            #expect(!text.contains("dlrej") && text.contains("\"line\":9"), "\(text)")
            let clear = installation.folder + "/clear.json"
            let reveal = try await installation.run(
                "rejects",
                "1",
                "--reveal",
                "--output",
                clear,
                "--reason",
                "to correct"
            )
            #expect(reveal.exit == 0, "\(reveal)")
            let corrected = try String(contentsOfFile: clear, encoding: .utf8)
                .replacing("dlrej_a2b3c4d5e7", with: "dlrej2a2b3c4d5e7").replacing(
                    "\"dlrej\"",
                    with: "\"dlrej3a2b3c4d5e8\""
                )
            try installation.dropFeed("corrected.json", corrected)
            let poll = try await installation.poll()
            #expect(poll.exit == 0, "\(poll)")
            expectSame(try await shop.codes(), ["dlrej1a2b3c4d5e6", "dlrej2a2b3c4d5e7", "dlrej3a2b3c4d5e8"])
        }
    }

    @Test func `a row that nobody could find out is resolved`() async throws {
        try await withFeeds { installation, shop in
            try await shop.inject("code-taken")
            try installation.dropFeed("taken.json", DroppedFeed((5, "dltak1a2b3c4d5e6", "40.00")).text)
            _ = try await installation.poll()
            let resolved = try await installation.run(
                "resolve",
                "1",
                "5",
                "--as",
                "refused",
                "--reason",
                "asked support"
            )
            #expect(resolved.exit == 0, "\(resolved)")
            _ = try await installation.poll()
            expectSame(try installation.feedResults(of: "taken.json").column("status"), ["refused"])
            let rejects = try CSVTable(parsing: try installation.text(inbox + "/error/taken-Rejects.csv"))
            expectSame(rejects.column("initialValue"), ["40.00"])
        }
    }

    @Test func `a card with this row's marker and another code is not taken for its card`() async throws {
        try await withFeeds { installation, shop in
            try installation.dropFeed("a.json", DroppedFeed((2, "dlmrk1a2b3c4d5e6", "40.00")).text)
            _ = try await installation.poll()
            // The code is corrected, its ending stays; the shop forgets the card, and a look-up finds the other one.
            try await shop.inject("missing-unexecuted")
            try await shop.inject("search-fuzzy", count: 5)
            try installation.dropFeed("b.json", DroppedFeed((2, "dlmrk2a2b3c4d5e6", "40.00")).text)
            let poll = try await installation.poll()
            #expect(poll.exit == 0, "\(poll)")
            expectSame(try await shop.codes(), ["dlmrk1a2b3c4d5e6", "dlmrk2a2b3c4d5e6"])
            let ids = try ["a.json", "b.json"].flatMap { try installation.feedResults(of: $0).column("giftCardId") }
            #expect(Set(ids).count == 2, "\(ids)")
        }
    }

    @Test(arguments: [
        (
            "  - bulk-file: { mutation: gift-card-create }\n", "", "dropped-feeds.yaml:15:3",
            "can't begin at 'bulk-import'"
        ),
        (
            "  - bulk-file: { mutation: gift-card-create }\n  - bulk-import: { shop: main }\n", "",
            "dropped-feeds.yaml:15:3", "can't begin at 'reconcile'"
        ),
        (
            "{ artifact: bulk-file,", "{ artifact: activation-feed,", "dropped-feeds.yaml:19:17",
            "its files are feeds already"
        ),
        ("{ mutation: gift-card-create }", "{ code_prefix: x }", "dropped-feeds.yaml:15:18", "code_prefix"),
    ])
    func `a pipeline that can't begin where it does is told why`(
        _ find: String,
        _ write: String,
        _ place: String,
        _ says: String
    ) async throws {
        let installation = try await Installation()
        try installation.addFeedPipeline()
        try installation.edit(installation.feedPipelineFile) { $0 = $0.replacing(find, with: write) }
        let check = try await installation.run("check")
        #expect(check.exit == 78 && check.errors.contains(place) && check.errors.contains(says), "\(check)")
    }
}
