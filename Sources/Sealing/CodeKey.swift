/// What a gift card is known by in the ledger: a keyed hash of its shop and code, from which the code can't be found without the key.
public struct CodeKey: Hashable, Sendable, Comparable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64

    /// How many bytes a key has: half of an HMAC-SHA256.
    public static let byteCount = 16

    /// Takes the bytes of a key, as from the ledger.
    ///
    /// - Returns: `nil` unless there are 16.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.init(prefixOf: bytes)
    }

    /// The first 16 bytes of at least as many.
    init(prefixOf bytes: some Sequence<UInt8>) {
        var (high, low): (UInt64, UInt64) = (0, 0)
        for (index, byte) in bytes.prefix(Self.byteCount).enumerated() {
            if index < 8 { high = high << 8 | UInt64(byte) } else { low = low << 8 | UInt64(byte) }
        }
        self.high = high
        self.low = low
    }

    /// The 16 bytes; their order is that of the keys.
    public var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.byteCount) { buffer, count in
            for index in 0..<8 {
                buffer[index] = UInt8(truncatingIfNeeded: high >> (56 - 8 * index))
                buffer[index + 8] = UInt8(truncatingIfNeeded: low >> (56 - 8 * index))
            }
            count = Self.byteCount
        }
    }

    /// 32 hexadecimal digits.
    public var description: String { Hexadecimal.text(bytes) }

    /// Orders keys by their bytes; sorted batches enter an index quicker.
    public static func < (one: CodeKey, other: CodeKey) -> Bool {
        one.high == other.high ? one.low < other.low : one.high < other.high
    }
}
