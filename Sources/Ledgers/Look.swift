/// When a file was first seen with the size and time that it still has.
public struct Look: Sendable, Equatable {
    public var pipeline: String
    public var drop: String
    public var path: String
    public var size: Int64
    /// Nanoseconds since 1970.
    public var modified: Int64
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
