/// When a file was first seen with the size and time that it still has.
public struct Look: Sendable, Equatable {
    /// The pipeline that looks.
    public var pipeline: String
    /// The drop that the file lies on.
    public var drop: String
    /// The file's path in the drop.
    public var path: String
    /// In bytes.
    public var size: Int64
    /// Nanoseconds since 1970.
    public var modified: Int64
    /// When it was first seen so.
    public var seen: BootTime

    /// Describes a look.
    public init(pipeline: String, drop: String, path: String, size: Int64, modified: Int64, seen: BootTime) {
        self.pipeline = pipeline
        self.drop = drop
        self.path = path
        self.size = size
        self.modified = modified
        self.seen = seen
    }
}
