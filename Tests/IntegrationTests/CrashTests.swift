import CommandSupport
import Foundation
import Testing

/// `kill -9` at every named place: the next `poll` goes on where it was, and no card is made twice, forgotten or sent again.
@Suite struct CrashTests {
    struct Case: Sendable, CustomTestStringConvertible {
        /// The place, as `DROPLINE_CRASH_AT` takes it.
        var place: String
        /// At which time that it is reached.
        var time = 1
        /// What brings the run there.
        var faults: [Fault] = []

        var testDescription: String {
            "\(place):\(time)" + (faults.isEmpty ? "" : ", with \(faults.map(\.description).joined(separator: ", "))")
        }
    }

    /// Nothing comes of the operation: a second attempt sends what is missing.
    static let twoAttempts = [Fault("operation-failed-no-data")]
    static let singleCalls = [Fault("bulk-not-allowed")]
    static let lostAnswer = [Fault("lost-answer", root: FaultTests.bulk)]

    static let cases: [Case] = {
        var cases = ["before-fetch", "fetched", "taken"].map { Case(place: "poll.\($0)") }
        cases += ["rows-recorded", "taking-begun", "before-taken", "taken", "batch-taken"].map {
            Case(place: "activation-feed.\($0)")
        }
        for stage in ["activation-feed", "bulk-file", "bulk-import", "reconcile", "deliver"] {
            cases += ["before-commit", "after-commit"].map { Case(place: "\(stage).\($0)") }
        }
        let import1 = [
            "intended", "staged", "uploaded", "unanswered", "answered", "started", "downloaded",
            "ended",
        ]
        cases += import1.map { Case(place: "bulk-import.\($0)") }
        cases += ["before-commit", "after-commit"].map { Case(place: "bulk-import.\($0)", time: 2) }
        cases.append(
            Case(place: "bulk-import.not-started", faults: [Fault("lost-request", root: FaultTests.bulk)])
        )
        cases += ["unanswered", "downloaded"].map { Case(place: "bulk-import.\($0)", faults: lostAnswer) }
        for time in [1, 2, 7, 12] {
            cases += ["single-call", "single-settled"].map {
                Case(place: "bulk-import.\($0)", time: time, faults: singleCalls)
            }
        }
        let lost = singleCalls + [Fault("lost-answer", 2, skip: 2, root: "giftCardCreate")]
        cases += ["single-call", "single-settled"].map { Case(place: "bulk-import.\($0)", time: 5, faults: lost) }
        cases += ["batch-applied", "applied"].map { Case(place: "reconcile.\($0)") }
        cases += [1, 6].map { Case(place: "reconcile.looked-up", time: $0, faults: twoAttempts) }
        cases.append(Case(place: "reconcile.looked-up", time: 3, faults: [Fault("missing-lines", lines: 6)]))
        for place in ["reconcile.before-commit", "reconcile.after-commit"] {
            cases += [1, 2].map { Case(place: place, time: $0, faults: twoAttempts) }
        }
        for place in ["bulk-file.before-commit", "bulk-file.after-commit"]
            + ["intended", "answered", "ended"].map({ "bulk-import.\($0)" })
        {
            cases.append(Case(place: place, time: 2, faults: twoAttempts))
        }
        for place in ["staged", "staged-recorded", "before-rename", "renamed", "published"] {
            cases += (1...4).map { Case(place: "deliver.\(place)", time: $0) }
        }
        cases.append(Case(place: "bulk-import.rows-changed"))
        cases.append(Case(place: "bulk-import.rows-changed", time: 2, faults: twoAttempts))
        cases.append(Case(place: "reconcile.rows-changed", faults: twoAttempts))
        cases.append(Case(place: "reconcile.rows-changed", faults: [Fault("missing-lines", lines: 6)]))
        cases += [1, 2].map {
            Case(place: "bulk-import.result-refused", time: $0, faults: [Fault("result-expired", 2)])
        }
        cases += ["before-archive", "moved", "archived"].map { Case(place: "deliver.\($0)") }
        return cases
    }()

