import FoundationEssentials

/// By which keys a server is known.
///
/// There is no way to accept any key.
public enum HostKeyTrust: Sendable, Hashable {
    /// By OpenSSH's file of known hosts.
    case knownHosts(path: String)
    /// By fingerprints, each as `fault(inFingerprint:)` finds none in; a key with one of them is accepted, whatever its kind.
    case pinned(fingerprints: [String])

    /// What is wrong with a text that should be a fingerprint as `ssh-keygen -l` shows it: `SHA256:` and 43 characters of base64.
    ///
    /// - Returns: words to follow the text and "is no fingerprint:", or `nil` for a good one.
    public static func fault(inFingerprint text: String) -> String? {
        let prefix = "SHA256:"
        guard text.utf8.starts(with: prefix.utf8) else {
            if text.contains(prefix) { return "write only what begins with \(prefix), up to the next space" }
            if isMD5(text) { return "it is one of MD5; take that of SHA-256, which `ssh-keygen -l` shows" }
            if text.lowercased().hasPrefix("sha256:") { return "it begins with \(prefix) in capital letters" }
            return "it begins with \(prefix), as `ssh-keygen -l` shows it"
        }
        let digits = Array(text.utf8.dropFirst(prefix.utf8.count))
        guard digits.last != UInt8(ascii: "=") else { return "leave out the = at its end" }
        guard digits.count == 43 else { return "it has \(digits.count) characters after \(prefix), not 43" }
        // 43 characters are 258 bits, 256 of them the digest; a text with other last bits would never be met.
        guard let data = Data(base64Encoded: Data(digits + "=".utf8)), data.count == 32 else {
            return "it has a character that is none of A-Z, a-z, 0-9, + and /"
        }
        guard data.base64EncodedString().utf8.dropLast().elementsEqual(digits) else {
            return "its last character can't be; it was changed or cut"
        }
        return nil
    }

    /// What is known of a server, read again from the file each time, so that a change of it counts at the next connection.
    ///
    /// - Throws: `.unreadableKnownHosts`. A file that is missing isn't thrown: then no key is known, and the refusal says so with the key shown.
    func trustedKeys(host: String, port: Int) throws(HostKeyRefusal) -> TrustedKeys {
        switch self {
        case .pinned(let fingerprints):
            return TrustedKeys(host: host, port: port, pins: fingerprints)
        case .knownHosts(let path):
            do throws(SmallFile.Fault) {
                return TrustedKeys(host: host, port: port, file: path, content: try KnownHosts.load(path))
            } catch .missing {
                return TrustedKeys(host: host, port: port, file: path, content: nil)
            } catch {
                throw HostKeyRefusal(.unreadableKnownHosts, words: "\(path) \(error.words)")
            }
        }
    }

    /// `MD5:` or sixteen bytes with colons between them.
    private static func isMD5(_ text: String) -> Bool {
        let bytes = text.split(separator: ":", omittingEmptySubsequences: false).drop { $0 == "MD5" }
        return bytes.count == 16 && bytes.allSatisfy { $0.utf8.count == 2 && UInt8($0, radix: 16) != nil }
    }
}
