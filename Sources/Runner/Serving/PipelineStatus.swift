/// What a service knows of one pipeline at this moment.
public struct PipelineStatus: Sendable, Equatable {
    /// What it is doing, or why it does nothing.
    public enum Activity: String, Sendable, CaseIterable {
        /// It waits for its next sweep.
        case idle
        /// A sweep is under way.
        case sweeping
        /// A person has paused it.
        case paused
        /// Its drop, or its shop, can't be reached: that is never "nothing to do".
        case cannotSee = "cannot-see"
        /// Its last sweep failed for another reason.
        case failing
    }

    /// What went wrong, from when it began until a sweep has shown that it is over; a sweep that is under way leaves it standing.
    public struct Trouble: Sendable, Equatable {
        /// Whether the drop or the shop can't be reached, or refuses us; else something fails.
        public var cannotSee: Bool
        /// In words for a person.
        public var words: String
        /// Since when, in milliseconds since 1970.
        public var since: Int64
        /// Whether it befell the look at the source, so that only another look can show that it is over.
        var isOfSource = false
    }

    /// The pipeline's name.
    public var name: String
    /// What it is doing.
    public var activity: Activity = .idle
    /// Why it is paused, can't see or fails, in words for a person.
    public var reason: String?
    /// When it is swept, in words: `every 5m`, `cron */15 * * * * in America/New_York`; `nil` where nothing is scheduled.
    public var schedule: String?
    /// Since when the service serves it, in milliseconds since 1970.
    public var servedSince: Int64?
    /// When the last sweep began, in milliseconds since 1970.
    public var lastSweepBegan: Int64?
    /// When the last sweep ended, in milliseconds since 1970.
    public var lastSweepEnded: Int64?
    /// Since when its source is being looked at, in milliseconds since 1970; `nil` when it is not.
    public var lookingSince: Int64?
    /// When the source was last seen, in milliseconds since 1970.
    public var lastSeen: Int64?
    /// When the next sweep is due, in milliseconds since 1970.
    public var nextSweep: Int64?
    /// What is wrong with it now.
    public var trouble: Trouble?
    /// Files that match and were not taken yet, at the last sweep.
    public var unclaimed = 0
    /// Since when the oldest of them has been seen, in milliseconds since 1970.
    public var oldestUnclaimedSince: Int64?

    /// Describes a pipeline of which nothing is known yet.
    public init(name: String, schedule: String? = nil) {
        self.name = name
        self.schedule = schedule
    }
}
