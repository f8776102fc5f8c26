/// Where bytes go: a file, a sealed file, an upload.
public protocol ByteSink {
    /// Takes all of the bytes, in order, or throws.
    mutating func write(_ bytes: [UInt8]) throws
}

/// A sink that keeps what it is given in memory, for tests and small things.
public struct BytesSink: ByteSink, Sendable {
    /// Everything written so far.
    public private(set) var bytes: [UInt8] = []

    /// Makes an empty sink.
    public init() {}

    /// Everything written so far, as text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Keeps the bytes after those that are there.
    public mutating func write(_ bytes: [UInt8]) {
        self.bytes += bytes
    }
}
