import FoundationEssentials
import Sealing

/// The hosts that a line of known_hosts speaks of (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT").
enum HostNames: Equatable, Sendable {
    /// A list of patterns: `*.example.com,!old.example.com,[192.0.2.7]:2222`.
    case patterns([Pattern])
    /// One name, hashed: `|1|salt|hash`, both in base64.
    case hashed(salt: [UInt8], hash: [UInt8])

    /// Letters, `*` for any characters, `?` for one, and `!` before it for hosts that are not meant.
    struct Pattern: Equatable, Sendable {
        let text: [UInt8]
        let isNegated: Bool
    }

    /// Reads the field.
    ///
    /// - Returns: `nil` for a damaged hash.
    init?(_ field: ArraySlice<UInt8>) {
        guard field.first != UInt8(ascii: "|") else {
            let parts = field.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false)
            guard parts.count == 4, parts[0].isEmpty, parts[1].elementsEqual("1".utf8),
                let salt = Data(base64Encoded: Data(parts[2])), salt.count == Self.hashLength,
                let hash = Data(base64Encoded: Data(parts[3])), hash.count == Self.hashLength
            else { return nil }
            self = .hashed(salt: Array(salt), hash: Array(hash))
            return
        }
        self = .patterns(
            field.split(separator: UInt8(ascii: ",")).map { part in
                let isNegated = part.first == UInt8(ascii: "!")
                return Pattern(text: Self.lowercased(isNegated ? part.dropFirst() : part), isNegated: isNegated)
            }
        )
    }

    private static let hashLength = 20

    /// Whether the line speaks of a host, named as `KnownHosts.name(host:port:)` does it.
    ///
    /// As in OpenSSH, the brackets and the port are part of what a pattern is held against: `*` means all ports, `*.example.com` only port 22.
    func match(_ name: [UInt8]) -> Bool {
        switch self {
        case .hashed(let salt, let hash): return hmacSHA1(of: name, key: salt) == hash
        case .patterns(let patterns):
            let matching = patterns.filter { Self.isMatch(name, $0.text) }
            return !matching.isEmpty && !matching.contains(where: \.isNegated)
        }
    }

    /// Small letters for those of ASCII; a host's name has no others.
    static func lowercased(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        bytes.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }
    }

    /// Goes through both once and back to the last `*` only, so that no pattern takes more than the product of the lengths.
    private static func isMatch(_ name: [UInt8], _ pattern: [UInt8]) -> Bool {
        var (position, place) = (0, 0)
        var retry: (position: Int, place: Int)?
        while position < name.count {
            if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
                retry = (position, place)
                place += 1
            } else if place < pattern.count, pattern[place] == UInt8(ascii: "?") || pattern[place] == name[position] {
                position += 1
                place += 1
            } else if let last = retry {
                retry = (last.position + 1, last.place)
                (position, place) = (last.position + 1, last.place + 1)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
