import FoundationEssentials
import Sealing

/// The public key by which a server is known.
public struct HostKey: Hashable, Sendable, CustomStringConvertible {
    /// The key as it stands on the wire (RFC 4253, section 6.6).
    public let blob: [UInt8]
    /// What kind of key it is, as `ssh-ed25519`; the blob begins with it.
    public let type: String

    /// The kinds that are asked for, the best first; `ssh-rsa` keys sign with SHA-2 as well (RFC 8332).
    static let preferredTypes = [
        "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa",
    ]

    /// Takes a key as a server shows it.
    ///
    /// - Returns: `nil` for bytes that are no key, or of a known kind but with a part missing or too many, or RSA below 1,024 bits, which OpenSSH
    ///   refuses too. Kinds that aren't known are taken as they are.
    public init?(blob: [UInt8]) {
        guard let type = Self.type(checking: blob) else { return nil }
        self.blob = blob
        self.type = type
    }

    /// Reads the base64 of a key.
    init?(base64: some Sequence<UInt8>) {
        guard let data = Data(base64Encoded: Data(base64)) else { return nil }
        self.init(blob: Array(data))
    }

    /// `SHA256:` and 43 characters, as `ssh-keygen -l` shows it.
    public var fingerprint: String { Self.fingerprint(of: blob) }

    /// The line for the key in OpenSSH's known_hosts, without a line break: `[sftp.example.com]:2222 ssh-ed25519 AAAA…`.
    ///
    /// Port 22 isn't named, and the host's letters become small.
    /// - Parameters:
    ///   - host: the host's name or address, not a pattern.
    ///   - port: the TCP port.
    /// - Returns: the line.
    public func knownHostsLine(host: String, port: Int) -> String {
        let name = String(decoding: KnownHosts.name(host: host, port: port), as: UTF8.self)
        return "\(name) \(type) \(Data(blob).base64EncodedString())"
    }

    /// Kind and fingerprint.
    public var description: String { "\(type) \(fingerprint)" }

    /// The fingerprint of a public key of a host or a user.
    static func fingerprint(of blob: [UInt8]) -> String {
        "SHA256:" + Data(SHA256Digest(of: blob).bytes).base64EncodedString().prefix { $0 != "=" }
    }

    /// Reads a blob from end to end (RFC 4253, section 6.6; RFC 5656, section 3.1; RFC 8709, section 4).
    private static func type(checking blob: [UInt8]) -> String? {
        var parts = KeyBlob(blob)
        guard let type = parts.name(), !parts.isAtEnd else { return nil }
        switch type {
        case "ssh-ed25519":
            guard parts.string()?.count == 32, parts.isAtEnd else { return nil }
        case "ssh-rsa":
            guard let exponent = parts.bitsOfInteger(), exponent > 1, let modulus = parts.bitsOfInteger(),
                modulus >= 1_024, parts.isAtEnd
            else { return nil }
        case "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521":
            // A point is 4 and two coordinates (SEC 1, section 2.3.3); OpenSSH takes no compressed ones.
            let coordinate = type.hasSuffix("256") ? 32 : type.hasSuffix("384") ? 48 : 66
            guard let curve = parts.name(), type == "ecdsa-sha2-" + curve, let point = parts.string(),
                point.count == 1 + 2 * coordinate, point.first == 4, parts.isAtEnd
            else { return nil }
        default: break
        }
        return type
    }
}
