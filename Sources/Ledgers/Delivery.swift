/// How far an output has come on its way to a drop.
public enum DeliveryState: String, Sendable {
    /// Written under a temporary name in the drop's staging directory; the rename comes next.
    case staged
    /// Renamed to its final name.
    case published
    /// Published before, and to be published once more, as a person asked.
    case due
}

/// One output on its way to one place.
public struct Delivery: Sendable, Equatable {
    /// The run whose output it is.
    public var run: RunID
    /// What is delivered; `source` for a source that is put away.
    public var kind: ArtifactKind
    /// The attempt of the artifact.
    public var attempt: Int
    /// The part of the artifact.
    public var part: Int
    /// The drop that it goes to.
    public var drop: String
    /// The final path in the drop.
    public var path: String
    /// The temporary name in the staging directory.
    public var stagedName: String
    /// Whether an earlier content of this output, published by the same run, is replaced.
    public var replaces: Bool
    /// SHA-256 of what was published, in hexadecimal digits.
    public var digest: String
    /// How far it has come.
    public var state: DeliveryState
    /// Milliseconds since 1970.
    public var updatedAt: Int64

    /// Describes a delivery.
    public init(
        run: RunID,
        kind: ArtifactKind,
        attempt: Int,
        part: Int,
        drop: String,
        path: String,
        stagedName: String,
        replaces: Bool = false,
        digest: String,
        state: DeliveryState,
        updatedAt: Int64
    ) {
        self.run = run
        self.kind = kind
        self.attempt = attempt
        self.part = part
        self.drop = drop
        self.path = path
        self.stagedName = stagedName
        self.replaces = replaces
        self.digest = digest
        self.state = state
        self.updatedAt = updatedAt
    }
}
