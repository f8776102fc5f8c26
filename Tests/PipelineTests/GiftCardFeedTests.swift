import CommandSupport
import Foundation
import Testing

/// A pipeline that ends at `activation-feed`: no shop is called, and whoever takes the feed activates its cards.
@Suite struct GiftCardFeedTests {
    static let pipeline = Installation.feedMakingPipeline
    private let inbox = Installation.feedMakingInbox
    private let one = "one-GiftCardFulfillment"
    private let two = "two-GiftCardFulfillment"

    private func file(_ rows: String...) -> String {
        "giftCardNumber,price,orderId,shopifyOrder\n" + rows.map { $0 + "\n" }.joined()
    }

    private func feed(_ stem: String) -> String { stem + "-GiftCardActivation.json" }

    /// An installation of this pipeline alone, whose shop nobody answers for, and whose token is not set.
    private func installation() async throws -> Installation {
        let installation = try await Installation()
        try installation.addFeedMakingPipeline()
        try installation.edit(installation.configuration) {
            $0 = $0.replacing("  - pipelines/local-gift-cards.yaml\n", with: "")
                .replacing("token: file:secrets/shopify-token", with: "token: ${DROPLINE_TEST_TOKEN_THAT_NOBODY_SET}")
        }
        return installation
    }

    private func correctPrefix(of installation: Installation) throws {
        try installation.edit(installation.feedMakingPipelineFile) {
            $0 = $0.replacing("shopify-giftcard-", with: "gc-")
        }
    }

    @Test func `the cases beside the pipeline pass`() async throws {
        let installation = try await installation()
        try FileManager.default.createSymbolicLink(
            atPath: installation.folder + "/pipelines/" + Self.pipeline,
            withDestinationPath: PipelineCase.repository + "/pipelines/" + Self.pipeline
        )
        let result = try await installation.run("test", Self.pipeline, "--json")
        #expect(result.exit == 0, "\(result)")
        let names = PipelineCase.names(of: Self.pipeline)
        #expect(try !names.isEmpty && result.json()["cases"].array?.count == names.count, "\(result)")
    }

