/// What was tried in vain, one or more times in a row, and when it may be tried again.
///
/// One rule for everything that a shop is asked for again on behalf of a run: to take an upload, to start an operation, to hand out its result, and to
/// answer rows that were sent. It is tried again at once after the first failure, then after 1, 5, 15, 30 and 60 minutes, and every hour from then on.
/// From the third failure in a row on a person is told.
public struct FailedTries: Sendable, Equatable, Codable {
    /// How many failures in a row; 0 once a person had it tried again, or nothing is left to be tried.
    public var count: Int
    /// The attempt of the run to which the last failure belongs.
    public var attempt: Int
    /// When the last one was, in milliseconds since 1970.
    public var lastAt: Int64
    /// How long to wait after it, in milliseconds.
    public var pause: Int64
    /// What went wrong the last time, in words for a person; never a code.
    public var reason: String
    /// The stage at which a rerun tries again at once.
    public var stage: String
    /// Whether only a person can help, so that the run is stopped and not just waiting.
    public var stops: Bool

    /// Describes failures in a row; see `after(_:)` for one more of them.
    public init(
        count: Int,
        attempt: Int,
        lastAt: Int64,
        pause: Int64,
        reason: String,
        stage: String,
        stops: Bool = false
    ) {
        self.count = count
        self.attempt = attempt
        self.lastAt = lastAt
        self.pause = pause
        self.reason = reason
        self.stage = stage
        self.stops = stops
    }

    /// One failure more than `earlier`; the pause follows from how many there are by now, and lasts at least as long as asked.
    public static func after(
        _ earlier: FailedTries?,
        attempt: Int,
        at moment: Int64,
        because reason: String,
        stage: String,
        pausing least: Duration = .zero,
        stops: Bool = false
    ) -> FailedTries {
        let count = (earlier?.count ?? 0) + 1
        let pause = max(pause(after: count), least)
        return FailedTries(
            count: count,
            attempt: attempt,
            lastAt: moment,
            pause: pause.components.seconds * 1_000,
            reason: reason,
            stage: stage,
            stops: stops
        )
    }

    /// The same attempt with nothing counted against it any more: what is left of it may be tried at once.
    public var startingOver: FailedTries {
        var copy = self
        (copy.count, copy.pause, copy.stops) = (0, 0, false)
        return copy
    }

    /// How long nothing is tried after so many failures in a row.
    public static func pause(after failures: Int) -> Duration {
        let minutes = [0, 1, 5, 15, 30, 60]
        return .seconds(60 * minutes[min(max(failures, 1), minutes.count) - 1])
    }

    /// From how many failures in a row on a person is told.
    public static let fewestForPerson = 3

    /// Whether a person should know.
    public var needsPerson: Bool { stops || count >= Self.fewestForPerson }

    /// When it may be tried again, in milliseconds since 1970.
    public var nextAt: Int64 { lastAt + pause }

    /// How long it is until then; zero once it is due.
    public func wait(at now: Int64) -> Duration { .milliseconds(max(0, nextAt - now)) }

    /// Whether it may be tried again.
    public func isDue(at now: Int64) -> Bool { now >= nextAt }

    /// The same failures, the last of them not in the future, where a clock that was set back has left it.
    public func known(at now: Int64) -> FailedTries {
        var copy = self
        copy.lastAt = min(lastAt, now)
        return copy
    }
}
