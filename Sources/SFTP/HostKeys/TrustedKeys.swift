/// What is known of the keys of one server.
struct TrustedKeys: Sendable {
    /// A key and the line where it stands.
    struct Known: Equatable, Sendable {
        let key: HostKey
        let line: Int
    }

    let host: String
    let port: Int
    /// The file of known hosts; `nil` for pins.
    let file: String?
    /// Whether the file isn't there.
    let isFileMissing: Bool
    /// The keys that are accepted, unless revoked.
    let known: [Known]
    /// The keys that are never accepted.
    let revoked: [Known]
    /// The lines of the keys that sign certificates, which can't be used.
    let authorities: [Int]
    /// The keys of the bare host, known for port 22 alone, where another port is asked for.
    let elsewhere: [Known]
    /// The fingerprints that are accepted.
    let pins: [String]
    /// The lines of the file that can't be read, of whatever host.
    let damaged: [KnownHosts.Damage]

    /// Takes pins.
    init(host: String, port: Int, pins: [String]) {
        (self.host, self.port, self.pins) = (host, port, pins)
        (file, isFileMissing, damaged) = (nil, false, [])
        (known, revoked, authorities, elsewhere) = ([], [], [], [])
    }

    /// Takes what a file says of the server; `nil` for a file that isn't there.
    init(host: String, port: Int, file: String, content: KnownHosts?) {
        (self.host, self.port, self.pins) = (host, port, [])
        (self.file, isFileMissing, damaged) = (file, content == nil, content?.damaged ?? [])
        let lines = content?.lines(host: host, port: port) ?? []
        func keys(_ marker: KnownHostsLine.Marker?) -> [Known] {
            lines.filter { $0.marker == marker }.map { Known(key: $0.key, line: $0.number) }
        }
        known = keys(nil)
        revoked = keys(.revoked)
        authorities = keys(.authority).map(\.line)
        let bare = port == KnownHosts.standardPort ? [] : content?.lines(host: host, port: KnownHosts.standardPort)
        elsewhere = (bare ?? []).filter { $0.marker == nil }.map { Known(key: $0.key, line: $0.number) }
    }

    /// The kinds of key to ask the server for, the best first.
    ///
    /// A server has several keys and shows the first kind asked for that it has: so only kinds that can be accepted are asked for, or all when
    /// none is known, or pins don't tell. With pins, ask for one kind at a time until `isTrusted`, for the pinned key may not be the first.
    var types: [String] {
        let types = Set(known.map(\.key).filter { !isRevoked($0) }.map(\.type))
        let wanted = HostKey.preferredTypes.filter(types.contains)
        return wanted.isEmpty ? HostKey.preferredTypes : wanted
    }

    /// Whether a key would be accepted.
    func isTrusted(_ shown: HostKey) -> Bool {
        !isRevoked(shown) && (known.contains { $0.key == shown } || pins.contains(shown.fingerprint))
    }

    /// Accepts the key that the server shows, or throws.
    ///
    /// - Throws: `.revoked`; `.changed` if other keys of the server are known or pinned, of whatever kind; `.unknown` or `.noKnownHostsFile` if
    ///   none is.
    func judge(_ shown: HostKey) throws(HostKeyRefusal) {
        let facts = "\(place) shows \(shown); "
        if let line = revoked.first(where: { $0.key == shown })?.line {
            throw HostKeyRefusal(.revoked, words: facts + "line \(line) of \(file ?? "") marks that key as revoked")
        }
        guard !isTrusted(shown) else { return }
        guard let file else { throw HostKeyRefusal(.changed, words: facts + pinned) }
        guard !isFileMissing else {
            throw HostKeyRefusal(.noKnownHostsFile, words: facts + "the file of known hosts isn't there: \(file)")
        }
        guard known.isEmpty else {
            let lines = known.map { "line \($0.line) has \($0.key)" }
            throw HostKeyRefusal(.changed, words: facts + "in \(file) " + lines.joined(separator: ", "))
        }
        throw HostKeyRefusal(.unknown, words: facts + "\(file) has no key of it" + hint(shown))
    }

    /// Host and port as messages show them, `[::1]:22`.
    private var place: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    private var pinned: String {
        switch pins.count {
        case 0: "no fingerprint is pinned"
        case 1: "the pinned fingerprint is \(pins[0])"
        default: "the pinned fingerprints are " + pins.joined(separator: ", ")
        }
    }

    private func isRevoked(_ key: HostKey) -> Bool { revoked.contains { $0.key == key } }

    /// What a person who believes the key is known may have overlooked.
    private func hint(_ shown: HostKey) -> String {
        var hint = ""
        if let same = elsewhere.first(where: { $0.key == shown }) {
            hint += "; line \(same.line) has this key, but for port 22 alone"
        }
        if let line = authorities.first {
            hint +=
                "; line \(line) has a certificate authority, which can't be used: a key of the server itself is needed"
        }
        if !damaged.isEmpty {
            let more = damaged.count > 3 ? " and \(damaged.count - 3) more" : ""
            hint +=
                "; lines that can't be read: "
                + damaged.prefix(3).map { "\($0.line) (\($0.reason.words))" }
                .joined(separator: ", ") + more
        }
        return hint
    }
}
