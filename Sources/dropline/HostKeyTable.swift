import Assembly
import FileDrops
import Foundation
import Records
import SFTP

/// The keys that one server shows, and how each stands to what is known.
struct HostKeyTable {
    private struct Entry {
        let key: HostKey
        let standing: HostKeyStanding
        var isAdded = false
    }

    private let stop: ServerStop
    private var entries: [Entry]

    /// Asks a server for its keys; throws `FileDropError` when it can't be reached.
    init(of stop: ServerStop) async throws {
        self.stop = stop
        let keys = try await shownHostKeys(
            host: stop.host,
            port: stop.port,
            jumps: stop.jumps,
            timeouts: stop.timeouts
        )
        entries = try keys.map { key in
            Entry(key: key, standing: try stop.hostKeys.standing(of: key, host: stop.host, port: stop.port))
        }
    }

    /// Whether keys were to be added and there are some that can't be.
    var couldNotAdd: Bool { !newTypes.isEmpty }

    /// Whether a key differs from the known one of its kind, or is revoked.
    var needsPerson: Bool { entries.contains { $0.standing.isRefused } }

    /// Whether the server would be taken for the one that it says it is.
    var isTrusted: Bool { entries.contains { $0.isAdded || $0.standing.isKnown } }

    /// Adds the keys that are new to the known_hosts file; none when one of the server's keys is refused, or keys are pinned.
    mutating func add() throws {
        guard case .knownHosts(let path) = stop.hostKeys, !needsPerson else { return }
        let new = entries.filter { $0.standing == .new }.map(\.key)
        let added = try KnownHostsFile.add(new, host: stop.host, port: stop.port, path: path)
        for index in entries.indices where added.contains(entries[index].key) { entries[index].isAdded = true }
    }

    // MARK: - What is shown

    /// For people: the server, then a line for each key.
    var text: String {
        let kinds = entries.map { $0.key.type.utf8.count }.max() ?? 0
        let lines = entries.map { entry in
            let kind = entry.key.type.padding(toLength: kinds, withPad: " ", startingAt: 0)
            return "  \(kind)  \(entry.key.fingerprint)  \(words(entry))"
        }
        return (["\(place), by \(knowledge)"] + (lines.isEmpty ? ["  it shows no key"] : lines)).joined(separator: "\n")
    }

    private func words(_ entry: Entry) -> String {
        if entry.isAdded { return "added" }
        return entry.standing == .new && file == nil ? "not pinned" : entry.standing.words
    }

    /// What a person should do next about the keys of some servers; `nil` when all are known.
    static func advice(_ tables: [HostKeyTable], adding command: String) -> String? {
        let refused = tables.filter(\.needsPerson)
        guard refused.isEmpty else {
            return """
                A key that differs or is revoked is never added: the server was changed, or somebody stands between. Ask its owner.
                If the new key is right, remove the old line from \(refused.map(\.knowledge).joined(separator: ", ")) and run this again.
                """
        }
        let new = tables.flatMap(\.newTypes)
        guard !new.isEmpty else { return nil }
        let asks = Set(new.map { "  ssh-keygen -lf /etc/ssh/ssh_host_\($0.keyFile)_key.pub" }).sorted()
        let isPinned = tables.contains { $0.file == nil && !$0.newTypes.isEmpty }
        let last =
            isPinned ? "Then write the fingerprint into 'host_keys' in the configuration." : "Then: \(command) --add"
        let first = "Before you trust a new key, compare it with what this prints on the server; ask its owner:"
        return ([first] + asks + [last]).joined(separator: "\n")
    }

    /// For scripts.
    var json: JSONValue {
        jsonObject(
            ("host", .string(stop.host)),
            ("port", .number("\(stop.port)")),
            ("knownHosts", file.map { .string($0) } ?? .null),
            (
                "keys",
                .array(
                    entries.map { entry in
                        jsonObject(
                            ("type", .string(entry.key.type)),
                            ("fingerprint", .string(entry.key.fingerprint)),
                            ("standing", .string(entry.standing.word)),
                            ("line", entry.standing.line.map { .number("\($0)") } ?? .null),
                            ("added", .bool(entry.isAdded))
                        )
                    }
                )
            )
        )
    }

    /// The kinds of the keys that could be added; with pins one that is met is enough.
    private var newTypes: [String] {
        if file == nil, isTrusted { return [] }
        return entries.filter { $0.standing == .new && !$0.isAdded }.map(\.key.type)
    }

    private var place: String { (stop.host.contains(":") ? "[\(stop.host)]" : stop.host) + ":\(stop.port)" }

    private var file: String? { if case .knownHosts(let path) = stop.hostKeys { path } else { nil } }

    private var knowledge: String { file ?? "the pinned fingerprints" }
}

extension HostKeyStanding {
    fileprivate var isKnown: Bool { if case .known = self { true } else { false } }

    fileprivate var isRefused: Bool {
        switch self {
        case .known, .new: false
        case .differs, .revoked: true
        }
    }

    fileprivate var word: String {
        switch self {
        case .known: "known"
        case .new: "new"
        case .differs: "differs"
        case .revoked: "revoked"
        }
    }

    fileprivate var line: Int? {
        switch self {
        case .known(let line): line
        case .new: nil
        case .differs(let line, _), .revoked(let line): line
        }
    }

    fileprivate var words: String {
        switch self {
        case .known(let line?): "known, line \(line)"
        case .known: "known, pinned"
        case .new: "new"
        case .differs(let line, let fingerprint): "DIFFERS from line \(line): \(fingerprint)"
        case .revoked(let line): "revoked, line \(line)"
        }
    }
}

extension String {
    /// How sshd names the file of a key of this kind: `ed25519` of `ssh-ed25519`, `ecdsa` of `ecdsa-sha2-nistp256`.
    fileprivate var keyFile: String {
        hasPrefix("ecdsa-") ? "ecdsa" : hasPrefix("ssh-") ? String(dropFirst(4)) : self
    }
}
