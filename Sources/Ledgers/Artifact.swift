/// What a file of a run is; the raw value is its name in a pipeline's `deliver` list.
public struct ArtifactKind: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The word.
    public let rawValue: String
    /// Names a kind.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// The name.
    public var description: String { rawValue }

    /// The file that was taken.
    public static let source = ArtifactKind(rawValue: "source")
    /// The JSON activation feed.
    public static let activationFeed = ArtifactKind(rawValue: "activation-feed")
    /// A part of an attempt's Shopify bulk file.
    public static let bulkFile = ArtifactKind(rawValue: "bulk-file")
    /// What Shopify answered to a part, as it was downloaded.
    public static let bulkResult = ArtifactKind(rawValue: "bulk-result")
    /// The outcome of every row.
    public static let results = ArtifactKind(rawValue: "results")
    /// The rows that were not accepted.
    public static let rejects = ArtifactKind(rawValue: "rejects")
}

/// A sealed file in a run's workspace.
public struct Artifact: Sendable, Equatable {
    /// What the file is.
    public var kind: ArtifactKind
    /// The attempt that it belongs to; 0 where there is only one of its kind in a run.
    public var attempt: Int
    /// The part within the attempt, from 1; 0 where there is only one of its kind in a run.
    public var part: Int
    /// The name under which it is published.
    public var fileName: String
    /// Where it lies, relative to the workspace.
    public var path: String
    /// SHA-256 of the plaintext in hexadecimal digits.
    public var digest: String
    /// Bytes of plaintext.
    public var size: Int64
    /// Such as `text/csv`.
    public var mediaType: String
    /// How many rows, cards or lines it holds.
    public var count: Int
    /// What a later stage must know of it, such as `api_version`.
    public var attributes: [String: String]

    /// Describes an artifact.
    public init(
        kind: ArtifactKind,
        attempt: Int = 0,
        part: Int = 0,
        fileName: String,
        path: String,
        digest: String,
        size: Int64,
        mediaType: String,
        count: Int,
        attributes: [String: String] = [:]
    ) {
        self.kind = kind
        self.attempt = attempt
        self.part = part
        self.fileName = fileName
        self.path = path
        self.digest = digest
        self.size = size
        self.mediaType = mediaType
        self.count = count
        self.attributes = attributes
    }
}
