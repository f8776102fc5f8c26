import Foundation
import Ledgers
import Logging
import Pipelines
import Runner
import SQLiteLedger
import Sealing
import Synchronization
import Testing

/// A person asks for a rerun at the very moment in which the run is at its end, or would be held.
@Suite struct RerunRaceTests {
    /// What the stages did, in order, and what is to happen while one of them is at work.
    private final class Events: Sendable {
        let names = Mutex<[String]>([])
        let asks: @Sendable (Installation) async throws -> Void

        init(_ asks: @escaping @Sendable (Installation) async throws -> Void) { self.asks = asks }

        /// Notes a stage; `true` the first time.
        func note(_ name: StageName) -> Bool {
            names.withLock { names in
                names.append(name.rawValue)
                return names.count { $0 == name.rawValue } == 1
            }
        }
    }

    private struct First: Stage {
        static let name: StageName = "first"
        let events: Events

        func run(_ input: StageInput, in context: StageContext) async throws -> StageOutput {
            _ = events.note(Self.name)
            return try await context.commit(.finished)
        }
    }

    private struct Last: Stage {
        static let name: StageName = "last"
        let events: Events
        let firstOutput: StageOutput

        func run(_ input: StageInput, in context: StageContext) async throws -> StageOutput {
            guard events.note(Self.name) else { return try await context.commit(.finished) }
            try await events.asks(context.installation)
            return try await context.commit(firstOutput)
        }
    }

    /// Follows a run during whose last stage a rerun is asked for; returns the stages that were at work, and the run.
    private func follow(
        _ firstOutput: StageOutput,
        asking stages: [StageName]
    ) async throws -> (stages: [String], run: Run?) {
        let folder = NSTemporaryDirectory() + "dropline-runner-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let ledger = try SQLiteLedger(path: folder + "/ledger.sqlite")
        let installation = Installation(
            name: "0000abcd",
            ledger: ledger,
            workspace: try Workspace(root: folder + "/workspace"),
            keyring: try Keyring.create(.random()),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let id = try await ledger.write { ledger in
            let source = RunSource(drop: nil, path: "a.csv", name: "a.csv", size: 1, modified: 1)
            let run = Run(
                pipeline: "p",
                shop: "",
                source: source,
                stem: "a",
                digest: "",
                nextStage: "first",
                createdAt: 1
            )
            let id = try ledger.add(run)
            let kept = Artifact(
                kind: .source,
                fileName: "a.csv",
                path: "a",
                digest: "",
                size: 1,
                mediaType: "text/csv",
                count: 0
            )
            try ledger.put(kept, of: id)
            return id
        }
        let events = Events { installation in
            for stage in stages {
                let request = RerunRequest(run: id, chain: ["first", "last"], from: stage)
                try await installation.ledger.request([request], Decision(by: "me", because: "a test", at: 2))
            }
        }
        let pipeline = Pipeline(
            name: "p",
            shop: "",
            source: nil,
            stages: [First(events: events), Last(events: events, firstOutput: firstOutput)]
        )
        let runner = PipelineRunner(pipeline: pipeline, intake: NoIntake(), installation: installation)
        _ = try await runner.follow([id], wait: .seconds(60))
        return (events.names.withLock { $0 }, try await ledger.read { try $0.run(id) })
    }

    private struct NoIntake: Intake {
        func sweep(
            _ pipeline: Pipeline,
            taking slice: IntakeSlice,
            in installation: Installation
        ) async throws -> IntakeReport { IntakeReport() }
    }

    @Test(arguments: [.finished, .held("above a limit", at: "first")] as [StageOutput])
    func `a run that is asked to run again stays open in the ledger, whoever dies then`(_ output: StageOutput) {
        let source = RunSource(drop: nil, path: "a.csv", name: "a.csv", size: 1, modified: 1)
        var run = Run(pipeline: "p", shop: "", source: source, stem: "a", digest: "", nextStage: "last", createdAt: 1)
        run.leave("last", output, chain: ["first", "last"], now: 2)
        #expect(run.state == (output == .finished ? .done : .held))
        run.rerunFrom = "first"
        run.leave("last", output, chain: ["first", "last"], now: 2)
        #expect(run.state == .open && run.finishedAt == nil)
    }

    @Test(
        arguments: [
            .finished, .held("above a limit", at: "first"), .waiting("a row is unknown", at: "last"),
            .close(.duplicate, "as run 0"),
        ] as [StageOutput]
    )
    func `a run is not left before it has run again, however the stage under way leaves it`(
        _ output: StageOutput
    ) async throws {
        let (stages, run) = try await follow(output, asking: ["first"])
        #expect(stages == ["first", "last", "first", "last"])
        #expect(run?.state == .done && run?.rerunFrom == nil && run?.finishedAt != nil)
    }

    @Test(arguments: [["first", "last"], ["last", "first"]] as [[StageName]])
    func `of two requests that have not begun the earlier stage holds, and what both ask for is done`(
        _ asked: [StageName]
    ) async throws {
        let (stages, run) = try await follow(.finished, asking: asked)
        #expect(stages == ["first", "last", "first", "last"])
        #expect(run?.republishes == .present)
    }
}
