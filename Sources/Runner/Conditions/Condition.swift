public import Ledgers

/// Something that a person should know for as long as it lasts.
public struct Condition: Sendable, Equatable {
    /// The kinds; the raw value is the stable word for alerts and scripts.
    public enum Kind: String, Sendable, CaseIterable {
        /// No file has come by the time that the pipeline expects one.
        case fileMissing = "file-missing"
        /// A file lies there for longer than the pipeline allows, and is not taken.
        case oldestUnclaimed = "oldest-unclaimed"
        /// The drop or the shop can't be reached, or refuses us: never the same as "nothing there".
        case cannotSee = "cannot-see"
        /// Sweeps fail for another reason.
        case failing
        /// A run is held or stopped, or has ended with something that a person should look at.
        case needsPerson = "needs-a-person"
    }

    /// What tells one condition from another; a second one of the same identity is the same.
    public struct Identity: Hashable, Sendable {
        /// What it is about.
        public let kind: Kind
        /// The pipeline's name.
        public let pipeline: String
        /// The run, where it is about one.
        public let run: RunID?
    }

    /// What it is about.
    public let kind: Kind
    /// The pipeline's name.
    public let pipeline: String
    /// The run, where it is about one.
    public let run: RunID?
    /// Since when, in milliseconds since 1970.
    public var since: Int64
    /// What is the matter, in words for a person; never a code.
    public var words: String

    /// Describes a condition.
    public init(_ kind: Kind, pipeline: String, run: RunID? = nil, since: Int64, words: String) {
        (self.kind, self.pipeline, self.run) = (kind, pipeline, run)
        (self.since, self.words) = (since, words)
    }

    /// What tells it from others.
    public var identity: Identity { Identity(kind: kind, pipeline: pipeline, run: run) }
}

/// A condition that has begun or ended.
public enum ConditionChange: Sendable, Equatable {
    /// It has begun.
    case began(Condition)
    /// It is over, since a moment in milliseconds since 1970; the condition is as it was last.
    case ended(Condition, at: Int64)
}
