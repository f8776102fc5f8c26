import Ledgers
import Pipelines
import Synchronization
import Testing

@testable import Runner

/// Many files in one sweep.
@Suite(.timeLimit(.minutes(10))) struct SliceTests {
    /// A source of so many files, which hands them out as it is asked to and makes a run of each.
    private final class ManyFiles: Intake {
        let events = Mutex<[String]>([])
        private let state: Mutex<(left: Int, error: (any Error)?)>
        private let unreadable: Set<String>

        init(_ count: Int, unreadable: Set<String> = []) {
            state = Mutex((count, nil))
            self.unreadable = unreadable
        }

        func fails(_ error: any Error) { state.withLock { $0.error = error } }

        func sweep(_ pipeline: Pipeline, taking slice: IntakeSlice, in installation: Installation) async throws
            -> IntakeReport
        {
            if let error = state.withLock({ $0.error }) { throw error }
            let count = state.withLock { min($0.left, slice.files) }
            var report = IntakeReport()
            for _ in 0..<count {
                let source = RunSource(drop: "d", path: "in/a", name: "a", size: 1, modified: 1)
                let now = installation.clock.now()
                let run = Run(
                    pipeline: "p",
                    shop: "",
                    source: source,
                    stem: "a",
                    digest: "d",
                    nextStage: "work",
                    createdAt: now
                )
                report.taken.append(try await installation.ledger.write { try $0.add(run) })
            }
            report.failed = unreadable.subtracting(slice.excluded)
            report.faults = report.failed.map { "\($0) can't be read" }
            report.left = state.withLock { state in
                state.left -= count
                return count == 0 ? 0 : state.left
            }
            events.withLock { $0.append("took \(count)") }
            return report
        }
    }

    private struct Work: Stage {
        static let name: StageName = "work"
        let source: ManyFiles

        func run(_ input: StageInput, in context: StageContext) async throws -> StageOutput {
            source.events.withLock { $0.append("ended \(input.run.id)") }
            return try await context.commit(.finished)
        }
    }

    private func sweep(_ source: ManyFiles) async throws -> SweepReport {
        let bench = try Bench()
        let pipeline = Pipeline(name: "p", shop: "", source: nil, stages: [Work(source: source)])
        let runner = PipelineRunner(pipeline: pipeline, intake: source, installation: bench.installation)
        return try await runner.sweep(waitsForSecondLook: false, wait: .seconds(600))
    }

    @Test func `the first files are at their end before the last ones are taken, and all come to their end`()
        async throws
    {
        let source = ManyFiles(230)
        let report = try await sweep(source)
        #expect(report.taken.count == 230)
        #expect(report.touched.count == 230)
        let events = source.events.withLock { $0 }
        #expect(events.filter { $0.hasPrefix("took") } == ["took 50", "took 50", "took 50", "took 50", "took 30"])
        let first = try #require(events.firstIndex(of: "ended 1"))
        #expect(events[..<first].count { $0.hasPrefix("took") } == 1)
    }

    @Test func `a source that can't be seen any more ends the sweep, with what was taken at its end`() async throws {
        let source = ManyFiles(120)
        let bench = try Bench()
        struct Gone: Error {}
        struct Breaking: Stage {
            static let name: StageName = "work"
            let source: ManyFiles
            func run(_ input: StageInput, in context: StageContext) async throws -> StageOutput {
                source.fails(Gone())
                return try await context.commit(.finished)
            }
        }
        let pipeline = Pipeline(name: "p", shop: "", source: nil, stages: [Breaking(source: source)])
        let runner = PipelineRunner(pipeline: pipeline, intake: source, installation: bench.installation)
        let report = try await runner.sweep(waitsForSecondLook: false, wait: .seconds(600))
        #expect((report.taken.count, report.touched.count) == (50, 50))
        #expect(report.sawSource == false)
        #expect(report.faults.count == 1)
    }

    @Test func `a file that can't be read is tried once in a sweep, and told once`() async throws {
        let report = try await sweep(ManyFiles(120, unreadable: ["in/locked"]))
        #expect(report.taken.count == 120)
        #expect(report.faults.map(\.message) == ["in/locked can't be read"])
    }
}
