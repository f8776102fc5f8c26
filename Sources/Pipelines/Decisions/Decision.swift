public import Ledgers

/// What a person decided, as the audit trail keeps it.
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
