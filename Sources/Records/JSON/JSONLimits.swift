/// How deep and how large JSON may be; what goes beyond is a `JSONError`, not a crash and not a full memory.
public struct JSONLimits: Sendable, Equatable {
    /// How many arrays and objects may be open at once; more than 512 is taken as 512, so that no value is too deep for the stack.
    public var maximumDepth: Int
    /// How many bytes one string, key or number may have as it is written.
    public var maximumTokenBytes: Int
    /// How many bytes a value may have that is taken into memory whole; a streamed document has no such limit.
    public var maximumValueBytes: Int
    /// How many bytes the keys of all open objects may have together, 32 added for each; they are remembered to refuse a second one.
    public var maximumKeyBytes: Int

    /// Makes limits.
    ///
    /// - Parameters:
    ///   - maximumDepth: How many arrays and objects may be open at once; 64 unless told.
    ///   - maximumTokenBytes: How many bytes one string, key or number may have; 1 MiB unless told.
    ///   - maximumValueBytes: How many bytes a value may have that is taken into memory whole; 16 MiB unless told.
    ///   - maximumKeyBytes: How many bytes the keys of all open objects may have together; 4 MiB unless told.
    public init(
        maximumDepth: Int = 64,
        maximumTokenBytes: Int = 1 << 20,
        maximumValueBytes: Int = 16 << 20,
        maximumKeyBytes: Int = 4 << 20
    ) {
        self.maximumDepth = maximumDepth
        self.maximumTokenBytes = maximumTokenBytes
        self.maximumValueBytes = maximumValueBytes
        self.maximumKeyBytes = maximumKeyBytes
    }

    static let greatestDepth = 512

    /// Depth 64, tokens of 1 MiB, whole values of 16 MiB, keys of 4 MiB.
    public static let `default` = JSONLimits()
}
