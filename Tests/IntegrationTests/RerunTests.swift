import CommandSupport
import Foundation
import Testing

/// `dropline rerun`: every stage of every run state, with other processes at work, and killed.
@Suite struct RerunTests {
    /// What a run is when it is run again.
    enum Standing: String, CaseIterable, Sendable {
        case left, running, unknown, held, stopped, done, empty, duplicate, quarantined, incomplete
    }

    static let stages = ["activation-feed", "bulk-file", "bulk-import", "reconcile", "deliver"]

    /// The row of the table in docs/reruns.md: how the command ends, and what state the run is in then.
    static func outcome(of standing: Standing, from stage: String) -> (exit: Int, state: String) {
        switch standing {
        case .left, .running, .done: (1, "done")
        case .unknown: (0, "waiting")
        case .held: (1, "held")
        case .stopped: ["activation-feed", "bulk-file"].contains(stage) ? (1, "done") : (78, "stopped")
        case .empty: (0, "empty")
        case .duplicate: (0, "duplicate")
        case .quarantined: (1, "quarantined")
        case .incomplete: (stage == "deliver" ? 1 : 64, "incomplete")
        }
    }

    @Test(arguments: Standing.allCases, stages)
    func `a rerun ends as promised and makes no card twice`(_ standing: Standing, _ stage: String) async throws {
        try await withScene("rerun of a run that is \(standing) from \(stage)") { scene in
            try await scene.inject([.counter(version: "2026-07")])
            let run = try await bring(scene, to: standing)
            let before = (try await scene.executions(), try scene.installation.tree())
            let result = try await scene.rerun(run, "--from", stage)
            let (detail, expected) = (
                try await scene.installation.show(run), Self.outcome(of: standing, from: stage)
            )
            let state = detail["run"]["state"].string
            #expect(result.exit == expected.exit && state == expected.state, "\(scene.name): \(state ?? "") \(result)")
            let (executed, cards) = (try await scene.executions(), try await scene.shop.cards().count)
            let refused = standing == .unknown ? 1 : 0
            #expect(executed - cards == refused, "\(scene.name): \(executed) executions for \(cards) cards")
            if ["done", "held"].contains(expected.state) || standing == .unknown {
                let balance = try Balance(detail["run"])
                #expect(balance.isBalanced && balance.total.rows == 14, "\(scene.name): \(balance)")
            }
            if Scene.isFinal(expected.state), !["left", "running", "stopped"].contains(standing.rawValue) {
                #expect(executed == before.0, "\(scene.name): something was sent again")
                expectSame(try scene.installation.tree(), before.1, "\(scene.name): the drop's files")
            }
            guard expected.state == "done" else { return }
            try await Invariants.expect(
                scene,
                standing == .duplicate ? [SourceFile(), SourceFile()] : [SourceFile()],
                comparesOutputs: false,
                sweeps: [result]
            )
        }
    }

