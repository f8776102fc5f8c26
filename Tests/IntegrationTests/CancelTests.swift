import CommandSupport
import Foundation
import Testing

/// Operations that do not end and slots that do not free: they are told in time, and a person can have them cancelled.
@Suite struct CancelTests {
    /// The sandbox's faults that are played here.
    static let kinds = ["operation-stuck", "cancel-stuck", "cancel-late"]

    private static let reason = ["--reason", "it hangs"]

    private func cancel(
        _ installation: Installation,
        _ run: Int = 1,
        clock: String = "+0s",
        _ arguments: String...
    ) async throws -> CommandResult {
        try await installation.run(
            ["cancel", "\(run)"] + arguments + Self.reason,
            environment: ["DROPLINE_CLOCK": clock]
        )
    }

    private func poll(_ installation: Installation, clock: String = "+0s", wait: String = "0s") async throws
        -> CommandResult
    {
        try await installation.poll("--wait", wait, environment: ["DROPLINE_CLOCK": clock])
    }

    /// What the run needs a person for; `nil` for nothing.
    private func attention(_ installation: Installation) async throws -> String? {
        try await installation.runs()[0]["attention"].string
    }

    /// Drops a file whose operation comes to a stand in the middle.
    private func withStuckOperation(
        _ name: String,
        _ faults: [Fault] = [Fault("operation-stuck")],
        clock: String = "+0s",
        _ body: (Scene) async throws -> Void
    ) async throws {
        try await withScene(name) { scene in
            try await scene.inject(faults + [.counter(version: "2026-07")])
            try scene.drop(SourceFile())
            let first = try await poll(scene.installation, clock: clock)
            #expect(first.exit == 0, "\(name): \(first)")
            try await scene.shop.wait(until: "the operation stands still") { shop in
                try await shop.operations().first?["objectCount"].int == 6
            }
            try await body(scene)
        }
    }

    // MARK: Told in time

