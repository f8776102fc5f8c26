import Crypto

/// The SHA-256 of some bytes: what a file is known by, whatever its name.
///
/// Digests are no secrets and are compared as any value.
public struct SHA256Digest: Hashable, Sendable, CustomStringConvertible {
    /// 32 bytes.
    public let bytes: [UInt8]

    /// Takes the bytes of a digest.
    ///
    /// - Returns: `nil` unless there are 32.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// Reads 64 hexadecimal digits of either case.
    public init?(hex: String) {
        guard let bytes = Hexadecimal.bytes(hex) else { return nil }
        self.init(bytes: bytes)
    }

    /// The digest of bytes that are all at hand.
    public init(of bytes: [UInt8]) {
        var digester = Digester()
        digester.update(bytes)
        self = digester.finish()
    }

    init(_ digest: SHA256.Digest) { bytes = Array(digest) }

    /// 64 lower-case hexadecimal digits.
    public var hex: String { Hexadecimal.text(bytes) }

    /// The first 8 hexadecimal digits, as they stand in file names.
    public var short: String { Hexadecimal.text(bytes.prefix(4)) }

    /// 64 lower-case hexadecimal digits.
    public var description: String { hex }
}

/// Computes a digest piece by piece.
public struct Digester: Sendable {
    private var state = SHA256()

    /// Begins with nothing.
    public init() {}

    /// Takes in the next bytes.
    public mutating func update(_ bytes: [UInt8]) { state.update(data: bytes) }

    /// The digest of all bytes so far; more may follow, for another.
    public func finish() -> SHA256Digest { SHA256Digest(state.finalize()) }
}

/// Bytes as lower-case hexadecimal digits.
enum Hexadecimal {
    private static let digits = Array("0123456789abcdef".utf8)

    static func text(_ bytes: some Collection<UInt8>) -> String {
        String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    static func bytes(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x37
        case 0x61...0x66: digit - 0x57
        default: nil
        }
    }
}