    @Test(arguments: cases)
    func `kill -9 loses and doubles nothing`(_ crash: Case) async throws {
        try await withScene("killed at \(crash.testDescription)") { scene in
            try await scene.inject(crash.faults + [.counter(version: "2026-07")])
            try scene.drop(SourceFile())
            let killed = try await scene.installation.poll(
                "--wait",
                "40s",
                environment: ["DROPLINE_CRASH_AT": "\(crash.place):\(crash.time)"]
            )
            #expect(killed.exit == -9, "\(scene.name): the place was not reached: \(killed)")
            let sweeps = try await scene.sweep()
            // What needs a person is told by the sweep that ends the run; that one may be the killed one.
            let isEnded = crash.place == "deliver.after-commit"
            #expect(sweeps.map(\.exit) == [isEnded ? 0 : 1], "\(scene.name): exit codes; \(sweeps)")
            try await Invariants.expect(scene, sweeps: [killed] + sweeps)
        }
    }

    @Test func `a run that is killed again and again comes to its end`() async throws {
        let places = [
            "poll.before-fetch", "poll.fetched", "poll.taken", "activation-feed.batch-taken", "activation-feed.taken",
            "activation-feed.before-commit", "bulk-file.before-commit", "bulk-import.intended", "bulk-import.uploaded",
            "bulk-import.answered", "bulk-import.downloaded",
            "bulk-import.ended", "reconcile.batch-applied", "reconcile.applied", "reconcile.before-commit",
            "deliver.staged", "deliver.staged-recorded", "deliver.renamed", "deliver.published",
            "deliver.before-archive",
            "deliver.archived", "deliver.before-commit",
        ]
        try await withScene("killed at \(places.count) places, one after another") { scene in
            try await scene.inject([.counter(version: "2026-07")])
            try scene.drop(SourceFile())
            var sweeps: [CommandResult] = []
            for place in places {
                let killed = try await scene.installation.poll(
                    "--wait",
                    "40s",
                    environment: ["DROPLINE_CRASH_AT": place]
                )
                sweeps.append(killed)
                #expect(killed.exit == -9, "\(scene.name): \(place) was not reached: \(killed)")
            }
            sweeps += try await scene.sweep()
            try await Invariants.expect(scene, sweeps: sweeps)
        }
    }

    @Test(arguments: ["activation-feed.batch-taken:1", "bulk-import.rows-changed:2", "reconcile.batch-applied:2"])
    func `a kill between two batches of rows loses and doubles nothing`(_ place: String) async throws {
        try await withScene("4,100 rows, killed at \(place)") { scene in
            let source = SourceFile(cards: 4_100)
            try scene.drop(source)
            let killed = try await scene.installation.poll("--wait", "60s", environment: ["DROPLINE_CRASH_AT": place])
            #expect(killed.exit == -9, "\(scene.name): the place was not reached: \(killed)")
            let sweeps = try await scene.sweep()
            #expect(sweeps.map(\.exit) == [1], "\(scene.name): exit codes; \(sweeps)")
            try await Invariants.expect(scene, [source], comparesOutputs: false, sweeps: [killed] + sweeps)
        }
    }

    /// Places that are reached by the run of a file above a limit.
    static let heldPlaces = ["activation-feed.rows-changed", "activation-feed.before-taken", "activation-feed.taken"]

