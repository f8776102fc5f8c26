/// What is known of a bulk operation.
public enum OperationState: String, Sendable {
    /// About to be asked for; nothing has been sent.
    case intended
    /// Asked for, and no answer came back: it may run or not.
    case unanswered
    /// Runs at the shop.
    case started
    /// Terminal at the shop; its result is fetched where it has one.
    case ended
    /// The shop takes no bulk operation for this: its lines go one call at a time.
    case single
}

/// The bulk operation of one part of an attempt's bulk file.
public struct Operation: Sendable, Equatable {
    /// The run that it belongs to.
    public var run: RunID
    /// The attempt of the run.
    public var attempt: Int
    /// The part of the attempt's bulk file.
    public var part: Int
    /// The operation's name in its document, by which it is found at the shop; unique to run, attempt and part.
    public var name: String
    /// What is known of it.
    public var state: OperationState
    /// The shop's id of it, once known.
    public var remoteID: String?
    /// The shop's own word for its status.
    public var status: String?
    /// How many lines it has worked off, as last seen.
    public var progress: Int
    /// How many lines its part has.
    public var total: Int
    /// How often it was asked for.
    public var sends: Int
    /// How often its state was looked at since it was last asked for.
    public var looks: Int
    /// Where its file lies at the shop, once uploaded.
    public var uploadedPath: String?
    /// When it was last uploaded, in milliseconds since 1970; the shop keeps it for a day.
    public var uploadedAt: Int64
    /// When it was last asked for, in milliseconds since 1970.
    public var sentAt: Int64

    /// Describes an operation that is about to be asked for.
    public init(run: RunID, attempt: Int, part: Int, name: String, total: Int, sentAt: Int64) {
        self.run = run
        self.attempt = attempt
        self.part = part
        self.name = name
        self.state = .intended
        self.remoteID = nil
        self.status = nil
        self.progress = 0
        self.total = total
        self.sends = 0
        self.looks = 0
        self.uploadedPath = nil
        self.uploadedAt = 0
        self.sentAt = sentAt
    }
}
