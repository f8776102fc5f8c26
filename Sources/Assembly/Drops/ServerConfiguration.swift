import SFTP
import Yams

/// A server of SSH as a configuration names it: a drop's own, or one on the way to it.
struct ServerConfiguration: Sendable {
    /// Where it stands in the configuration, for messages: `drops.netsuite`, `drops.netsuite.jump`.
    let place: String
    let host: String
    let port: Int
    let user: String
    let login: LoginConfiguration
    let hostKeys: HostKeyTrust

    /// Reads the keys of a server; whoever gave the section finishes it.
    init?(reading section: Section, place: String) {
        self.place = place
        let host = section.host()
        port = section.port("port", or: 22)
        let user = section.requiredText("user").flatMap { text -> String? in
            guard !text.isEmpty, !text.hasControlCharacters else {
                let fault = text.isEmpty ? "is empty" : "has a control character in it"
                section.file.problem(section.value("user"), "'user' \(fault); write the user's name")
                return nil
            }
            return text
        }
        let login = LoginConfiguration(reading: section)
        let hostKeys = section.hostKeys()
        guard let host, let user, let login, let hostKeys else { return nil }
        (self.host, self.user, self.login, self.hostKeys) = (host, user, login, hostKeys)
    }

    /// The server with its secrets fetched; throws `ConfigurationProblems` for one that can't be had.
    func server() throws -> SSHServer {
        SSHServer(
            host: host,
            port: port,
            user: user,
            login: try login.login(place: place + ".auth"),
            hostKeys: hostKeys
        )
    }
}

extension String {
    /// Whether something is in it that no name or path has; C would take a NUL for the end.
    var hasControlCharacters: Bool { utf8.contains { $0 < 0x20 || $0 == 0x7F } }
}

extension Section {
    /// A host's name or address, with nothing else around it.
    fileprivate func host() -> String? {
        guard let node = required("host"), let text = text(node) else { return nil }
        let advice: String? =
            if text.isEmpty {
                "'host' is empty; write a name or an address, such as sftp.example.com"
            } else if text.contains("://") || text.contains("/") {
                "'\(text)' is not a host; write the name alone, such as sftp.example.com, and the directory as 'root'"
            } else if text.contains("@") {
                "'\(text)' is not a host; write the user's name as 'user'"
            } else if text.hasPrefix("[") || text.filter({ $0 == ":" }).count == 1 {
                "'\(text)' is not a host; write the port as 'port', and an IPv6 address without brackets"
            } else if text.contains(where: { $0.isWhitespace }) || text.hasPrefix("-") {
                "'\(text)' is not a host; write a name or an address, such as sftp.example.com"
            } else {
                nil
            }
        guard let advice else { return text }
        file.problem(node, advice)
        return nil
    }

    /// A TCP port.
    func port(_ name: String, or fallback: Int) -> Int {
        guard let node = value(name), let text = text(node) else { return fallback }
        guard let port = Int(text), 1...65_535 ~= port else {
            file.problem(node, "'\(text)' is not a port; write a number from 1 to 65535")
            return fallback
        }
        return port
    }

    /// A known_hosts file, or a list of pinned fingerprints.
    fileprivate func hostKeys() -> HostKeyTrust? {
        guard let node = required("host_keys") else { return nil }
        guard node.sequence != nil else {
            guard let path = text(node) else { return nil }
            guard !path.isEmpty, !path.hasPrefix("SHA256:") else {
                let words =
                    path.isEmpty
                    ? "'host_keys' is empty; write a known_hosts file, or a list of fingerprints"
                    : "a pinned fingerprint stands in a list: host_keys: [\"\(path)\"]"
                file.problem(node, words)
                return nil
            }
            file.referredPaths.insert(file.resolve(path))
            return .knownHosts(path: file.resolve(path))
        }
        let entries = list(node)
        if entries.isEmpty { file.problem(node, "'host_keys' has no fingerprint; without one no server is trusted") }
        let pins = entries.compactMap { entry -> String? in
            guard let text = text(entry) else { return nil }
            guard let fault = HostKeyTrust.fault(inFingerprint: text) else { return text }
            file.problem(entry, "'\(text)' is no fingerprint: \(fault)")
            return nil
        }
        return pins.isEmpty || pins.count < entries.count ? nil : .pinned(fingerprints: pins)
    }
}