    /// Brings a scene's last run into a state; returns its number.
    private func bring(_ scene: Scene, to standing: Standing) async throws -> Int {
        let (installation, usual) = (scene.installation, SourceFile())
        let inTheMiddle = ["DROPLINE_CRASH_AT": "bulk-import.intended"]
        switch standing {
        case .left:
            try scene.drop(usual)
            _ = try await installation.poll("--wait", "40s", environment: inTheMiddle)
        case .running:
            // It has made no card yet when it is asked for, so that nothing but waiting is right.
            try await scene.inject([Fault("operation-slow", seconds: 3)])
            try scene.drop(usual)
            _ = try await installation.poll("--wait", "0s")
        case .unknown:
            try await scene.shop.inject("code-taken")
            try scene.drop(usual)
            _ = try await installation.poll("--wait", "40s")
        case .held:
            try installation.set("limits", "{ file: 50 }")
            try scene.drop(usual)
            _ = try await installation.poll("--wait", "40s")
        case .stopped:
            try scene.drop(usual)
            _ = try await installation.poll("--wait", "40s", environment: inTheMiddle)
            try installation.set("api_version", "\"2026-04\"")
            _ = try await installation.poll("--wait", "40s")
        case .done:
            try scene.drop(usual)
            _ = try await installation.poll("--wait", "40s")
        case .empty:
            try installation.drop(usual.name, SourceFile.header + "\n")
            _ = try await installation.poll()
        case .duplicate:
            for time in ["09:05:12", "10:00:00"] {
                try scene.drop(SourceFile(bad: false, time: time))
                _ = try await installation.poll("--wait", "40s")
            }
            return 2
        case .quarantined, .incomplete:
            try installation.drop(usual.name, "giftCardNumber,value\ngdquarantined1,5\n")
            _ = try await installation.poll()
            guard standing == .incomplete else { break }
            let change = "UPDATE runs SET state='incomplete', verdict='incomplete', reason='it vanished'"
            _ = try await python(
                "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit()",
                installation.folder + "/var/dropline.sqlite",
                change
            )
        }
        let state = try await installation.show(1)["run"]["state"].string ?? "?"
        let expected = ["left": "open", "running": "waiting", "unknown": "waiting"][standing.rawValue]
        #expect(state == expected ?? standing.rawValue, "\(scene.name): the run is \(state)")
        return 1
    }

    // MARK: - A cause that is fixed

    /// A run some of whose rows were invalid for want of a prefix, which is fixed now.
    private func leaveMended(_ scene: Scene) async throws {
        try await scene.inject([.counter(version: "2026-07")])
        try scene.installation.edit(scene.installation.pipelineFile) {
            $0 = $0.replacing("code_prefix: shopify-giftcard-", with: "code_prefix: other-")
        }
        try scene.drop(SourceFile())
        let poll = try await scene.installation.poll("--wait", "40s")
        let balance = try await scene.installation.balance(1)
        #expect(balance.statuses["invalid"]?.rows == 5, "\(scene.name): \(balance) \(poll)")
        try scene.installation.edit(scene.installation.pipelineFile) {
            $0 = $0.replacing("code_prefix: other-", with: "code_prefix: shopify-giftcard-")
        }
    }

    @Test func `rows that were invalid for a cause that is fixed go, and only they`() async throws {
        try await withScene("rerun with the prefix fixed") { scene in
            try await leaveMended(scene)
            let feed = try scene.installation.feed(of: SourceFile().name)
            let result = try await scene.rerun(1)
            #expect(result.exit == 1, "\(result)")
            let sent = try scene.installation.bulkFile(of: SourceFile().name, attempt: 2)
            #expect(sent.count == 3, "\(sent)")
            let results = try scene.installation.results(of: SourceFile().name)
            #expect(results.column("status").count { $0 == "activated" } == 12, "\(results)")
            let rejects = try scene.installation.rejects(of: SourceFile().name)
            #expect(rejects.rows.count == 2, "\(rejects)")
            expectSame(try scene.installation.feed(of: SourceFile().name), feed, "the feed is published once")
            try await Invariants.expect(scene, comparesOutputs: false, sweeps: [result])
        }
    }

    @Test(arguments: 1...4)
    func `two reruns and a poll at once make no card twice`(_ round: Int) async throws {
        try await withScene("two reruns and a poll at once, round \(round)", operationSeconds: "0.2") { scene in
            try await leaveMended(scene)
            async let first = scene.rerun(1)
            async let second = scene.rerun(1, "--from", Self.stages[round])
            try await Task.sleep(for: .milliseconds(30 * round))
            async let third = scene.installation.poll("--wait", "40s")
            let results = try await [first, second, third]
            #expect(results.allSatisfy { [0, 1].contains($0.exit) }, "\(scene.name): \(results)")
            let sweeps = try await scene.sweep()
            #expect(sweeps.allSatisfy { [0, 1].contains($0.exit) }, "\(scene.name): \(sweeps)")
            try await Invariants.expect(scene, comparesOutputs: false, sweeps: results + sweeps)
        }
    }

