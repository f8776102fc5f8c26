import Commerce
public import FileDrops
import Ledgers
import Logging
public import Pipelines
import Synchronization

/// Sweeps one pipeline for as long as a service runs: on its schedule, when its folder changes, and when somebody asks.
///
/// - One sweep at a time; a tick that comes meanwhile is made up for after it, many by one.
/// - A file that has not settled is looked at again exactly when its `settle` is over. A source that could not be seen is looked at again soon.
/// - Runs that wait go on every five minutes, whatever the schedule says. A watched folder without a schedule is swept as often, as a safety net; a
///   server without one only when somebody asks.
public final class PipelineLoop: Sendable {
    private let pipeline: Pipeline
    private let runner: PipelineRunner
    private let installation: Installation
    private let schedule: Schedule?
    private let watcher: FolderWatcher?
    private let board: ServiceBoard
    private let control: LoopControl
    private let unclaimedSince = Mutex<[String: Int64]>([:])

    /// The pipeline's name.
    public var name: String { pipeline.name }

    /// Makes a loop; its folder is watched, where its source is one and a watcher can be had.
    public init(
        _ pipeline: Pipeline,
        intake: any Intake,
        in installation: Installation,
        schedule: Schedule?,
        watches: Bool,
        watcher: FolderWatcher?,
        board: ServiceBoard
    ) {
        self.pipeline = pipeline
        runner = PipelineRunner(pipeline: pipeline, intake: intake, installation: installation)
        self.installation = installation
        let watches = watches && pipeline.source?.drop.localFolder != nil
        self.watcher = watches ? watcher : nil
        self.schedule = schedule ?? (watches ? Self.safetyNet : nil)
        self.board = board
        control = LoopControl { [name = pipeline.name, clock = installation.clock] isLooking in
            board.change(name) { $0.lookingSince = isLooking ? clock.now() : nil }
        }
    }

    /// Sweeps until it is stopped or its task cancelled.
    public func run() async {
        let words = schedule.map { watcher == nil ? $0.words : "when files are dropped, and \($0.words)" }
        var status = PipelineStatus(name: name, schedule: words)
        status.servedSince = installation.clock.now()
        board.add(status) { [control] in control.askForSweep() }
        let watch = watchFolder()
        defer { watch?.end() }
        var plan = SweepPlan(schedule, at: .now(installation.clock), random: installation.clock.random)
        while let step = await nextStep(&plan) {
            if step == .goOn, (try? await runner.hasWork()) == false {
                plan.end(at: .now(installation.clock), sawSource: nil)
                continue
            }
            await sweep(step, &plan)
            watch?.refresh()
        }
    }

    /// Has the sweep under way come to its end, and begins no other.
    public func stopAfterSweep() { control.stop(.afterSweep) }

    /// Has the stage under way come to its end, and begins nothing more; its run goes on at the next start.
    public func handOver() { control.stop(.afterStage) }

    /// Whether the loop has answered since this was asked last, or is in the middle of a sweep; asks it again.
    public func isAlive() -> Bool { control.isAlive() }

    // MARK: - Steps

    /// Waits for what comes next; `nil` when the loop is to end.
    private func nextStep(_ plan: inout SweepPlan) async -> SweepPlan.Step? {
        while !control.isStopping, !Task.isCancelled {
            if control.takeAsked() { return .sweep }
            let now = SweepPlan.Moment.now(installation.clock)
            let (step, after) = plan.next(at: now)
            guard after > 0 else { return step }
            board.change(name) { $0.nextSweep = plan.nextSweep(at: now) }
            await control.wait(atMost: plan.patience(after), installation.clock)
        }
        return nil
    }