    @Test(arguments: heldPlaces)
    func `a file above a limit stays held over a kill, and nothing of it is sent`(_ place: String) async throws {
        try await withScene("above a limit, killed at \(place)") { scene in
            try scene.installation.set("limits", "{ file: 50 }")
            try scene.drop(SourceFile())
            let killed = try await scene.installation.poll("--wait", "10s", environment: ["DROPLINE_CRASH_AT": place])
            #expect(killed.exit == -9, "\(scene.name): the place was not reached: \(killed)")
            let sweep = try await scene.installation.poll("--wait", "10s")
            #expect(sweep.exit == 1, "\(scene.name): \(sweep)")
            let runs = try await scene.installation.runs()
            #expect(runs.map { $0["state"].string } == ["held"], "\(scene.name): \(runs)")
            let balance = try await scene.installation.balance(1)
            #expect(balance.isBalanced && balance.statuses["held"]?.rows == 12, "\(scene.name): \(balance)")
            let (codes, uploads) = (try await scene.shop.codes(), try await scene.shop.state()["uploads"])
            #expect(codes.isEmpty && uploads.int == 0, "\(scene.name): sent all the same: \(codes), \(uploads) uploads")
            let feeds = try scene.installation.feeds() + scene.installation.bulkFiles()
            #expect(feeds.isEmpty, "\(scene.name): published all the same: \(feeds)")
        }
    }

    /// The stages with which a pipeline may begin.
    static let taking = ["activation-feed", "bulk-file"]
    /// Places that are reached where a pipeline begins at `bulk-file`.
    static let feedPlaces = [
        "rows-recorded", "taking-begun", "rows-changed", "batch-taken", "before-taken", "taken", "before-commit",
        "after-commit",
    ]
    .map { "bulk-file.\($0)" }

    @Test
    func `a dropped feed is run again over a kill, corrected by the configuration of now, and no card is made twice`()
        async throws
    {
        try await withScene("a dropped feed, run again") { scene in
            let installation = scene.installation
            try installation.addFeedPipeline()
            try await scene.shop.addCard("gdfeed3a2b3c4d5e", "30.00", note: "by hand")
            let feed = DroppedFeed(
                (2, "gdfeed1a2b3c4d5e", "40.00"),
                (3, "gdfeed3a2b3c4d5e", "30.00"),
                (4, "bad", "1.00")
            )
            try installation.dropFeed("feed.json", feed.text)
            _ = try await installation.poll("--wait", "40s")
            expectSame(
                try installation.feedResults(of: "feed.json").column("status"),
                ["activated", "conflict", "invalid"]
            )
            try installation.edit(installation.feedPipelineFile) {
                $0 = $0.replacing("reconcile: {}", with: "reconcile: { accept_existing: true }")
            }
            let crash = ["DROPLINE_CRASH_AT": "bulk-file.read-again"]
            var killed = try await installation.run(
                ["rerun", "1", "--from", "bulk-file", "--reason", "accepts existing cards"],
                environment: crash
            )
            if killed.exit != -9 { killed = try await installation.poll("--wait", "40s", environment: crash) }
            #expect(killed.exit == -9, "\(scene.name): the place was not reached: \(killed)")
            let sweep = try await installation.poll("--wait", "40s")
            expectSame(
                try installation.feedResults(of: "feed.json").column("status"),
                ["activated", "already-active", "invalid"],
                "\(sweep)"
            )
            let codes = try await scene.shop.codes()
            expectSame(codes, ["gdfeed1a2b3c4d5e", "gdfeed3a2b3c4d5e"])
        }
    }

    @Test(arguments: feedPlaces)
    func `a dropped feed survives a kill, and no card is made twice`(_ place: String) async throws {
        try await withScene("a dropped feed, killed at \(place)") { scene in
            let installation = scene.installation
            try installation.addFeedPipeline()
            let feed = DroppedFeed(
                (2, "gdfeed1a2b3c4d5e", "40.00"),
                (3, "gdfeed1a2b3c4d5e", "40.00"),
                (7, "gdfeed2a2b3c4d5e", "25.00")
            )
            try installation.dropFeed("feed.json", feed.text)
            let killed = try await installation.poll("--wait", "40s", environment: ["DROPLINE_CRASH_AT": place])
            #expect(killed.exit == -9, "\(scene.name): the place was not reached: \(killed)")
            let sweep = try await installation.poll("--wait", "40s")
            #expect(sweep.exit == 1, "\(scene.name): a duplicate needs a person: \(sweep)")
            let codes = try await scene.shop.codes()
            #expect(codes == ["gdfeed1a2b3c4d5e", "gdfeed2a2b3c4d5e"], "\(scene.name): \(codes)")
            let lines = try await scene.shop.operations().map { $0["objectCount"].int }
            #expect(lines == [2], "\(scene.name): sent again: \(lines)")
            let statuses = try installation.feedResults(of: "feed.json").column("status")
            #expect(statuses == ["activated", "invalid", "activated"], "\(scene.name): \(statuses)")
            let balance = try await installation.balance(1)
            #expect(balance.isBalanced, "\(scene.name): \(balance)")
            let archive = try installation.names(Installation.feedInbox + "/archive")
            #expect(archive == ["feed.json"], "\(scene.name): \(archive)")
        }
    }

