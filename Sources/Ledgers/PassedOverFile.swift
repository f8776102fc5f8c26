/// A file that is not taken, though its name nearly is one of its pipeline's; kept for as long as it lies there, so that it is told once.
public struct PassedOverFile: Sendable, Equatable {
    /// The pipeline that looks.
    public var pipeline: String
    /// The drop that the file lies on.
    public var drop: String
    /// The file's path in the drop.
    public var path: String
    /// Why it is not taken, and what to do, in words for a person.
    public var reason: String
    /// When it was first seen, in milliseconds since 1970.
    public var since: Int64

    /// Describes a file.
    public init(pipeline: String, drop: String, path: String, reason: String, since: Int64) {
        self.pipeline = pipeline
        self.drop = drop
        self.path = path
        self.reason = reason
        self.since = since
    }
}
