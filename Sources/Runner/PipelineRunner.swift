import Commerce
public import Ledgers
import Logging
public import Pipelines

/// Sweeps a pipeline: takes new files, and brings every run as far as it goes.
///
/// Runs go one after another in the order in which their files were taken; one that waits for the shop lets the next one have its turn. Of many
/// files some are taken at a time, and the next ones when those are on their way out, so that the first are done long before the last are fetched.
public struct PipelineRunner: Sendable {
    private let pipeline: Pipeline
    private let intake: any Intake
    private let installation: Installation

    /// Makes a runner for a pipeline.
    public init(pipeline: Pipeline, intake: any Intake, installation: Installation) {
        self.pipeline = pipeline
        self.intake = intake
        self.installation = installation
    }

    /// One sweep.
    ///
    /// A file that was seen for the first time is looked at again after its `settle`, if `waitsForSecondLook`. Runs that wait for the shop are
    /// followed for `wait` after the last files were taken; what is not at its end by then goes on at the next sweep. Faults are in the report;
    /// only a cancellation is thrown.
    public func sweep(waitsForSecondLook: Bool, wait: Duration) async throws -> SweepReport {
        try await sweep(waitsForSecondLook: waitsForSecondLook, wait: wait, looks: true, obeying: LoopControl())
    }

    /// One sweep that others may wake, so that it looks again while runs are followed, and end; without a look the runs alone go on.
    func sweep(
        waitsForSecondLook: Bool,
        wait: Duration,
        looks: Bool,
        obeying control: LoopControl
    ) async throws -> SweepReport {
        var report = SweepReport(pipeline: pipeline.name)
        if !looks { report.pause = try await pause() }
        let first = looks ? try await look(&report, control) : nil
        var lookedLongEnough = installation.clock.boot().advanced(by: (first ?? .zero) + .seconds(1))
        var lookAgain = waitsForSecondLook ? first.map { installation.clock.boot().advanced(by: $0) } : nil
        var deadline = installation.clock.boot().advanced(by: wait)
        var queue = RunQueue(try await pending())
        while true {
            try await takeTurns(&queue, until: deadline, &report, obeying: control)
            let now = installation.clock.boot()
            if report.left > 0, !control.isStopping, queue.underWay(at: now, until: deadline) < Self.slice.files {
                _ = try await look(&report, control)
                // Where runs were followed for as long as they may be, the files that are left get one turn each.
                if now.nanoseconds <= deadline.nanoseconds {
                    deadline = installation.clock.boot().advanced(by: wait)
                }
                queue.add(try await pending())
                continue
            }
            let nextTurn = queue.next(at: now, until: deadline)
            if control.isStopping { lookAgain = nil }
            guard !control.mustHandOver,
                let wake = [nextTurn, lookAgain].compactMap(\.self).min(by: { $0.nanoseconds < $1.nanoseconds })
            else {
                break
            }
            if let pause = wake.since(now), pause > .zero {
                await control.wait(atMost: pause, installation.clock)
                try Task.checkCancellation()
            }
            let isAsked = control.takeAsked() && !control.isStopping
            if isAsked { lookAgain = installation.clock.boot() }
            if let due = lookAgain, installation.clock.boot().nanoseconds >= due.nanoseconds {
                let after = try await look(&report, control)
                lookAgain = after.map { installation.clock.boot().advanced(by: $0) }
                if isAsked, let lookAgain { lookedLongEnough = lookAgain.advanced(by: .seconds(1)) }
                report.lookAgainAt = lookAgain
                if let next = lookAgain, next.nanoseconds > lookedLongEnough.nanoseconds { lookAgain = nil }
                queue.add(try await pending())
            }
        }
        return report
    }

    /// Brings the given runs as far as they go within `wait`.
    public func follow(_ runs: [RunID], wait: Duration) async throws -> SweepReport {
        var report = SweepReport(pipeline: pipeline.name)
        let deadline = installation.clock.boot().advanced(by: wait)
        var queue = RunQueue(runs)
        while true {
            try await takeTurns(&queue, until: deadline, &report, obeying: LoopControl())
            let now = installation.clock.boot()
            guard let next = queue.next(at: now, until: deadline) else { break }
            if let pause = next.since(now), pause > .zero { try await installation.clock.sleep(pause) }
        }
        return report
    }

    // MARK: - Steps

