public import FileDrops

/// Adds keys to OpenSSH's file of known hosts.
public enum KnownHostsFile {
    /// Appends the keys of a host that the file doesn't have yet; all of it or nothing.
    ///
    /// What stands in the file stays as it is, with its mode and owner; a link is followed. A file that isn't there is made with mode 0600, and its
    /// folder with 0700. The caller has had a person compare the fingerprints.
    /// - Parameters:
    ///   - keys: what the server showed.
    ///   - host: its name or address.
    ///   - port: its TCP port.
    ///   - path: the file.
    /// - Returns: the keys that were added, in their order.
    /// - Throws: `FileDropError` with `.hostKeyRevoked` for a key that the file marks as revoked for the host; `.hostKeyChanged` if the file has
    ///   another key of the same kind for it, or two such are given, for a changed key is never accepted unseen; `.nameRefused` for what is no host;
    ///   and what the system says to reading and writing.
    public static func add(
        _ keys: [HostKey],
        host: String,
        port: Int,
        path: String
    ) throws(FileDropError) -> [HostKey] {
        guard isHost(host) else {
            let reason = FileDropError.Cause.words("\"\(host)\" is neither a host's name nor an address")
            throw FileDropError(.nameRefused, doing: "adding a host key", cause: reason)
        }
        let doing = "adding the host keys of \(host.contains(":") ? "[\(host)]" : host):\(port) to"
        do throws(ReplacedFile.Fault) {
            let file = try ReplacedFile(path, upTo: KnownHosts.maximumBytes)
            let content = file.content ?? []
            let known = TrustedKeys(host: host, port: port, file: path, content: KnownHosts(parsing: content))
            let new = try additions(keys, to: known).get()
            guard !new.isEmpty else { return [] }
            let isCut = content.last != nil && content.last != UInt8(ascii: "\n")
            let lines = new.map { $0.knownHostsLine(host: host, port: port) + "\n" }.joined()
            try file.replace(with: content + (isCut ? [UInt8(ascii: "\n")] : []) + Array(lines.utf8))
            return new
        } catch {
            throw FileDropError(error.code, doing: doing, path: path, cause: error.cause)
        }
    }

    /// The keys that are new, or why not all may be added.
    private static func additions(_ keys: [HostKey], to known: TrustedKeys) -> Result<[HostKey], ReplacedFile.Fault> {
        var new: [HostKey] = []
        for key in keys where !new.contains(key) {
            if let line = known.revoked.first(where: { $0.key == key })?.line {
                return .failure(.refused(.hostKeyRevoked, "line \(line) marks \(key) as revoked"))
            }
            if known.known.contains(where: { $0.key == key }) { continue }
            if let old = known.known.first(where: { $0.key.type == key.type }) {
                return .failure(.refused(.hostKeyChanged, "shown is \(key); line \(old.line) has \(old.key)"))
            }
            if let other = new.first(where: { $0.type == key.type }) {
                return .failure(.refused(.hostKeyChanged, "two keys of a kind are shown: \(other) and \(key)"))
            }
            new.append(key)
        }
        return .success(new)
    }

    /// Letters, digits and what else addresses have: nothing that has a meaning in the file.
    private static func isHost(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 255 && text.first != "-"
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
                    UInt8(ascii: ":"), UInt8(ascii: "%"):
                    true
                default: false
                }
            }
    }
}