    @Test(arguments: [Standing.left, .running, .stopped, .unknown, .held])
    func `two reruns and a poll at once on a run that is not at its end`(_ standing: Standing) async throws {
        try await withScene("two reruns and a poll at once, \(standing)", operationSeconds: "0.2") { scene in
            try await scene.inject([.counter(version: "2026-07")])
            _ = try await bring(scene, to: standing)
            if standing == .held { try scene.installation.set("limits", "{ card: 2000 }") }
            async let first = scene.rerun(1)
            async let second = scene.rerun(1, "--from", "bulk-file")
            async let third = scene.installation.poll("--wait", "40s")
            // The poll may still meet what stopped it.
            let results = try await [first, second, third]
            #expect(results.allSatisfy { [0, 1, 78].contains($0.exit) }, "\(scene.name): \(results)")
            let sweeps = standing == .unknown ? [] : try await scene.sweep()
            guard standing != .unknown else {
                let (executed, cards) = (try await scene.executions(), try await scene.shop.cards().count)
                return #expect(cards == 11 && executed == 12, "\(scene.name): \(executed) for \(cards) cards")
            }
            try await Invariants.expect(scene, comparesOutputs: false, sweeps: results + sweeps)
        }
    }

    @Test func `a run that another process works on is left to it, and begins again in its hands`() async throws {
        try await withScene("a rerun while a poll owns the run") { scene in
            try scene.drop(SourceFile())
            try await scene.shop.inject(["kind": "hang", "root": "bulkOperationRunMutation", "seconds": 3, "count": 1])
            let arguments = ["poll", "--json", "--wait", "40s", "--config", scene.installation.configuration]
            let (rerun, poll) = try await withDropline(arguments) { running in
                try await scene.shop.wait(until: "an operation runs") { try await !$0.operations().isEmpty }
                return try await scene.rerun(1)
            }
            #expect(try rerun.exit == 0 && rerun.json()["waiting"] == [1], "\(scene.name): \(rerun)")
            #expect(poll.exit == 1, "\(scene.name): \(poll)")
            let detail = try await scene.installation.show(1)
            let again = detail["audit"].array?.filter { $0["event"] == "runs-again" }.map { $0["detail"].string }
            expectSame(again, ["from activation-feed, attempt 2"], scene.name)
            try await Invariants.expect(scene, comparesOutputs: false, sweeps: [poll, rerun])
        }
    }

    @Test func `a row that was given up as unknown is looked for again`() async throws {
        try await withScene("a rerun of an unknown row past its time") { scene in
            try await scene.shop.inject("code-taken")
            try scene.drop(SourceFile(cards: 1, bad: false))
            _ = try await scene.installation.poll("--wait", "40s")
            _ = try await python(
                "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit()",
                scene.installation.folder + "/var/dropline.sqlite",
                "UPDATE rows SET unknown_since = 0"
            )
            let given = try await scene.installation.poll("--wait", "40s")
            let run = try await scene.installation.show(1)["run"]
            #expect(given.exit == 1 && run["state"] == "done", "\(given)")
            let marker = "Order NS1 dl:\((run["sha256"].string ?? "").prefix(12)):2"
            try await scene.shop.addCard(SourceFile(cards: 1, bad: false).codes[0], "5.00", note: marker)
            let kept = try await scene.rerun(1, "--from", "deliver")
            #expect(kept.exit == 1, "only published again, and a person's still: \(kept)")
            let result = try await scene.rerun(1, "--from", "reconcile")
            let balance = try await scene.installation.balance(1)
            #expect(result.exit == 0 && balance.statuses["activated"]?.rows == 1, "\(balance) \(result)")
        }
    }

    @Test func `a marker that is there for a new file of the same name stays`() async throws {
        try await withScene("a rerun beside a new file with its marker") { scene in
            try scene.installation.addToSource("done_marker: .done")
            let (source, inbox) = (SourceFile(), Installation.inbox + "/")
            try scene.drop(source)
            try scene.installation.drop(source.name + ".done", "")
            _ = try await scene.installation.poll("--wait", "40s")
            try scene.installation.drop(source.name + ".done", "")
            _ = try await scene.rerun(1)
            #expect(scene.holds(inbox + source.name + ".done"), "the marker of a file to come is gone")
        }
    }