    /// Looks at the source; returns after which time to look again.
    private func look(_ report: inout SweepReport, _ control: LoopControl) async throws -> Duration? {
        control.looks(true)
        defer { control.looks(false) }
        do {
            // What is left is known again once this look has come to its end.
            report.left = 0
            report.pause = try await pause()
            if report.pause != nil { return nil }
            var slice = Self.slice
            slice.excluded = report.failed
            let found = try await intake.sweep(pipeline, taking: slice, in: installation)
            report.sawSource = true
            report.taken += found.taken
            (report.left, report.failed) = (found.left, report.failed.union(found.failed))
            if found.left > 0 {
                installation.logger.info(
                    "some files are taken, others are left until those are on their way out",
                    metadata: [
                        "pipeline": "\(pipeline.name)", "taken": "\(found.taken.count)", "left": "\(found.left)",
                    ]
                )
            }
            report.unsettled = found.unsettled
            report.unclaimed = found.unclaimed
            report.passedOver += found.passedOver
            for fault in found.faults where !report.faults.contains(where: { $0.message == fault }) {
                report.faults.append(SweepFault(message: fault, side: .remote))
                installation.logger.error(
                    "a file can't be taken",
                    metadata: ["pipeline": "\(pipeline.name)", "error": "\(fault)"]
                )
            }
            for entry in found.untakable where !report.untakable.contains(entry) {
                report.untakable.append(entry)
                installation.logger.error(
                    "needs a person",
                    metadata: ["pipeline": "\(pipeline.name)", "what": "\(entry)"]
                )
            }
            return found.lookAgainAfter
        } catch let error as CancellationError {
            throw error
        } catch {
            // What a call to a drop says that was given up is no fault of the drop's.
            try Task.checkCancellation()
            let fault = SweepFault(error, run: nil, in: installation)
            report.sawSource = false
            report.faults.append(fault)
            installation.logger.error(
                "the source can't be polled",
                metadata: ["pipeline": "\(pipeline.name)", "error": "\(fault.message)"]
            )
            return nil
        }
    }

    private func pause() async throws -> Pause? {
        let name = pipeline.name
        return try await installation.ledger.read { try $0.pause(of: name) }
    }

    /// Whether a run could go on by itself.
    func hasWork() async throws -> Bool {
        var query = RunQuery(pipeline: pipeline.name, states: [.open, .waiting])
        query.limit = 1
        return try await installation.ledger.read { [query] in try !$0.runs(query).isEmpty }
    }

    /// The runs that something can be done for, oldest first; those last that have ended one process after another.
    private func pending() async throws -> [RunID] {
        let query = RunQuery(pipeline: pipeline.name, states: [.open, .waiting, .stopped])
        let runs = try await installation.ledger.read { try $0.runs(query) }
        let isLast = { (run: Run) in run.interruptions >= CrashRecovery.fewestForLastTurn }
        return (runs.filter { !isLast($0) } + runs.filter(isLast)).map(\.id)
    }

    /// An error line for each thing that a person must see, once per sweep.
    private func alert(_ run: RunID, _ outcome: RunAdvance.Outcome) {
        let place: Logger.Metadata = ["pipeline": "\(pipeline.name)", "run": "\(run)"]
        if let fault = outcome.fault {
            installation.logger.error("run failed", metadata: place.merging(["error": "\(fault.message)"]) { $1 })
        } else if let attention = outcome.attention {
            installation.logger.error("needs a person", metadata: place.merging(["what": "\(attention)"]) { $1 })
        }
    }

    /// Gives every run whose time has come its turn; after the deadline only those that had none in this sweep.
    private func takeTurns(
        _ queue: inout RunQueue,
        until deadline: BootTime,
        _ report: inout SweepReport,
        obeying control: LoopControl
    ) async throws {
        while !control.mustHandOver, let run = queue.due(at: installation.clock.boot(), until: deadline) {
            let outcome = try await outcome(of: run, queue, control)
            report.touch(run, fault: outcome.fault)
            let nextTurn = outcome.checkAfter.map { installation.clock.boot().advanced(by: $0) }
            // What is tried again within the sweep is no matter yet.
            if (nextTurn?.nanoseconds ?? .max) > deadline.nanoseconds { alert(run, outcome) }
            queue.leave(run, until: nextTurn, after: outcome)
            if outcome.isAtEnd {
                queue.end(run)
            } else if outcome.attention != nil, outcome.checkAfter == nil {
                queue.drop(run)
            }
            installation.progress.reportFiles(pipeline.name, queue.ended, queue.count + report.left)
        }
    }

    /// So much is fetched before what was fetched goes on; and so many runs at most are under way before more is fetched.
    private static let slice = IntakeSlice(files: 50, time: .seconds(2))

    /// Advances a run; what goes wrong around its stages is a fault of this run and ends no other's sweep.
    private func outcome(of run: RunID, _ queue: RunQueue, _ control: LoopControl) async throws -> RunAdvance.Outcome {
        let advance = RunAdvance(run: run, pipeline: pipeline, installation: installation, control: control)
        do {
            return try await advance.advance(retries: queue.retries(of: run))
        } catch let error as CancellationError {
            throw error
        } catch let error as LedgerError where error.code == .claimLost {
            return RunAdvance.Outcome()
        } catch {
            return RunAdvance.Outcome(fault: SweepFault(error, run: run, in: installation))
        }
    }
}

extension BootTime {
    /// A moment so much later.
    func advanced(by duration: Duration) -> BootTime {
        let (seconds, attoseconds) = duration.components
        return BootTime(boot: boot, nanoseconds: nanoseconds + seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
