import Ledgers
import Pipelines
import Synchronization
import Testing

@testable import Runner

/// What becomes of a run when its loop is to end.
@Suite(.timeLimit(.minutes(10))) struct HandingOverTests {
    /// What a test's stages share: how often each was called, and whether the first one hangs.
    private final class Script: Sendable {
        let calls = Mutex<[String]>([])
        let hanging = WakeUp()
        let hangs: Bool

        init(hangs: Bool = false) { self.hangs = hangs }

        func note(_ name: String) { calls.withLock { $0.append(name) } }
        var count: Int { calls.withLock { $0.count } }
    }

    private struct First: Stage {
        static let name: StageName = "first"
        let script: Script

        func run(_ input: StageInput, in context: StageContext) async throws -> StageOutput {
            script.note("first")
            if script.hangs { await script.hanging.wait(atMost: .seconds(600), .system) }
            try Task.checkCancellation()
            return try await context.commit(.finished)
        }
    }

    private struct Second: Stage {
        static let name: StageName = "second"
        let script: Script

        func run(_ input: StageInput, in context: StageContext) async throws -> StageOutput {
            script.note("second")
            return try await context.commit(.waiting("for the shop"))
        }
    }

    private func stages(_ script: Script) -> [any Stage] { [First(script: script), Second(script: script)] }

    @Test func `runs that wait go on every five minutes, whatever the schedule says`() async throws {
        let (bench, source, script) = (try Bench(), ScriptedSource(), Script())
        _ = try await bench.addRun(at: Second.name)
        try await bench.running(try bench.loop("p", source, schedule: nil, stages: stages(script))) {
            for count in 1...3 {
                try await eventually("it went on \(count) times") { script.count == count && bench.time.sleepers == 1 }
                bench.time.advance(.seconds(300))
            }
            #expect(source.count == 0, "the source is not looked at for that")
        }
    }

    @Test func `a stage under way comes to its end, the next one is left to the next start`() async throws {
        let (bench, script) = (try Bench(), Script(hangs: true))
        let run = try await bench.addRun(at: First.name, .open).id
        let loop = try bench.loop("p", ScriptedSource(), schedule: nil, stages: stages(script))
        async let ended: Void = loop.run()
        try await eventually("the first stage runs") { script.count == 1 }
        loop.handOver()
        script.hanging.signal()
        await ended
        #expect(script.calls.withLock { $0 } == ["first"])
        let left = try #require(try await bench.installation.ledger.read { try $0.run(run) })
        #expect(left.state == .open && left.nextStage == "second" && left.failures == 0)
        let claim = try #require(try await bench.installation.ledger.claim(.run(run)))
        #expect(!claim.isTakenOver, "it was let go")
    }

    @Test func `under a new configuration the sweep under way comes to its end`() async throws {
        let (bench, script) = (try Bench(), Script(hangs: true))
        _ = try await bench.addRun(at: First.name, .open)
        let loop = try bench.loop("p", ScriptedSource(), schedule: nil, stages: stages(script))
        async let ended: Void = loop.run()
        try await eventually("the first stage runs") { script.count == 1 }
        loop.stopAfterSweep()
        script.hanging.signal()
        await ended
        #expect(script.calls.withLock { $0 } == ["first", "second"])
    }

    @Test func `a stage that is cancelled lets its claim go, and counts neither as failed nor as interrupted`()
        async throws
    {
        let (bench, script) = (try Bench(), Script(hangs: true))
        let run = try await bench.addRun(at: First.name, .open).id
        let loop = try bench.loop("p", ScriptedSource(), schedule: nil, stages: stages(script))
        let running = Task { await loop.run() }
        try await eventually("the first stage runs") { script.count == 1 }
        running.cancel()
        await running.value
        let claim = try #require(try await bench.installation.ledger.claim(.run(run)))
        #expect(!claim.isTakenOver, "it was let go")
        let left = try #require(try await bench.installation.ledger.read { try $0.run(run) })
        #expect(left.state == .open && left.nextStage == "first" && left.failures == 0 && left.interruptions == 0)
    }
}