    /// Places that are reached where a pipeline ends at `activation-feed`, each with the time that it is reached.
    static let feedMakingPlaces: [String] = {
        var places = ["before-fetch", "fetched", "taken"].map { "poll.\($0)" }
        places += ["rows-recorded", "taking-begun", "batch-taken", "before-taken", "taken", "feed-recorded"].map {
            "activation-feed.\($0)"
        }
        // The rows of a code that stands twice, and those that stand in the feed.
        places += [1, 2].map { "activation-feed.rows-changed:\($0)" }
        for stage in ["activation-feed", "report", "deliver"] {
            places += ["before-commit", "after-commit"].map { "\(stage).\($0)" }
        }
        for place in ["staged", "staged-recorded", "before-rename", "renamed", "published"] {
            places += (1...3).map { "deliver.\(place):\($0)" }
        }
        return places + ["before-archive", "moved", "archived"].map { "deliver.\($0)" }
    }()

    @Test(arguments: feedMakingPlaces)
    func `a pipeline that ends with the feed survives a kill, and no card gets into two feeds`(_ place: String)
        async throws
    {
        let installation = try await Installation()
        try installation.addFeedMakingPipeline()
        let pipeline = Installation.feedMakingPipeline
        let rows = ["gdmade1a2b3c4d5e,40.00", "gdmade1a2b3c4d5e,40.00", "bad,3.00", "gdmade2a2b3c4d5e,25.00"]
        let text = "giftCardNumber,price\n" + rows.map { $0 + "\n" }.joined()
        try installation.dropForFeed("a-GiftCardFulfillment.csv", text)
        let killed = try await installation.poll(pipeline, environment: ["DROPLINE_CRASH_AT": place])
        #expect(killed.exit == -9, "\(place) was not reached: \(killed)")
        // Another file with a card of the first comes meanwhile.
        try installation.dropForFeed("b-GiftCardFulfillment.csv", "giftCardNumber,price\ngdmade2a2b3c4d5e,25\n")
        for _ in 1...2 { _ = try await installation.poll(pipeline) }
        let feed = "a-GiftCardFulfillment-GiftCardActivation.json"
        expectSame(try installation.madeFeeds(), [feed], "\(place)")
        expectSame(try installation.codes(inFeed: feed), ["gdmade1a2b3c4d5e", "gdmade2a2b3c4d5e"], "\(place)")
        expectSame(
            try installation.resultsOfFeed(of: "a-GiftCardFulfillment.csv").column("status"),
            ["in-feed", "invalid", "invalid", "in-feed"],
            "\(place)"
        )
        expectSame(
            try installation.resultsOfFeed(of: "b-GiftCardFulfillment.csv").column("status"),
            ["already-in-feed"],
            "\(place)"
        )
        for run in 1...2 {
            let balance = try await installation.balance(run)
            #expect(balance.isBalanced && balance.total.rows == (run == 1 ? 4 : 1), "\(place): \(balance)")
        }
        expectSame(
            try installation.names(Installation.feedMakingInbox + "/archive"),
            ["a-GiftCardFulfillment.csv", "b-GiftCardFulfillment.csv"],
            "\(place)"
        )
        let last = try await installation.poll(pipeline)
        #expect(try last.exit == 0 && last.json()["runs"] == [], "\(place): \(last)")
    }

