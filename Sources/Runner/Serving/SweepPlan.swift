import Ledgers
import Pipelines

/// When a pipeline's loop does something next.
///
/// A tick that comes during a sweep is made up for after it, and one sweep makes up for all of them.
struct SweepPlan {
    /// A moment on both clocks, in milliseconds: since a boot, and since 1970.
    struct Moment: Sendable, Equatable {
        var boot: Int64
        var wall: Int64

        static func now(_ clock: PipelineClock) -> Moment {
            Moment(boot: clock.boot().nanoseconds / 1_000_000, wall: clock.now())
        }
    }

    /// What is done.
    enum Step: Equatable {
        /// The source is looked at, and the runs go on.
        case sweep
        /// The runs that wait go on.
        case goOn
    }

    private let schedule: Schedule?
    private let start: Moment
    private let random: @Sendable () -> Double
    /// When the plan was made; its wall clock may be set meanwhile.
    private var madeAt: Moment
    /// The next tick by the clock that nobody can set.
    private var tick: Int64?
    private var lookAgain: Int64?
    private var retry: Int64?
    private var goOn: Int64
    private var failures = 0

    /// Runs that wait go on after so long, whatever the schedule says: the shop and people don't keep to it.
    static let longestRest: Int64 = 300_000
    /// After a sweep that could not see its source the next one comes after so long, twice as long, and so on.
    private static let firstRetry: Int64 = 15_000
    /// How often a cron's tick is compared with the wall clock, which may be set.
    private static let longestWait: Int64 = 60_000
    /// By how much the wall clock may drift before the tick is reckoned again.
    private static let drift: Int64 = 2_000

    /// Begins: with a sweep where the schedule has no times of its own, else with the runs that an earlier process left.
    init(_ schedule: Schedule?, at now: Moment, random: @escaping @Sendable () -> Double) {
        (self.schedule, self.random) = (schedule, random)
        (start, madeAt) = (now, now)
        goOn = now.boot
        switch schedule?.rhythm {
        case .every: tick = now.boot + delay
        case .cron: planTick(at: now)
        case nil: tick = nil
        }
    }

    /// What comes next, and after how many milliseconds; zero for what is due.
    mutating func next(at now: Moment) -> (step: Step, after: Int64) {
        reckonAnew(at: now)
        let sweep = [tick, lookAgain, retry].compactMap(\.self).min()
        if let sweep, sweep <= max(goOn, now.boot) { return (.sweep, max(0, sweep - now.boot)) }
        return (.goOn, max(0, goOn - now.boot))
    }

    /// When the source is looked at next, in milliseconds since 1970; `nil` when nothing of the sort is planned.
    func nextSweep(at now: Moment) -> Int64? {
        [tick, lookAgain, retry].compactMap(\.self).min().map { now.wall + max(0, $0 - now.boot) }
    }

    /// How long to wait at most before asking again.
    func patience(_ after: Int64) -> Duration {
        .milliseconds(isCron ? min(after, Self.longestWait) : after)
    }

    /// Notes that something begins; what was due is made up for by it.
    mutating func begin(_ step: Step, at now: Moment) {
        guard step == .sweep else { return }
        (lookAgain, retry) = (nil, nil)
        if let tick, tick <= now.boot { planTick(at: now) }
    }

    /// Notes that it has ended: after how many milliseconds a file settles, and whether the source, where it was looked at, was seen.
    mutating func end(at now: Moment, lookAgainAfter: Int64? = nil, sawSource: Bool?) {
        goOn = now.boot + Self.longestRest
        lookAgain = lookAgainAfter.map { now.boot + $0 } ?? lookAgain
        guard let sawSource else { return }
        failures = sawSource ? 0 : failures + 1
        retry = sawSource ? nil : now.boot + min(Self.longestRest, Self.firstRetry << min(failures - 1, 5))
    }

    private var isCron: Bool { if case .cron? = schedule?.rhythm { true } else { false } }

    private var delay: Int64 { Int64(Double(schedule?.jitter.milliseconds ?? 0) * random()) }

    private mutating func planTick(at now: Moment) {
        madeAt = now
        switch schedule?.rhythm {
        case .every(let pause):
            let length = max(1, pause.milliseconds)
            tick = start.boot + ((now.boot - start.boot) / length + 1) * length + delay
        case .cron:
            tick = schedule?.next(after: now.wall).map { now.boot + ($0 - now.wall) + delay }
        case nil: tick = nil
        }
    }

    /// Plans a cron's tick again when the wall clock was set.
    private mutating func reckonAnew(at now: Moment) {
        guard isCron, abs((now.wall - madeAt.wall) - (now.boot - madeAt.boot)) > Self.drift else { return }
        if let tick, tick <= now.boot { return }
        planTick(at: now)
    }
}
