public import Ledgers

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

    /// There is no run of this number.
    public static func unknownRun(_ id: RunID) -> Refusal {
        Refusal(.wrongUsage, "there is no run \(id); 'dropline runs' lists them")
    }
}
