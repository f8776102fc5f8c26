/// Eight bytes looked at in one step.
///
/// The words are little-endian, so that the lowest set bit of a mask belongs to the first byte in memory.
enum ByteWord {
    /// Loads the eight bytes at an offset; the caller has checked that they are there.
    @inline(__always)
    static func load(_ bytes: UnsafeBufferPointer<UInt8>, at offset: Int) -> UInt64 {
        UInt64(littleEndian: UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The same byte eight times.
    @inline(__always)
    static func filled(with byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }

    /// A mask that is zero if no byte is zero; its lowest set bit marks the first zero byte, those above it may be wrong.
    @inline(__always)
    static func zeros(_ word: UInt64) -> UInt64 { (word &- 0x0101_0101_0101_0101) & ~word & highBits }

    static var highBits: UInt64 { 0x8080_8080_8080_8080 }
}

/// The bytes that the formats give a meaning.
enum Byte {
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let comma: UInt8 = 0x2C
    static let quote: UInt8 = 0x22
    static let backslash: UInt8 = 0x5C

    /// The white space of ASCII, line breaks included.
    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    @inline(__always)
    static func isLineBreak(_ byte: UInt8) -> Bool { byte == lineFeed || byte == carriageReturn }
}
