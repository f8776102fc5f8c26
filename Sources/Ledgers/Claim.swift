/// What can be owned by one process at a time: a file that is being taken, or a run.
public struct ClaimKey: Hashable, Sendable, CustomStringConvertible {
    /// The key as the ledger keeps it.
    public let text: String

    /// Reads a key as a ledger kept it.
    public init(text: String) { self.text = text }

    /// A file of a drop, as one pipeline sees it.
    public static func file(pipeline: String, drop: String, path: String) -> ClaimKey {
        ClaimKey(text: "file \(pipeline) \(drop) \(path)")
    }

    /// A run.
    public static func run(_ id: RunID) -> ClaimKey { ClaimKey(text: "run \(id)") }

    /// The keys of the ledger, while they are rotated.
    public static let keys = ClaimKey(text: "keys")

    /// The alerts: one service at a time tells what has begun and ended.
    public static let alerts = ClaimKey(text: "alerts")

    /// The key.
    public var description: String { text }
}

/// Proof of being the only owner of something, until another takes it over with a higher epoch.
public struct Claim: Sendable, Equatable {
    /// What is owned.
    public let key: ClaimKey
    /// Grows with every owner; each write names it, and fails once it is no longer the newest.
    public let epoch: Int64
    /// Whether the owner before has not let go: its process has ended in the middle, or its lease has run out.
    public let isTakenOver: Bool

    /// Describes a claim that a ledger gave.
    public init(key: ClaimKey, epoch: Int64, isTakenOver: Bool = false) {
        self.key = key
        self.epoch = epoch
        self.isTakenOver = isTakenOver
    }
}
