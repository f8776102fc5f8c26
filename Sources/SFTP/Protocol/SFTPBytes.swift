/// The data types of SSH messages (RFC 4251 section 5), written.
extension [UInt8] {
    mutating func appendInteger<Integer: FixedWidthInteger>(_ value: Integer) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    /// A string: its length in bytes, then the bytes.
    mutating func appendField(_ bytes: some Collection<UInt8>) {
        appendInteger(UInt32(bytes.count))
        append(contentsOf: bytes)
    }

    mutating func appendField(_ text: String) { appendField(text.utf8) }
}

/// The data types of SSH messages and keys, read, never past their end; a message that ends too early is a fault of its sender.
struct SFTPBytes {
    /// The message ended before the value did, or a length is impossible.
    struct Malformed: Error {}

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var isEmpty: Bool { rest.isEmpty }
    var count: Int { rest.count }

    mutating func integer<Integer: FixedWidthInteger & UnsignedInteger>(_ type: Integer.Type = Integer.self)
        throws(Malformed) -> Integer
    {
        let bytes = try take(MemoryLayout<Integer>.size)
        return bytes.reduce(0) { $0 << 8 | Integer($1) }
    }

    mutating func field() throws(Malformed) -> ArraySlice<UInt8> { try take(Int(integer(UInt32.self))) }

    /// All that is left.
    mutating func remaining() -> [UInt8] {
        defer { rest = [] }
        return Array(rest)
    }

    /// So many bytes as they are.
    mutating func take(_ count: Int) throws(Malformed) -> ArraySlice<UInt8> {
        guard count <= rest.count else { throw Malformed() }
        let taken = rest.prefix(count)
        rest = rest.dropFirst(count)
        return taken
    }
}