    private func sweep(_ step: SweepPlan.Step, _ plan: inout SweepPlan) async {
        plan.begin(step, at: .now(installation.clock))
        control.sweeps(true)
        defer { control.sweeps(false) }
        board.change(name) { [now = installation.clock.now()] status in
            (status.activity, status.lastSweepBegan) = (.sweeping, now)
        }
        do {
            let report = try await runner.sweep(
                waitsForSecondLook: true,
                wait: Self.following,
                looks: step == .sweep,
                obeying: control
            )
            let now = SweepPlan.Moment.now(installation.clock)
            let lookAgain = report.lookAgainAt.map { max(0, $0.nanoseconds / 1_000_000 - now.boot) }
            plan.end(at: now, lookAgainAfter: lookAgain, sawSource: report.pause == nil ? report.sawSource : nil)
            show(report, at: now.wall)
        } catch is CancellationError {
            board.change(name) { $0.activity = $0.restingActivity(isPaused: false) }
        } catch {
            let fault = SweepFault(error, run: nil, in: installation)
            installation.logger.error(
                "the sweep failed",
                metadata: ["pipeline": "\(name)", "error": "\(fault.message)"]
            )
            plan.end(at: .now(installation.clock), sawSource: false)
            board.change(name) { [now = installation.clock.now()] status in
                status.lastSweepEnded = now
                status.setTrouble(.init(cannotSee: false, words: fault.message, since: now))
                status.activity = status.restingActivity(isPaused: false)
            }
            board.signalChange()
        }
    }

    /// Writes on the board what a sweep has shown.
    private func show(_ report: SweepReport, at now: Int64) {
        let isSeen = report.sawSource == true
        let oldest = isSeen ? oldestUnclaimed(report.unclaimed, at: now) : nil
        board.change(name) { status in
            status.lastSweepEnded = now
            if isSeen {
                (status.lastSeen, status.unclaimed) = (now, report.unclaimed.count)
                status.oldestUnclaimedSince = oldest
            }
            // A sweep that did not look tells nothing of the source, and one that did nothing tells nothing at all.
            let tells = report.sawSource != nil || (!report.touched.isEmpty && status.trouble?.isOfSource != true)
            if tells { status.setTrouble(Self.trouble(in: report, at: now)) }
            status.activity = status.restingActivity(isPaused: report.pause != nil)
            if let pause = report.pause { status.reason = "paused by \(pause.who): \(pause.reason)" }
        }
        board.signalChange()
    }

    /// The worst of what went wrong: the drop or the shop can't be reached, before all else.
    private static func trouble(in report: SweepReport, at now: Int64) -> PipelineStatus.Trouble? {
        let isUnseen = report.sawSource == false
        // A fault of no run is one of the source as a whole, or of a single file in it.
        let unreached = report.faults.first { $0.side == .remote && (isUnseen || $0.run != nil) }
        guard let fault = unreached ?? report.faults.first else { return nil }
        return PipelineStatus.Trouble(
            cannotSee: unreached != nil,
            words: fault.message,
            since: now,
            isOfSource: fault.run == nil
        )
    }

    /// Since when the oldest of the files that lie there has been seen, by this process or, where it is the same file, by another.
    private func oldestUnclaimed(_ files: [UnclaimedFile], at now: Int64) -> Int64? {
        unclaimedSince.withLock { known in
            known = Dictionary(
                files.map { ($0.path, known[$0.path] ?? now - $0.seenFor.milliseconds) },
                uniquingKeysWith: min
            )
            return known.values.min()
        }
    }

    private func watchFolder() -> FolderWatch? {
        guard let watcher, let source = pipeline.source, let root = source.drop.localFolder else { return nil }
        return watcher.watch(
            source.directory,
            below: root,
            names: { source.mayConcern($0) },
            changed: { [control] in control.askForSweep() },
            failed: { [logger = installation.logger, name] why in
                logger.warning("the folder can't be watched", metadata: ["pipeline": "\(name)", "error": "\(why)"])
            }
        )
    }

    /// How long runs are followed within a sweep; after that they go on in the next one.
    private static let following: Duration = .seconds(600)
    private static let safetyNet = Schedule(.every(.milliseconds(SweepPlan.longestRest)))
}

extension PipelineStatus {
    /// Sets what is wrong; the same kind of trouble keeps its beginning.
    fileprivate mutating func setTrouble(_ new: Trouble?) {
        guard var new else {
            trouble = nil
            return
        }
        if let trouble, trouble.cannotSee == new.cannotSee { new.since = trouble.since }
        trouble = new
    }

    /// What it does between sweeps; sets the reason too.
    fileprivate mutating func restingActivity(isPaused: Bool) -> Activity {
        reason = trouble?.words
        if isPaused { return .paused }
        guard let trouble else { return .idle }
        return trouble.cannotSee ? .cannotSee : .failing
    }
}
