import Glibc

/// One internet address, or all that begin with the same bits: `10.1.2.3`, `10.0.0.0/8`, `2001:db8::/32`.
///
/// An IPv4 address that is written as an IPv6 one (`::ffff:10.1.2.3`) is the IPv4 address.
public struct AddressRange: Sendable, Hashable {
    /// Four bytes, or sixteen.
    private let bytes: [UInt8]
    /// How many bits count.
    private let length: Int

    /// Reads an address, with the number of bits that count after a slash where it is a range; `nil` for anything else, host names too.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let bytes = Self.bytes(String(first)) else { return nil }
        self.bytes = bytes
        guard parts.count == 2 else {
            length = bytes.count * 8
            return
        }
        guard let length = Int(parts[1]), (0...bytes.count * 8).contains(length) else { return nil }
        self.length = length
    }

    /// Whether an address is in it; what is no address is in none.
    public func contains(_ address: String) -> Bool {
        guard let other = Self.bytes(address), other.count == bytes.count else { return false }
        let (whole, rest) = (length / 8, length % 8)
        guard bytes.prefix(whole) == other.prefix(whole) else { return false }
        return rest == 0 || (bytes[whole] ^ other[whole]) >> (8 - rest) == 0
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        // A link-local address names its interface: fe80::1%eth0.
        let text = String(text.prefix { $0 != "%" })
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: four) { Array($0) } }
        var sixteen = in6_addr()
        guard inet_pton(AF_INET6, text, &sixteen) == 1 else { return nil }
        let bytes = withUnsafeBytes(of: sixteen) { Array($0) }
        let mapped: [UInt8] = Array(repeating: 0, count: 10) + [0xFF, 0xFF]
        return bytes.prefix(12) == mapped[...] ? Array(bytes.suffix(4)) : bytes
    }
}

extension AddressRange {
    /// The addresses that one sender is held to have: an IPv4 address, or the first 64 bits of an IPv6 one, for a host has as many of those as it likes.
    public static func sender(_ address: String) -> AddressRange? {
        guard let bytes = bytes(address) else { return nil }
        return AddressRange(bytes: bytes.count == 4 ? bytes : Array(bytes.prefix(8)) + Array(repeating: 0, count: 8))
    }

    private init(bytes: [UInt8]) { (self.bytes, length) = (bytes, bytes.count == 4 ? 32 : 64) }
}