    @Test func `a dropped file becomes a feed, results and rejects with no shop and no token, and is archived`()
        async throws
    {
        let installation = try await installation()
        try installation.dropForFeed(
            one + ".csv",
            file(
                "shopify-giftcard-dlfd1a2b3c4d,40,31,771",
                "dlfd-2a2b-3c4d,25.50,32,null",
                "dlfd2a2b3c4d,25.5,33,",
                "short,5,34,",
                "dlfd4a2b3c4d,0,35,"
            )
        )
        let poll = try await installation.poll()
        #expect(poll.exit == 1 && poll.errors.contains("3 invalid"), "\(poll)")
        expectSame(try installation.madeFeeds(), [feed(one)])
        let made = try JSON(parsing: try installation.read("oms/made-feeds/" + feed(one)))
        #expect(made["shop"] == "dropline-sandbox.myshopify.com" && made["currency"] == "USD", "\(made)")
        expectSame(
            (made["giftCards"].array ?? []).map {
                [$0["line"].int.map { "\($0)" }, $0["giftCardNumber"].string, $0["initialValue"].string]
            },
            [["2", "dlfd1a2b3c4d", "40.00"], ["3", "dlfd2a2b3c4d", "25.50"]]
        )
        let totals = made["totals"]
        #expect(totals["rows"] == 5 && totals["giftCards"] == 2 && totals["invalid"] == 3, "\(totals)")
        #expect(totals["value"] == "65.50", "\(totals)")
        let results = try installation.resultsOfFeed(of: one + ".csv")
        expectSame(results.column("status"), ["in-feed", "in-feed", "invalid", "invalid", "invalid"])
        expectSame(results.column("giftCardId"), ["", "", "", "", ""])
        let rejects = try CSVTable(parsing: try installation.text(inbox + "/error/\(one)-Rejects.csv"))
        expectSame(rejects.column("line"), ["4", "5", "6"])
        expectSame(try installation.names(inbox), [])
        expectSame(try installation.names(inbox + "/archive"), [one + ".csv"])
        let balance = try await installation.balance(1)
        #expect(balance.isBalanced && balance.statuses["in-feed"]?.rows == 2, "\(balance)")
        let shown = try await installation.run("show", "1")
        let traced = try await installation.run("trace", "dl:\(made["source"]["sha256"].string?.prefix(12) ?? "?"):2")
        #expect(traced.output.contains("feed       local:oms/made-feeds/\(feed(one)), \"line\":2\n"), "\(traced)")
        let told = poll.output + poll.errors + shown.output + traced.output
        for word in ["activated", "dlfd", "bulk"] { #expect(!told.contains(word), "\(told)") }
        let again = try await installation.poll()
        #expect(try again.exit == 0 && again.json()["runs"] == [], "\(again)")
        expectSame(try installation.madeFeeds(), [feed(one)])
    }

    @Test func `the feed is published before the results that tell of it`() async throws {
        let installation = try await installation()
        try installation.edit(installation.feedMakingPipelineFile) { text in
            let lines = text.split(separator: "\n")
            let entry = lines.first { $0.contains("artifact: activation-feed") } ?? ""
            text = text.replacing(entry + "\n", with: "") + entry + "\n"
        }
        try installation.dropForFeed(one + ".csv", file("dlorder1a2b3c,40,31,"))
        let killed = try await installation.poll(environment: ["DROPLINE_CRASH_AT": "deliver.published:1"])
        #expect(killed.exit == -9, "\(killed)")
        expectSame(try installation.madeFeeds(), [feed(one)])
        expectSame(try installation.names("dropline/\(Self.pipeline)/result"), [])
    }

    @Test func `the same content again is a duplicate: archived, and no second feed`() async throws {
        let installation = try await installation()
        let content = file("dlsame1a2b3c4d,40,31,", "dlsame2a2b3c4d,25,32,")
        try installation.dropForFeed(one + ".csv", content)
        _ = try await installation.poll()
        try installation.dropForFeed(two + ".csv", content)
        let poll = try await installation.poll()
        #expect(try poll.exit == 0 && poll.json()["runs"][0]["state"] == "duplicate", "\(poll)")
        expectSame(try installation.madeFeeds(), [feed(one)])
        expectSame(try installation.names(inbox + "/archive"), [one + ".csv", two + ".csv"])
    }

    @Test func `a card of an earlier file is in no second feed, and one of another value is a conflict`() async throws {
        let installation = try await installation()
        try installation.dropForFeed(one + ".csv", file("dlearly1a2b3c,40,31,", "dlearly2a2b3c,25,32,"))
        _ = try await installation.poll()
        try installation.dropForFeed(
            two + ".csv",
            file("dlearly1a2b3c,40,41,", "dlearly2a2b3c,26,42,", "dlearly3a2b3c,5,43,")
        )
        let poll = try await installation.poll()
        #expect(poll.exit == 1, "\(poll)")
        let results = try installation.resultsOfFeed(of: two + ".csv")
        expectSame(results.column("status"), ["already-in-feed", "conflict", "in-feed"])
        #expect(results.column("reason")[0] == "in the feed of run 1, line 2", "\(results)")
        expectSame(try installation.codes(inFeed: feed(two)), ["dlearly3a2b3c"])
        try installation.dropForFeed("three.csv", file("dlearly3a2b3c,5,43,"))
        try installation.dropForFeed("three-GiftCardFulfillment.csv", file("dlearly3a2b3c,5,44,"))
        let none = try await installation.poll()
        #expect(none.exit == 0, "\(none)")
        expectSame(try installation.madeFeeds(), [feed(one), feed(two)], "a feed without cards is not made")
    }

    @Test func `a file whose card stands in a feed that can't be published waits until it is`() async throws {
        let installation = try await installation()
        // Something else has the name of the feeds' directory.
        let directory = installation.path("oms/made-feeds")
        try FileManager.default.createDirectory(
            atPath: installation.path("oms"),
            withIntermediateDirectories: true
        )
        try Data().write(to: URL(fileURLWithPath: directory))
        try installation.dropForFeed(one + ".csv", file("dlstuck1a2b3c4d,40,31,"))
        _ = try await installation.poll()
        try installation.dropForFeed(two + ".csv", file("dlstuck1a2b3c4d,40,41,"))
        for _ in 1...2 { _ = try await installation.poll() }
        let results = try installation.resultsOfFeed(of: two + ".csv")
        expectSame(results.column("status"), ["unknown"])
        expectSame(
            results.column("reason"),
            ["run 1 is about to publish the feed with the same code (line 2)"]
        )
        expectSame(try installation.names(inbox), [one + ".csv", two + ".csv"], "neither is put away")
        try FileManager.default.removeItem(atPath: directory)
        _ = try await installation.run("approve", "1", "--reason", "the name is free again")
        for _ in 1...2 { _ = try await installation.poll() }
        expectSame(try installation.madeFeeds(), [feed(one)])
        expectSame(try installation.resultsOfFeed(of: two + ".csv").column("status"), ["already-in-feed"])
        expectSame(try installation.names(inbox + "/archive"), [one + ".csv", two + ".csv"])
    }

    @Test func `a file above a limit makes no feed until it is approved, and what needs its card waits`() async throws {
        let installation = try await installation()
        try installation.edit(installation.feedMakingPipelineFile) { $0 = $0.replacing("card: 500", with: "card: 50") }
        try installation.dropForFeed(one + ".csv", file("dlheld1a2b3c4d,60,31,", "dlheld2a2b3c4d,10,32,", "bad,1,33,"))
        let held = try await installation.poll()
        #expect(held.exit == 1, "\(held)")
        expectSame(try installation.madeFeeds(), [])
        expectSame(
            try installation.resultsOfFeed(of: one + ".csv").column("status"),
            ["held", "held", "invalid"]
        )
        try installation.dropForFeed(two + ".csv", file("dlheld2a2b3c4d,10,41,", "dlheld3a2b3c4d,20,42,"))
        let waiting = try await installation.poll()
        #expect(waiting.exit == 1 || waiting.exit == 0, "\(waiting)")
        expectSame(try installation.resultsOfFeed(of: two + ".csv").column("status"), ["unknown", "in-feed"])
        expectSame(try installation.codes(inFeed: feed(two)), ["dlheld3a2b3c4d"])
        let resolved = try await installation.run("resolve", "2", "2", "--as", "activated", "--reason", "r")
        #expect(resolved.exit == 64 && resolved.errors.contains("asks no shop"), "\(resolved)")
        let approved = try await installation.run("approve", "1", "--reason", "agreed")
        #expect(approved.exit == 0, "\(approved)")
        for _ in 1...2 { _ = try await installation.poll() }
        expectSame(try installation.codes(inFeed: feed(one)), ["dlheld1a2b3c4d", "dlheld2a2b3c4d"])
        expectSame(
            try installation.resultsOfFeed(of: one + ".csv").column("status"),
            ["in-feed", "in-feed", "invalid"]
        )
        expectSame(
            try installation.resultsOfFeed(of: two + ".csv").column("status"),
            ["already-in-feed", "in-feed"]
        )
        expectSame(try installation.madeFeeds(), [feed(one), feed(two)])
        expectSame(try installation.names(inbox + "/archive"), [one + ".csv", two + ".csv"])
    }

    @Test func `a refused file makes no feed, and what waits for its card makes one`() async throws {
        let installation = try await installation()
        try installation.edit(installation.feedMakingPipelineFile) { $0 = $0.replacing("card: 500", with: "card: 50") }
        try installation.dropForFeed(
            one + ".csv",
            file("dlnoway1a2b3c4,60,31,", "dlnoway2a2b3c4,20,32,", "short,1,33,")
        )
        _ = try await installation.poll()
        try installation.dropForFeed(two + ".csv", file("dlnoway2a2b3c4,20,41,", "dlnoway3a2b3c4,5,42,"))
        _ = try await installation.poll()
        expectSame(try installation.madeFeeds(), [feed(two)])
        expectSame(try installation.codes(inFeed: feed(two)), ["dlnoway3a2b3c4"])
        let refused = try await installation.run("refuse", "1", "--reason", "ten times too high")
        #expect(refused.exit == 0, "\(refused)")
        for _ in 1...2 { _ = try await installation.poll() }
        let later = two + "-2-GiftCardActivation.json"
        expectSame(try installation.madeFeeds(), [later, feed(two)])
        expectSame(try installation.codes(inFeed: later), ["dlnoway2a2b3c4"])
        let results = try installation.resultsOfFeed(of: one + ".csv")
        expectSame(results.column("status"), ["refused", "refused", "invalid"])
        #expect(results.column("reason")[0].hasSuffix(": ten times too high"), "\(results)")
        expectSame(try installation.names(inbox + "/archive"), [one + ".csv", two + ".csv"])
        try installation.dropForFeed("x-GiftCardFulfillment.csv", file("dlnoway1a2b3c4,6,31,"))
        let corrected = try await installation.poll()
        #expect(corrected.exit == 0, "\(corrected)")
        expectSame(try installation.codes(inFeed: feed("x-GiftCardFulfillment")), ["dlnoway1a2b3c4"])
    }

    @Test func `what a rerun of a feed would add is refused, and what it had made stays`() async throws {
        let installation = try await installation()
        try installation.dropForFeed(one + ".csv", file("dlkeep1a2b3c4d,40,31,", "gc-dlkeep2a2b3c4d5e6f7,60,32,"))
        _ = try await installation.poll()
        try correctPrefix(of: installation)
        try installation.edit(installation.feedMakingPipelineFile) { $0 = $0.replacing("card: 500", with: "card: 50") }
        _ = try await installation.run("rerun", "1", "--reason", "the prefix was wrong")
        let refused = try await installation.run("refuse", "1", "--reason", "not this one")
        #expect(refused.output.contains("1 row, 60.00 USD"), "\(refused)")
        let poll = try await installation.poll()
        #expect(poll.exit == 1, "\(poll)")
        expectSame(try installation.resultsOfFeed(of: one + ".csv").column("status"), ["in-feed", "refused"])
        expectSame(try installation.madeFeeds(), [feed(one)])
        expectSame(try installation.codes(inFeed: feed(one)), ["dlkeep1a2b3c4d"])
    }

    @Test(arguments: ["report", "deliver"])
    func `a held run that runs again from a later stage stays held, and an approved one stays approved`(
        _ stage: String
    ) async throws {
        let installation = try await installation()
        func setLimit(_ limit: String) throws {
            try installation.edit(installation.feedMakingPipelineFile) {
                $0 = $0.replacing(/card: \d+/, with: "card: \(limit)")
            }
        }
        try setLimit("50")
        try installation.dropForFeed(one + ".csv", file("dlstay1a2b3c4d,60,31,"))
        _ = try await installation.poll()
        try setLimit("500")
        let again = try await installation.run("rerun", "1", "--from", stage, "--reason", "the results are lost")
        #expect(again.exit == 1, "\(again)")
        expectSame(try installation.madeFeeds(), [])
        expectSame(try installation.resultsOfFeed(of: one + ".csv").column("status"), ["held"])
        try setLimit("50")
        let approved = try await installation.run("approve", "1", "--reason", "agreed")
        #expect(approved.exit == 0, "\(approved)")
        let sent = try await installation.run("rerun", "1", "--from", stage, "--reason", "at once")
        #expect(sent.exit == 0, "\(sent)")
        expectSame(try installation.codes(inFeed: feed(one)), ["dlstay1a2b3c4d"])
        expectSame(try installation.resultsOfFeed(of: one + ".csv").column("status"), ["in-feed"])
    }

    @Test func `a row that waits in a run that is done is decided again by the rerun that is named`() async throws {
        let installation = try await installation()
        try installation.edit(installation.feedMakingPipelineFile) {
            $0 = $0.replacing("card: 500", with: "card: 50").replacing("unknown_after: 24h", with: "unknown_after: 0s")
        }
        try installation.dropForFeed(one + ".csv", file("dlwait1a2b3c4d,60,31,"))
        try installation.dropForFeed(two + ".csv", file("dlwait2a2b3c4d,20,41,"))
        _ = try await installation.poll()
        try installation.dropForFeed("x-GiftCardFulfillment.csv", file("dlwait1a2b3c4d,60,51,"))
        try installation.edit(installation.feedMakingPipelineFile) {
            $0 = $0.replacing("card: 50,", with: "card: 500,")
        }
        _ = try await installation.poll()
        let states = try await installation.runs().map { $0["state"].string }
        expectSame(states, ["held", "done", "done"])
        let advice = "dropline rerun 3 --from report --reason TEXT"
        let traced = try await installation.run("trace", "run:3")
        #expect(traced.output.contains("next       \(advice), once that row is settled\n"), "\(traced)")
        let resolved = try await installation.run("resolve", "3", "2", "--as", "refused", "--reason", "r")
        #expect(resolved.exit == 64 && resolved.errors.contains("'\(advice)'"), "\(resolved)")
        _ = try await installation.run("approve", "1", "--reason", "agreed")
        _ = try await installation.poll()
        let again = try await installation.run("rerun", "3", "--from", "report", "--reason", "run 1 is done")
        #expect(again.exit == 0, "\(again)")
        expectSame(
            try installation.resultsOfFeed(of: "x-GiftCardFulfillment.csv").column("status"),
            ["already-in-feed"]
        )
    }

    @Test func `a row whose card is given back gets into a feed of its own, and no card into two`() async throws {
        let installation = try await installation()
        try installation.edit(installation.feedMakingPipelineFile) { $0 = $0.replacing("card: 500", with: "card: 50") }
        try installation.dropForFeed(one + ".csv", file("dlfree1a2b3c4d,60,31,", "gc-dlfree2a2b3c,10,32,"))
        _ = try await installation.poll()
        try installation.dropForFeed(two + ".csv", file("gcdlfree2a2b3c,10,41,", "dlfree3a2b3c4d,20,42,"))
        _ = try await installation.poll()
        expectSame(try installation.resultsOfFeed(of: two + ".csv").column("status"), ["unknown", "in-feed"])
        // Read by another prefix, the first file's second row names another card.
        try installation.edit(installation.feedMakingPipelineFile) {
            $0 = $0.replacing("shopify-giftcard-", with: "gc-").replacing("card: 50,", with: "card: 500,")
        }
        let again = try await installation.run("rerun", "1", "--reason", "the prefix was wrong")
        #expect(again.exit == 0, "\(again)")
        let poll = try await installation.poll()
        #expect(poll.exit == 0, "\(poll)")
        expectSame(try installation.madeFeeds(), [feed(one), two + "-2-GiftCardActivation.json", feed(two)])
        expectSame(try installation.codes(inFeed: feed(one)), ["dlfree1a2b3c4d", "dlfree2a2b3c"])
        expectSame(try installation.codes(inFeed: feed(two)), ["dlfree3a2b3c4d"])
        expectSame(try installation.codes(inFeed: two + "-2-GiftCardActivation.json"), ["gcdlfree2a2b3c"])
        expectSame(try installation.resultsOfFeed(of: two + ".csv").column("status"), ["in-feed", "in-feed"])
    }

    @Test func `a card that was taken by another prefix stands in no feed until its file is run again`() async throws {
        let installation = try await installation()
        try installation.dropForFeed(one + ".csv", file("gc-dlread1a2b3c,40,31,"))
        let killed = try await installation.poll(environment: ["DROPLINE_CRASH_AT": "activation-feed.taken"])
        #expect(killed.exit == -9, "\(killed)")
        try correctPrefix(of: installation)
        let stopped = try await installation.poll()
        let why = "reads otherwise than when its card was taken"
        #expect(stopped.exit == 78 && stopped.errors.contains(why), "\(stopped)")
        expectSame(try installation.madeFeeds(), [])
        let again = try await installation.run("rerun", "1", "--from", "activation-feed", "--reason", "r")
        #expect(again.exit == 0, "\(again)")
        expectSame(try installation.codes(inFeed: feed(one)), ["dlread1a2b3c"])
    }

    @Test func `a rerun puts only what it has newly taken into a feed, and trace names the right one`() async throws {
        let installation = try await installation()
        try installation.dropForFeed(one + ".csv", file("dlagain1a2b3c,40,31,", "gc-dlagain2a2b3c4d5e6f,25,32,"))
        _ = try await installation.poll()
        expectSame(try installation.resultsOfFeed(of: one + ".csv").column("status"), ["in-feed", "invalid"])
        try correctPrefix(of: installation)
        for _ in 1...2 {
            let again = try await installation.run("rerun", "1", "--reason", "the prefix was wrong")
            #expect(again.exit == 0, "\(again)")
            expectSame(try installation.resultsOfFeed(of: one + ".csv").column("status"), ["in-feed", "in-feed"])
            expectSame(try installation.madeFeeds(), [one + "-2-GiftCardActivation.json", feed(one)])
            expectSame(try installation.codes(inFeed: feed(one)), ["dlagain1a2b3c"])
            expectSame(try installation.codes(inFeed: one + "-2-GiftCardActivation.json"), ["dlagain2a2b3c4d5e6f"])
        }
        let traced = try await installation.run("trace", "run:1", "--json")
        expectSame(
            (try traced.json()["rows"].array ?? []).map { $0["feed"]["file"].string },
            [feed(one), one + "-2-GiftCardActivation.json"]
        )
        let gone = installation.path("oms/made-feeds/" + feed(one))
        try FileManager.default.removeItem(atPath: gone)
        let delivered = try await installation.run("rerun", "1", "--from", "deliver", "--reason", "lost")
        #expect(delivered.output.contains("is gone and may have been imported"), "\(delivered)")
        #expect(!FileManager.default.fileExists(atPath: gone))
        _ = try await installation.run("rerun", "1", "--from", "deliver", "--again", "--reason", "lost")
        #expect(FileManager.default.fileExists(atPath: gone))
    }

    @Test func `what stands in a feed is published though the rerun that came before is held`() async throws {
        let installation = try await installation()
        try installation.dropForFeed(one + ".csv", file("dlkept1a2b3c4d,40,31,", "gc-dlkept2a2b3c4d5e6f7,60,32,"))
        let killed = try await installation.poll(environment: ["DROPLINE_CRASH_AT": "report.after-commit"])
        #expect(killed.exit == -9, "\(killed)")
        try correctPrefix(of: installation)
        try installation.edit(installation.feedMakingPipelineFile) { $0 = $0.replacing("card: 500", with: "card: 50") }
        let again = try await installation.run("rerun", "1", "--reason", "the prefix was wrong")
        #expect(again.exit == 1, "\(again)")
        expectSame(try installation.resultsOfFeed(of: one + ".csv").column("status"), ["in-feed", "held"])
        expectSame(try installation.madeFeeds(), [feed(one)])
        _ = try await installation.run("approve", "1", "--reason", "agreed")
        _ = try await installation.poll()
        expectSame(try installation.madeFeeds(), [one + "-2-GiftCardActivation.json", feed(one)])
        expectSame(try installation.codes(inFeed: one + "-2-GiftCardActivation.json"), ["dlkept2a2b3c4d5e6f7"])
    }

    @Test func `a run that was begun for one shop makes no feed for another`() async throws {
        let installation = try await installation()
        try installation.dropForFeed(one + ".csv", file("dlshop1a2b3c4d,40,31,"))
        _ = try await installation.poll(environment: ["DROPLINE_CRASH_AT": "activation-feed.taken"])
        let (given, other) = ("domain: dropline-sandbox", "domain: another")
        try installation.edit(installation.configuration) { $0 = $0.replacing(given, with: other) }
        let stopped = try await installation.poll()
        #expect(stopped.exit == 78 && stopped.errors.contains("begun for another shop"), "\(stopped)")
        expectSame(try installation.madeFeeds(), [])
        try installation.edit(installation.configuration) { $0 = $0.replacing(other, with: given) }
        let poll = try await installation.poll()
        #expect(poll.exit == 0, "\(poll)")
        expectSame(try installation.madeFeeds(), [feed(one)])
        // For another shop it is another card.
        try installation.edit(installation.configuration) { $0 = $0.replacing(given, with: other) }
        try installation.dropForFeed(two + ".csv", file("dlshop1a2b3c4d,40,41,"))
        _ = try await installation.poll()
        expectSame(try installation.codes(inFeed: feed(two)), ["dlshop1a2b3c4d"])
    }

    @Test func `a shop that is another than its domain says is told by check --connect`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.addFeedMakingPipeline()
            let right = try await installation.run("check", "--connect")
            #expect(right.exit == 0 && right.output.contains("ok    shop main"), "\(right)")
            try installation.edit(installation.configuration) {
                $0 = $0.replacing("domain: dropline-sandbox", with: "domain: another")
            }
            let wrong = try await installation.run("check", "--connect")
            #expect(wrong.exit == 78, "\(wrong)")
            #expect(wrong.output.contains("and the shop's own is dropline-sandbox.myshopify.com"), "\(wrong)")
        }
    }

    @Test func `a dry run tells what would be in the feed, writes it, and changes nothing`() async throws {
        let installation = try await installation()
        try installation.dropForFeed(one + ".csv", file("dldryf1a2b3c4d,40,31,"))
        _ = try await installation.poll()
        let path = installation.folder + "/" + two + ".csv"
        try Data(file("dldryf1a2b3c4d,40,31,", "dldryf2a2b3c4d,5,32,", "bad,1,33,").utf8)
            .write(to: URL(fileURLWithPath: path))
        let before = try image(of: installation.folder)
        let output = NSTemporaryDirectory() + "dropline-dry-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: output) }
        let dry = try await installation.run("run", Self.pipeline, path, "--dry-run", "--json", "--output", output)
        #expect(dry.exit == 1, "\(dry)")
        let statuses = try dry.json()["files"][0]["statuses"]
        #expect(statuses["in-feed"]["rows"] == 1 && statuses["already-in-feed"]["rows"] == 1, "\(dry)")
        #expect(statuses["invalid"]["rows"] == 1 && !(dry.output + dry.errors).contains("dldryf"), "\(dry)")
        let written = try FileManager.default.contentsOfDirectory(atPath: output)
        expectSame(written.filter { !$0.hasPrefix(".") }, [feed(two)])
        let after = try image(of: installation.folder)
        expectSame(after, before)
        let third = installation.folder + "/three-GiftCardFulfillment.csv"
        try Data(file("dldryf2a2b3c4d,5,51,").utf8).write(to: URL(fileURLWithPath: third))
        let both = try await installation.run("run", Self.pipeline, path, third, "--dry-run", "--json")
        expectSame(try both.json()["files"][1]["statuses"]["already-in-feed"]["rows"], 1, "\(both)")
        let words = try await installation.run("run", Self.pipeline, path, "--dry-run")
        #expect(words.output.contains("would be in feed 1 row"), "\(words)")
        #expect(!words.output.contains("created"), "\(words)")
    }

    @Test func `check --connect asks for no shop, explain tells of none, and rejects are written back`() async throws {
        let installation = try await installation()
        let check = try await installation.run("check", "--connect")
        #expect(check.exit == 0 && !check.output.contains("shop main"), "\(check)")
        let explained = try await installation.run("explain", Self.pipeline, "--json")
        expectSame(
            (try explained.json()["parts"].array ?? []).map { $0["about"].string },
            ["files", "when", "activation-feed", "report", "limits", "outputs", "bad input"]
        )
        #expect(explained.output.contains("no shop is called"), "\(explained)")
        #expect(!explained.output.contains("bulk"), "\(explained)")
        try installation.dropForFeed(one + ".csv", file("bad,1,33,"))
        _ = try await installation.poll()
        expectSame(try installation.madeFeeds(), [])
        let rejects = installation.folder + "/rejects.csv"
        let written = try await installation.run("rejects", "1", "--output", rejects, "--reason", "r")
        #expect(written.exit == 0, "\(written)")
        #expect(try String(contentsOfFile: rejects, encoding: .utf8).hasPrefix("giftCardNumber,price,"))
    }

    @Test func `what is purged by age keeps what the rows became, and no card gets into a second feed`() async throws {
        let installation = try await installation()
        try installation.dropForFeed(one + ".csv", file("dlpurge1a2b3c4d,40,31,"))
        _ = try await installation.poll()
        let purged = try await installation.run("purge", "--older-than", "0s")
        #expect(purged.exit == 0, "\(purged)")
        expectSame(try installation.madeFeeds(), [], "a feed holds codes")
        let traced = try await installation.run("trace", "run:1")
        #expect(traced.output.contains("in-feed") && traced.output.contains("purged"), "\(traced)")
        try installation.dropForFeed(two + ".csv", file("dlpurge1a2b3c4d,40,51,"))
        let poll = try await installation.poll()
        #expect(poll.exit == 0, "\(poll)")
        expectSame(try installation.resultsOfFeed(of: two + ".csv").column("status"), ["already-in-feed"])
        expectSame(try installation.madeFeeds(), [])
    }

    @Test func `a feed is taken by another pipeline on the same ledger, which activates its cards once`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.addFeedPipeline()
            try installation.addFeedMakingPipeline(feedsTo: Installation.feedInbox)
            let content = file("dltake1a2b3c4d,40,31,", "dltake2a2b3c4d,25,32,")
            try installation.dropForFeed(one + ".csv", content)
            _ = try await installation.poll(Self.pipeline)
            expectSame(try installation.names(Installation.feedInbox), [feed(one)])
            let cards = try await shop.codes()
            expectSame(cards, [])
            let copy = try installation.text(Installation.feedInbox + "/" + feed(one))
            for _ in 1...2 { _ = try await installation.poll() }
            try installation.dropFeed("again.json", copy)
            try installation.dropForFeed(two + ".csv", content)
            for _ in 1...2 { _ = try await installation.poll() }
            let (codes, operations) = (try await shop.codes(), try await shop.operations())
            expectSame(codes, ["dltake1a2b3c4d", "dltake2a2b3c4d"])
            #expect(operations.count == 1, "nothing is sent again: \(operations)")
            expectSame(
                try await installation.runs().map { "\($0["pipeline"].string ?? "") \($0["state"].string ?? "")" }
                    .sorted(),
                [Installation.feedPipeline, Self.pipeline].flatMap { ["\($0) done", "\($0) duplicate"] }
            )
            expectSame(
                try installation.feedResults(of: feed(one)).column("status"),
                ["activated", "activated"]
            )
            let notes = try await shop.cards().compactMap { $0["note"].string }.sorted()
            let digest = try JSON(parsing: copy)["source"]["sha256"].string?.prefix(12) ?? "?"
            expectSame(notes, ["Order NS31 dl:\(digest):2", "Order NS32 dl:\(digest):3"])
        }
    }
}
