/// Reads the parts of a key in SSH's binary form (RFC 4251, section 5), and never past its end.
struct KeyBlob {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: some Collection<UInt8>) { rest = Array(bytes)[...] }

    /// Whether all has been read.
    var isAtEnd: Bool { rest.isEmpty }

    /// What is left to read.
    var count: Int { rest.count }

    /// The next four bytes, as a number.
    mutating func number() -> UInt32? {
        guard rest.count >= 4 else { return nil }
        let number = rest.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        rest = rest.dropFirst(4)
        return number
    }

    /// A string: its length and that many bytes.
    mutating func string() -> ArraySlice<UInt8>? {
        var after = self
        guard let length = after.number(), Int(length) <= after.rest.count else { return nil }
        let string = after.rest.prefix(Int(length))
        after.rest = after.rest.dropFirst(Int(length))
        self = after
        return string
    }

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

    /// Takes the given bytes if they come next.
    mutating func skip(_ bytes: [UInt8]) -> Bool {
        guard rest.starts(with: bytes) else { return false }
        rest = rest.dropFirst(bytes.count)
        return true
    }
}
