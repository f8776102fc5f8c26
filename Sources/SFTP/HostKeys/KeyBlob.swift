/// Reads the parts of a key in SSH's binary form: what is missing or wrong is `nil`, and the key damaged.
struct KeyBlob {
    private var parts: SFTPBytes

    init(_ bytes: some Collection<UInt8>) { parts = SFTPBytes(Array(bytes)[...]) }

    /// Whether all has been read.
    var isAtEnd: Bool { parts.isEmpty }

    /// What is left to read.
    var count: Int { parts.count }

    /// The next four bytes, as a number.
    mutating func number() -> UInt32? { try? parts.integer() }

    /// A string: its length and that many bytes.
    mutating func string() -> ArraySlice<UInt8>? { try? parts.field() }

    /// The length in bits of a number of any size, which may not be negative.
    mutating func bitsOfInteger() -> Int? {
        guard let bytes = string(), bytes.first ?? 0 < 0x80 else { return nil }
        let digits = bytes.drop { $0 == 0 }
        return digits.count * 8 - (digits.first?.leadingZeroBitCount ?? 0)
    }

    /// A name of the protocol: 1 to 64 printable characters of ASCII without spaces and commas (RFC 4251, section 6).
    mutating func name() -> String? {
        guard let bytes = string(), 1...64 ~= bytes.count,
            bytes.allSatisfy({ 0x21...0x7E ~= $0 && $0 != UInt8(ascii: ",") })
        else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Takes as many bytes, and tells whether they are the given ones.
    mutating func skip(_ bytes: [UInt8]) -> Bool { (try? parts.take(bytes.count))?.elementsEqual(bytes) ?? false }
}
