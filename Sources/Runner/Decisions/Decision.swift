public import Ledgers

/// What a person decided: who it was, why, and when. All three go to the audit trail.
public struct Decision: Sendable {
    /// The person's user name.
    public let who: String
    /// Why, in the person's words.
    public let reason: String
    /// Milliseconds since 1970.
    public let at: Int64

    /// Describes a decision.
    public init(by who: String, because reason: String, at: Int64) {
        self.who = who
        self.reason = reason
        self.at = at
    }

    /// The entry that the audit trail gets.
    public func entry(_ event: String, _ facts: String, run: RunID?) -> AuditEntry {
        AuditEntry(at: at, run: run, event: event, detail: "\(facts): \(reason)", who: who)
    }
}

/// Why a person's decision is not carried out; nothing has changed.
public struct Refusal: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of refusal.
    public enum Kind: Sendable {
        /// It names what is not there, or does not fit it.
        case wrongUsage
        /// It could be carried out at another time, or once something else is done.
        case notNow
        /// The configuration has not what it needs.
        case misconfigured
    }

    /// The kind of refusal.
    public let kind: Kind
    /// What is amiss and what to do, in words for a person; never a code.
    public let description: String

    /// Describes a refusal.
    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    static func unknownRun(_ id: RunID) -> Refusal {
        Refusal(.wrongUsage, "there is no run \(id); 'dropline runs' lists them")
    }
}
