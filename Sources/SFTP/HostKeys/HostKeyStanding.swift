public import FileDrops

/// How a key that a server shows stands to what is known of the server.
public enum HostKeyStanding: Hashable, Sendable {
    /// It is accepted: it stands in this line of the file, or is pinned, without a line.
    case known(line: Int?)
    /// Nothing is known of a key of its kind.
    case new
    /// Another key of its kind is known, in this line of the file.
    case differs(line: Int, fingerprint: String)
    /// It must never be accepted, as this line of the file says.
    case revoked(line: Int)
}

extension HostKeyTrust {
    /// Looks up a key, reading the file again; a file that isn't there knows no key.
    ///
    /// - Throws: `FileDropError` with `.hostKeyUnknown` when the file can't be read.
    public func standing(of shown: HostKey, host: String, port: Int) throws(FileDropError) -> HostKeyStanding {
        let trusted: TrustedKeys
        do throws(HostKeyRefusal) {
            trusted = try trustedKeys(host: host, port: port)
        } catch {
            throw FileDropError(error.code, doing: "looking up a host key", cause: .words(error.words))
        }
        if let line = trusted.revoked.first(where: { $0.key == shown })?.line { return .revoked(line: line) }
        if trusted.isTrusted(shown) { return .known(line: trusted.known.first { $0.key == shown }?.line) }
        guard let other = trusted.known.first(where: { $0.key.type == shown.type }) else { return .new }
        return .differs(line: other.line, fingerprint: other.key.fingerprint)
    }
}
