import DropDoubles
import FileDrops
import Foundation
import Ledgers
import Logging
import Pipelines
import SQLiteLedger
import Sealing
import Synchronization

@testable import Runner

/// An installation whose clock stands, with pipelines whose sources are what a test says.
final class Bench: Sendable {
    let folder = NSTemporaryDirectory() + "dropline-runner-" + UUID().uuidString.prefix(8).lowercased()
    let time: TestClock
    let board = ServiceBoard()
    let installation: Installation

    init(_ now: String = "2026-03-10T09:00:00Z") throws {
        time = TestClock(now)
        installation = Installation(
            name: "0000abcd",
            ledger: try SQLiteLedger(path: folder + "/ledger.sqlite"),
            workspace: try Workspace(root: folder + "/workspace"),
            keyring: try Keyring.create(.random()),
            clock: time.clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func loop(
        _ name: String = "p",
        _ source: ScriptedSource,
        schedule: Schedule?,
        watcher: FolderWatcher? = nil,
        drop: String? = nil,
        stages: [any Stage] = []
    ) throws -> PipelineLoop {
        let pipelineSource = try drop.map { try Source.plain(on: FolderDrop(name: "d", root: $0)) }
        return PipelineLoop(
            Pipeline(name: name, shop: "", source: pipelineSource, stages: stages),
            intake: source,
            in: installation,
            schedule: schedule,
            watches: drop != nil,
            watcher: watcher,
            board: board
        )
    }

    /// Adds a run that goes on at a stage; what the closure changes of it is kept.
    func addRun(
        at stage: StageName?,
        _ state: RunState = .waiting,
        _ change: @Sendable (inout Run) -> Void = { _ in }
    ) async throws -> Run {
        let source = RunSource(drop: "d", path: "in/a.csv", name: "a.csv", size: 1, modified: 1)
        var run = Run(
            pipeline: "p",
            shop: "",
            source: source,
            stem: "a",
            digest: "d",
            state: state,
            nextStage: stage?.rawValue,
            createdAt: time.wall
        )
        change(&run)
        run.id = try await installation.ledger.write { [run] in try $0.add(run) }
        return run
    }

    /// Runs loops beside a body, and stops them behind it.
    func running(_ loops: PipelineLoop..., body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for loop in loops { group.addTask { await loop.run() } }
            let result: Result<Void, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            group.cancelAll()
            try result.get()
        }
    }

    /// Waits until every loop sleeps again, and has swept so often.
    func settled(_ source: ScriptedSource, _ count: Int, sleepers: Int = 1) async throws {
        try await eventually("\(count) sweeps; there were \(source.count), \(time.sleepers) sleep") {
            source.count == count && time.sleepers == sleepers
        }
    }
}

/// A source that finds what a test says, and counts how often it was looked at.
final class ScriptedSource: Intake {
    private struct State {
        var count = 0
        var error: (any Error)?
        var report = IntakeReport()
        var isHeld = false
        var held: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.count } }

    /// What the next looks find, or the error that they end with.
    func finds(_ report: IntakeReport = IntakeReport(), error: (any Error)? = nil) {
        state.withLock { ($0.report, $0.error) = (report, error) }
    }

    /// Has looks that begin from now on hang until they are let go.
    func hold() { state.withLock { $0.isHeld = true } }

    /// Lets the looks that hang come to their end.
    func letGo() {
        let held = state.withLock { state in
            defer { (state.isHeld, state.held) = (false, []) }
            return state.held
        }
        for look in held { look.resume() }
    }

    func sweep(
        _ pipeline: Pipeline,
        taking slice: IntakeSlice,
        in installation: Installation
    ) async throws -> IntakeReport {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                state.count += 1
                if state.isHeld { state.held.append(continuation) }
                return !state.isHeld
            }
            if isFree { continuation.resume() }
        }
        return try state.withLock { state in
            if let error = state.error { throw error }
            return state.report
        }
    }
}
