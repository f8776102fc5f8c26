/// One line of the audit trail: what happened, to which run, and who had it done and why, where a person did.
public struct AuditEntry: Sendable, Equatable {
    /// Milliseconds since 1970.
    public var at: Int64
    /// The run that it is about.
    public var run: RunID?
    /// What happened, as a stable word: `taken`, `stage-finished`, `published`, `archived`.
    public var event: String
    /// The facts, without secrets.
    public var detail: String
    /// The person, for what a person did.
    public var who: String?

    /// Describes an entry.
    public init(at: Int64, run: RunID?, event: String, detail: String, who: String? = nil) {
        self.at = at
        self.run = run
        self.event = event
        self.detail = detail
        self.who = who
    }
}

extension AuditEntry {
    /// The event of a file that a person gave, in place of one that was found.
    public static let dropped = "dropped"
    /// The event of an output that is gone from its drop and was not published once more; its detail is drop and path.
    public static let notPublishedAgain = "not-published-again"
    /// The same of one that was removed by age.
    public static let purgedAndNotPublishedAgain = "purged-not-published-again"
    /// The event of a part of a run that was removed by age; its detail begins with the part.
    public static let purged = "purged"
    /// The event of one file that was removed by age from its drop; its detail is kind, drop and path.
    public static let purgedFile = "purged-file"
}

/// How one try of a stage went.
public struct StageRecord: Sendable, Equatable {
    /// The run that it is about.
    public var run: RunID
    /// The attempt of the run.
    public var attempt: Int
    /// The stage's name.
    public var stage: String
    /// How it ended, as a stable word: `finished`, `again`, `held` or `failed`.
    public var outcome: String
    /// Why, in words for a person.
    public var detail: String?
    /// Milliseconds since 1970.
    public var startedAt: Int64
    /// When the try ended, in milliseconds since 1970.
    public var endedAt: Int64

    /// Describes a try of a stage.
    public init(
        run: RunID,
        attempt: Int,
        stage: String,
        outcome: String,
        detail: String?,
        startedAt: Int64,
        endedAt: Int64
    ) {
        self.run = run
        self.attempt = attempt
        self.stage = stage
        self.outcome = outcome
        self.detail = detail
        self.startedAt = startedAt
        self.endedAt = endedAt
    }
}
