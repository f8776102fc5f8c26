/// A source of bytes that is pulled in chunks: a file, a sealed file, an answer from a server.
public protocol ByteSource {
    /// The next chunk, or `nil` at the end; a chunk is never empty.
    mutating func next() throws -> [UInt8]?
}

/// A source that gives out bytes held in memory, for tests and small things.
public struct BytesSource: ByteSource, Sendable {
    private let bytes: [UInt8]
    private let chunk: Int
    private var position = 0

    /// Makes a source of bytes.
    ///
    /// - Parameters:
    ///   - bytes: What the source gives out.
    ///   - chunk: How many bytes each chunk has, the last one aside; less than 1 is taken as 1.
    public init(_ bytes: [UInt8], chunk: Int = 65536) {
        self.bytes = bytes
        self.chunk = max(1, chunk)
    }

    /// Makes a source of the UTF-8 bytes of a text.
    ///
    /// - Parameters:
    ///   - text: What the source gives out.
    ///   - chunk: How many bytes each chunk has, the last one aside; less than 1 is taken as 1.
    public init(_ text: String, chunk: Int = 65536) {
        self.init(Array(text.utf8), chunk: chunk)
    }

    /// The next chunk, or `nil` at the end.
    public mutating func next() -> [UInt8]? {
        guard position < bytes.count else { return nil }
        let end = position + min(chunk, bytes.count - position)
        defer { position = end }
        return Array(bytes[position..<end])
    }
}