    @Test(arguments: ["activation-feed.rows-changed:1", "activation-feed.rows-changed:2"], [false, true])
    func `a kill between two batches of a feed's rows leaves none out, and a rerun then doubles none`(
        _ place: String,
        _ runsAgain: Bool
    ) async throws {
        let installation = try await Installation()
        try installation.addFeedMakingPipeline()
        try installation.edit(installation.feedMakingPipelineFile) { $0 = $0.replacing("limits:", with: "# limits:") }
        let codes = (10_000..<14_100).map { "gdmany\($0)" }
        let text = "giftCardNumber,price\n" + codes.map { "\($0),5\n" }.joined()
        try installation.dropForFeed("many-GiftCardFulfillment.csv", text)
        let pipeline = Installation.feedMakingPipeline
        let killed = try await installation.poll(pipeline, environment: ["DROPLINE_CRASH_AT": place])
        #expect(killed.exit == -9, "\(place) was not reached: \(killed)")
        if runsAgain {
            let again = try await installation.run("rerun", "1", "--reason", "in the middle")
            #expect(again.exit == 0, "\(place): \(again)")
        }
        let poll = try await installation.poll(pipeline)
        #expect(poll.exit == 0, "\(place): \(poll)")
        let feed = "many-GiftCardFulfillment-GiftCardActivation.json"
        expectSame(try installation.madeFeeds(), [feed], "\(place)")
        expectSame(try installation.codes(inFeed: feed), codes, "\(place)")
        let balance = try await installation.balance(1)
        #expect(balance.isBalanced && balance.statuses["in-feed"]?.rows == codes.count, "\(place): \(balance)")
    }

    @Test func `every place that the sources name is covered`() throws {
        let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources")
        var named: Set<String> = []
        let walk = FileManager.default.enumerator(atPath: root.path)
        let stages = [
            "ActivationFeedStage": "activation-feed", "BulkFileStage": "bulk-file", "BulkImportStage": "bulk-import",
            "ReconcileStage": "reconcile", "ReportStage": "report", "DeliverStage": "deliver",
        ]
        while let path = walk?.nextObject() as? String {
            guard path.hasSuffix(".swift") else { continue }
            let text = try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
            let stage = stages.first { path.hasPrefix("Stages/\($0.key)/") }?.value
            // What the first stage of a pipeline does, whichever that is.
            let isTaking = path.hasPrefix("Pipelines/Reservation/")
            if isTaking, text.contains(".changeRows(") {
                for stage in Self.taking { named.insert("\(stage).rows-changed") }
            }
            if let stage, text.contains(".changeRows(") { named.insert("\(stage).rows-changed") }
            for line in text.split(separator: "\n") where line.contains("reach(") && !line.contains("func reach") {
                for match in line.matches(of: /"([a-z.-]+)"/) {
                    let place = String(match.output.1)
                    if place.contains(".") {
                        named.insert(place)
                    } else if let stage {
                        named.insert("\(stage).\(place)")
                    } else if isTaking {
                        for stage in Self.taking { named.insert("\(stage).\(place)") }
                    } else if place != "rows-changed" {
                        // The commit of every stage.
                        for stage in stages.values { named.insert("\(stage).\(place)") }
                    }
                }
            }
        }
        let places =
            KeyRotationTests.places + PurgeTests.places + DecisionCrashTests.places + CancelCrashTests.places
            + RerunTests.places
            + RerunTests.unsentPlaces
        let elsewhere = Set((places + Self.feedMakingPlaces).map { String($0.prefix { $0 != ":" }) })
        #expect(named.count > 25, "the sources under \(root.path) name few places: \(named.sorted())")
        expectSame(
            Set(Self.cases.map(\.place) + Self.heldPlaces + Self.feedPlaces + ["bulk-file.read-again"] + elsewhere)
                .sorted(),
            named.sorted(),
            "the places that the cases cover, and those of the sources"
        )
    }
}