    // MARK: - Killed

    /// Where a rerun may die, at which time that the place is reached, and the stage that it is from.
    static let places = [
        "rerun.requested:1 activation-feed", "rerun.before-commit:1 activation-feed", "rerun.begun:1 activation-feed",
        "activation-feed.read-again:1 activation-feed", "activation-feed.batch-taken:1 activation-feed",
        "activation-feed.before-taken:1 activation-feed", "activation-feed.taken:1 activation-feed",
        "activation-feed.before-commit:1 activation-feed", "activation-feed.after-commit:1 activation-feed",
        "bulk-file.before-commit:1 activation-feed", "bulk-import.answered:1 activation-feed",
        "reconcile.before-commit:1 activation-feed", "deliver.staged:1 activation-feed",
        "deliver.published:2 activation-feed", "deliver.before-commit:1 activation-feed",
        "deliver.before-renewal:1 deliver", "deliver.renewed:1 deliver", "deliver.staged:2 deliver",
        "deliver.staged-recorded:1 deliver", "deliver.renamed:3 deliver", "deliver.published:1 deliver",
    ]

    @Test(arguments: places)
    func `a rerun that is killed loses and doubles nothing, and the next sweep goes on with it`(
        _ words: String
    ) async throws {
        let parts = words.split(separator: " ").map(String.init)
        try await withScene("a rerun from \(parts[1]), killed at \(parts[0])") { scene in
            try await leaveMended(scene)
            let killed = try await scene.rerun(1, "--from", parts[1], environment: ["DROPLINE_CRASH_AT": parts[0]])
            #expect(killed.exit == -9, "\(scene.name): the place was not reached: \(killed)")
            var sweeps = try await scene.sweep()
            // Published again by a person's wish is no doubling, so the rest is seen by a rerun of all.
            if parts[1] == "deliver" {
                let feeds = (try scene.installation.feeds(), try scene.installation.bulkFiles())
                #expect(feeds.0.count == 1 && feeds.1.count == 1, "\(scene.name): \(feeds)")
                let published = try await scene.publications()
                #expect(published.values.allSatisfy { $0 == 2 }, "\(scene.name): \(published)")
                return
            }
            sweeps.insert(killed, at: 0)
            try await Invariants.expect(scene, comparesOutputs: false, sweeps: sweeps)
        }
    }

    static let unsentPlaces = ["rerun.rows-changed:1"]

    @Test(arguments: unsentPlaces)
    func `a rerun of rows whose operation never started is killed while it doubts them`(_ place: String) async throws {
        try await withScene("a rerun of a stopped run, killed at \(place)") { scene in
            try await scene.inject([.counter(version: "2026-07")])
            _ = try await bring(scene, to: .stopped)
            let killed = try await scene.rerun(1, "--from", "bulk-file", environment: ["DROPLINE_CRASH_AT": place])
            #expect(killed.exit == -9, "\(scene.name): the place was not reached: \(killed)")
            let sweeps = try await scene.sweep()
            try await Invariants.expect(scene, comparesOutputs: false, sweeps: [killed] + sweeps)
        }
    }
}

extension Scene {
    /// Runs a run again; what it printed as JSON is in the result's `json()`.
    fileprivate func rerun(
        _ run: Int,
        _ arguments: String...,
        environment: [String: String?] = [:]
    ) async throws -> CommandResult {
        try await installation.run(
            ["rerun", "\(run)", "--json", "--reason", "a test"] + arguments,
            environment: environment
        )
    }

    /// How often each output of the first run was published.
    fileprivate func publications() async throws -> [String: Int] {
        let audit = try await installation.show(1)["audit"].array ?? []
        return audit.filter { $0["event"].string?.hasPrefix("published") == true }
            .reduce(into: [:]) { $0[$1["detail"].string ?? "?", default: 0] += 1 }
    }
}