    @Test
    func
        `an operation that never ends is told after two hours, by poll, runs and show, and goes on once it is cancelled`()
        async throws
    {
        try await withStuckOperation("an operation that never ends") { scene in
            let installation = scene.installation
            let early = try await poll(installation, clock: "+119m")
            #expect(early.exit == 0, "\(early)")
            #expect(try await attention(installation) == nil)

            let late = try await poll(installation, clock: "+125m")
            #expect(late.exit == 1, "\(late)")
            let told = try #require(try await attention(installation))
            for words in [
                "DroplineGiftCards_", "has not ended in 2h 5m", "6 of 12 lines", "'dropline cancel 1 --reason TEXT'",
            ] {
                #expect(told.contains(words), "'\(words)' is not in: \(told)")
            }
            #expect(late.errors.contains("needs a person") && late.errors.contains("has not ended"), "\(late)")
            for command in [["poll", "--wait", "0s"], ["runs"], ["show", "1"]] {
                let said = try await installation.run(command, environment: ["DROPLINE_CLOCK": "+125m"])
                #expect(said.output.contains("has not ended in 2h 5m"), "\(said)")
            }

            let cancelled = try await cancel(installation)
            #expect(cancelled.exit == 0, "\(cancelled)")
            #expect(cancelled.output.contains("is being cancelled at the shop, 6 of 12 lines done"), "\(cancelled)")
            #expect(
                try await attention(installation) == nil,
                "what is cancelled is told anew only if that lasts as well"
            )
            try await scene.shop.wait(until: "it is cancelled") { shop in
                try await shop.operations().first?["status"] == "CANCELED"
            }
            let ended = try await poll(installation, clock: "+126m", wait: "5s")
            #expect(ended.exit == 0, "\(ended)")
            let between = try await installation.balance(1)
            #expect(between.statuses["activated"]?.rows == 6, "what it did is taken over at once: \(between)")
            let operations = try await scene.shop.operations().count
            #expect(operations == 1, "nothing is sent in the minute after it")

            let done = try await poll(installation, clock: "+128m", wait: "20s")
            #expect(done.exit == 1, "\(done)")
            let decisions = try await installation.show(1)["audit"].array?.filter { $0["who"] != .null } ?? []
            expectSame(decisions.map { $0["event"].string }, ["cancel-asked", "cancelled"])
            #expect(decisions.allSatisfy { $0["detail"].string?.hasSuffix(": it hangs") == true }, "\(decisions)")
            try await Invariants.expect(scene, sweeps: [early, late, ended, done])
        }
    }

    @Test func `the pipeline says how long an operation may last, and no sweep follows one that lasts longer`()
        async throws
    {
        try await withStuckOperation("a patience of ten minutes") { scene in
            try scene.installation.addToPipeline("operation_patience: 10m")
            #expect(try await poll(scene.installation, clock: "+9m").exit == 0)
            let start = ContinuousClock.now
            let late = try await poll(scene.installation, clock: "+11m", wait: "10m")
            #expect(late.exit == 1 && ContinuousClock.now - start < .seconds(590), "\(late)")
        }
    }

    @Test func `a clock that is set back does not hide an operation's age for ever`() async throws {
        try await withStuckOperation("a clock that is set back", clock: "+30d") { scene in
            #expect(try await poll(scene.installation).exit == 0)
            #expect(try await poll(scene.installation, clock: "+119m").exit == 0)
            let late = try await poll(scene.installation, clock: "+125m")
            #expect(late.exit == 1, "\(late)")
        }
    }

    @Test
    func
        `slots that never free are told, cancel says what takes them and cancels nothing, and the run goes on once one is free`()
        async throws
    {
        try await withScene("slots that never free") { scene in
            var others: [Installation] = []
            for seed in "abcde" {
                let (other, source) = (try await Installation(scene.shop), SourceFile(cards: 2, seed: seed, bad: false))
                try await scene.inject([Fault("operation-stuck")])
                try other.drop(source.name, source.text)
                #expect(try await poll(other).exit == 0)
                others.append(other)
            }
            let source = SourceFile(cards: 4, seed: "z", bad: false)
            try scene.drop(source)
            let installation = scene.installation
            #expect(try await poll(installation).exit == 0)
            #expect(try await poll(installation, clock: "+119m").exit == 0)
            let late = try await poll(installation, clock: "+125m")
            #expect(late.exit == 1, "\(late)")
            let told = try #require(try await attention(installation))
            #expect(told.contains("has waited 2h 5m for a free slot") && told.contains("dropline cancel 1"), "\(told)")

            let asked = try await cancel(installation)
            #expect(asked.exit == 1 && asked.output.contains("waits for one of its slots"), "\(asked)")
            #expect(asked.output.contains("are not cancelled for this one"), "\(asked)")
            let slots = try await cancel(installation, 1, "--json").json()["slots"].array ?? []
            let running = try await scene.shop.operations()
            expectSame(Set(slots.map { $0["id"].string }), Set(running.map { $0["id"].string }))
            #expect(slots.allSatisfy { $0["kind"] == "MUTATION" && $0["status"] == "RUNNING" }, "\(slots)")
            #expect(slots.allSatisfy { $0["since"].string?.isEmpty == false && $0["run"] == .null }, "\(slots)")
            #expect(running.allSatisfy { $0["status"] == "RUNNING" }, "others' work was cancelled: \(running)")

            // Its own installation has it cancelled.
            let freed = try await cancel(others[0])
            #expect(freed.exit == 0, "\(freed)")
            let done = try await poll(installation, clock: "+126m", wait: "30s")
            #expect(done.exit == 0, "\(done)")
            let balance = try await installation.balance(1)
            #expect(balance.statuses["activated"]?.rows == 4, "\(balance)")
        }
    }

    // MARK: What comes in between

    @Test(arguments: ["lost-request", "lost-answer"])
    func `a cancellation whose answer never comes is asked for again by the next poll`(_ kind: String) async throws {
        let root = "bulkOperationCancel"
        try await withStuckOperation("\(kind) at \(root)", [Fault("operation-stuck"), Fault(kind, 5, root: root)]) {
            scene in
            let installation = scene.installation
            let lost = try await cancel(installation)
            #expect(lost.exit == 69, "\(lost)")
            let wished = try await installation.show(1)["operations"][0]["cancelAskedAt"].string
            #expect(wished != nil, "what the person wished was lost")
            let sweeps = [
                try await poll(installation, wait: "5s"), try await poll(installation, clock: "+2m", wait: "20s"),
            ]
            #expect(sweeps.map(\.exit) == [0, 1], "\(sweeps)")
            let statuses = try await scene.shop.operations().map { $0["status"].string }
            expectSame(statuses, ["CANCELED", "COMPLETED"])
            try await Invariants.expect(scene, sweeps: sweeps)
        }
    }

    @Test func `cancelled twice, it is recorded once, and one that the shop never finishes is told again`() async throws
    {
        try await withStuckOperation("CANCELING for ever", [Fault("operation-stuck"), Fault("cancel-stuck")]) { scene in
            let installation = scene.installation
            #expect(try await poll(installation, clock: "+125m").exit == 1)
            #expect(try await cancel(installation, 1, clock: "+125m").exit == 0)
            #expect(try await poll(installation, clock: "+240m").exit == 0, "a cancellation has its own time")
            let again = try await cancel(installation, 1, clock: "+240m")
            #expect(again.exit == 0 && again.output.contains("was cancelled before"), "\(again)")
            let trail = try await installation.show(1)["audit"].array?.filter { $0["event"] == "cancel-asked" } ?? []
            #expect(trail.count == 1, "\(trail)")
            let late = try await poll(installation, clock: "+250m")
            #expect(late.exit == 1, "\(late)")
            let told = try #require(try await attention(installation))
            #expect(told.contains("was cancelled 2h 5m ago and the shop has not ended it"), "\(told)")
        }
    }

    @Test func `an operation that has ended meanwhile is not cancelled, and its result is taken over`() async throws {
        try await withScene("ended meanwhile") { scene in
            try await scene.inject([.counter(version: "2026-07")])
            try scene.drop(SourceFile())
            #expect(try await poll(scene.installation).exit == 0)
            try await scene.shop.wait(until: "it is done") { try await $0.operations()[0]["status"] == "COMPLETED" }
            let late = try await cancel(scene.installation)
            #expect(late.exit == 0 && late.output.contains("there was nothing to cancel"), "\(late)")
            let done = try await poll(scene.installation, wait: "20s")
            #expect(done.exit == 1, "\(done)")
            try await Invariants.expect(scene, sweeps: [done])
        }
    }

    @Test
    func `cards that appear after the end of a cancelled operation are found, and nobody can call them refused before`()
        async throws
    {
        try await withScene("cards that come late", operationSeconds: "1000") { scene in
            let installation = scene.installation
            try await scene.inject([Fault("cancel-late", seconds: 3), .counter(version: "2026-07")])
            try scene.drop(SourceFile())
            #expect(try await poll(installation).exit == 0)
            #expect(try await cancel(installation).exit == 0)
            let ended = try await poll(installation, wait: "5s")
            #expect(ended.exit == 0, "\(ended)")
            let refused = try await installation.run(["resolve", "1", "2", "--as", "refused", "--reason", "r"])
            #expect(refused.exit == 1 && refused.errors.contains("cancelled a short while ago"), "\(refused)")
            try await scene.shop.wait(until: "the cards are there") { try await $0.cards().count == 12 }
            let done = try await poll(installation, clock: "+2m", wait: "20s")
            #expect(done.exit == 1, "\(done)")
            let operations = try await scene.shop.operations().count
            #expect(operations == 1, "what was there was sent again")
            try await Invariants.expect(scene, sweeps: [ended, done])
        }
    }

    @Test func `a run that a poll follows at this moment is cancelled all the same`() async throws {
        try await withStuckOperation("cancelled while it is followed") { scene in
            let installation = scene.installation
            let arguments = ["poll", "--json", "--wait", "20s", "--config", installation.configuration]
            try await scene.inject([Fault("hang", seconds: 1)])
            let (cancelled, followed) = try await withDropline(arguments) { _ in
                try await scene.shop.wait(until: "the poll asks for the operation") { shop in
                    try await !shop.faults().contains { $0["kind"] == "hang" }
                }
                return try await cancel(installation)
            }
            #expect(cancelled.exit == 0 && followed.exit == 0, "\(cancelled) \(followed)")
            let balance = try await installation.balance(1)
            #expect(balance.statuses["activated"]?.rows == 6, "\(balance)")
        }
    }

    // MARK: Nothing to cancel

    @Test func `a run without an operation at the shop is refused with what it is`() async throws {
        try await withScene("nothing to cancel") { scene in
            let installation = scene.installation
            try scene.drop(SourceFile(cards: 2, bad: false))
            let killed = try await installation.poll(environment: ["DROPLINE_CRASH_AT": "bulk-import.intended"])
            #expect(killed.exit == -9, "\(killed)")
            let unsent = try await cancel(installation)
            #expect(unsent.exit == 1 && unsent.errors.contains("has not been started"), "\(unsent)")
            #expect(try await poll(installation, wait: "20s").exit == 0)
            let done = try await cancel(installation)
            #expect(done.exit == 64 && done.errors.contains("run 1 is done and has no bulk operation"), "\(done)")
            let unknown = try await cancel(installation, 9)
            #expect(unknown.exit == 64 && unknown.errors.contains("there is no run 9"), "\(unknown)")
            let trail = try await installation.show(1)["audit"].array?.filter { $0["who"] != .null } ?? []
            #expect(trail.isEmpty, "\(trail)")
        }
    }

    @Test func `cards that are made one call at a time have no operation`() async throws {
        try await withScene("single calls") { scene in
            try await scene.inject([Fault("bulk-not-allowed")])
            try scene.drop(SourceFile(cards: 2, bad: false))
            let place = "bulk-import.single-call"
            let killed = try await scene.installation.poll("--wait", "20s", environment: ["DROPLINE_CRASH_AT": place])
            #expect(killed.exit == -9, "\(killed)")
            let single = try await cancel(scene.installation)
            #expect(single.exit == 1 && single.errors.contains("one call at a time"), "\(single)")
        }
    }
}

