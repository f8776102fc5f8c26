public import SFTP

/// A server on the way to a drop, the drop's own included: where it is, by which keys it is known, and through which others it is reached.
public struct ServerStop: Sendable {
    /// The host's name or address.
    public let host: String
    /// The TCP port.
    public let port: Int
    /// By which keys it is known.
    public let hostKeys: HostKeyTrust
    /// The servers before it, which are logged in at.
    public let jumps: [SSHServer]
    /// How long it is waited for.
    public let timeouts: SFTPTimeouts

    /// Describes a server.
    public init(host: String, port: Int, hostKeys: HostKeyTrust, jumps: [SSHServer] = [], timeouts: SFTPTimeouts) {
        (self.host, self.port, self.hostKeys) = (host, port, hostKeys)
        (self.jumps, self.timeouts) = (jumps, timeouts)
    }
}

extension Configuration {
    /// The servers that are walked to a drop, the drop's own last, with the secrets of those before it fetched.
    ///
    /// Throws `UnknownDrop` for a name that no SFTP drop has, and `ConfigurationProblems` for a secret that can't be had.
    public func route(toDrop name: String) throws -> [ServerStop] {
        guard case .sftp(let drop)? = drops[name] else {
            let servers = drops.compactMap { if case .sftp = $0.value { $0.key } else { nil } }
            throw UnknownDrop(name: name, isFolder: drops[name] != nil, servers: servers.sorted())
        }
        let jumps = try drop.jumps.map { try $0.server() }
        return (drop.jumps + [drop.server]).enumerated().map { index, server in
            ServerStop(
                host: server.host,
                port: server.port,
                hostKeys: server.hostKeys,
                jumps: Array(jumps.prefix(index)),
                timeouts: drop.timeouts
            )
        }
    }
}

/// A name that was given for an SFTP drop and that none has: wrong usage, not a wrong configuration.
public struct UnknownDrop: Error, Sendable, CustomStringConvertible {
    let name: String
    let isFolder: Bool
    let servers: [String]

    /// The name, and those that there are.
    public var description: String {
        let fault = isFolder ? "the drop '\(name)' is a folder and has no host key" : "no drop is named '\(name)'"
        return fault + (servers.isEmpty ? "" : "; drops of type sftp: \(servers.joined(separator: ", "))")
    }
}
