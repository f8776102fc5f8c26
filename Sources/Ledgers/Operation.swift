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
    /// The shop's own word for why it failed: `TIMEOUT`.
    public var errorCode: String?
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
    /// When it was first asked for, in milliseconds since 1970; `nil` before that, and while the shop has no slot for it.
    public var askedAt: Int64?
    /// Since when it waits for one of the shop's slots, in milliseconds since 1970; `nil` when it doesn't.
    public var slotSince: Int64?
    /// When a person asked that it be cancelled at the shop, in milliseconds since 1970.
    public var cancelAskedAt: Int64?
    /// When it was seen to have ended, in milliseconds since 1970.
    public var endedAt: Int64?
    /// What the shop would not do for it, several times in a row: take its file, start it, hand out its result.
    public var failedTries: FailedTries?

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

extension Operation {
    /// Whether it runs at the shop, or may.
    public var isAtShop: Bool { state == .unanswered || state == .started }

    /// Since when its end, or a slot for it, is waited for, in milliseconds since 1970; `nil` when neither is.
    ///
    /// A cancellation that was asked for has its own time to come to an end.
    public var awaitedSince: Int64? {
        switch state {
        case .intended: slotSince
        // Once it has ended only its result is fetched.
        case .unanswered, .started: endedAt == nil ? cancelAskedAt ?? askedAt ?? sentAt : nil
        case .ended, .single: nil
        }
    }

    /// The same operation, with nothing that is waited for since a moment in the future, where a clock that was set back has left it.
    public func known(at now: Int64) -> Operation {
        var copy = self
        copy.askedAt = askedAt.map { min($0, now) }
        copy.slotSince = slotSince.map { min($0, now) }
        copy.cancelAskedAt = cancelAskedAt.map { min($0, now) }
        copy.failedTries = failedTries?.known(at: now)
        return copy
    }
}