/// `kill -9` while a person cancels, and while a poll does so for him: the wish is kept, and is carried out.
@Suite struct CancelCrashTests {
    static let places = ["cancel.recorded", "cancel.answered", "bulk-import.cancelled"]

    @Test(arguments: ["cancel.recorded", "cancel.answered"], [false, true])
    func `a cancellation survives kill -9, and nothing is lost or doubled by it`(
        _ place: String,
        _ killsPollToo: Bool
    ) async throws {
        try await withScene("killed at \(place)\(killsPollToo ? ", and the poll after it" : "")") { scene in
            let installation = scene.installation
            try await scene.inject([Fault("operation-stuck"), .counter(version: "2026-07")])
            try scene.drop(SourceFile())
            #expect(try await installation.poll("--wait", "0s").exit == 0)
            try await scene.shop.wait(until: "the operation stands still") { shop in
                try await shop.operations().first?["objectCount"].int == 6
            }
            let cancel = ["cancel", "1", "--reason", "it hangs"]
            let killed = try await installation.run(cancel, environment: ["DROPLINE_CRASH_AT": place])
            #expect(killed.exit == -9 && killed.output.isEmpty, "the place was not reached: \(killed)")
            let trail = try await installation.show(1)["audit"].array?.filter { $0["event"] == "cancel-asked" } ?? []
            expectSame(trail.count, 1, "\(trail)")
            let isAsked = try await scene.shop.operations()[0]["status"] != "RUNNING"
            #expect(isAsked == (place == "cancel.answered"))
            if killsPollToo, !isAsked {
                let poll = try await installation.poll(
                    "--wait",
                    "0s",
                    environment: ["DROPLINE_CRASH_AT": "bulk-import.cancelled"]
                )
                #expect(poll.exit == -9, "the place was not reached: \(poll)")
            }
            var sweeps = [try await installation.poll("--wait", "5s")]
            let late = ["DROPLINE_CLOCK": "+2m"]
            sweeps.append(try await installation.poll("--wait", "20s", environment: late))
            #expect(sweeps.map(\.exit) == [0, 1], "\(sweeps)")
            try await Invariants.expect(scene, sweeps: sweeps)
        }
    }
}
