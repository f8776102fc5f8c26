import FileDrops

extension SFTPFiles {
    func capabilities() throws(FileDropError) -> DropCapabilities {
        let offered = try calling("asking what the server can do", .root) { (client) throws(RemoteFailure) in
            client.extensions
        }
        return DropCapabilities(
            atomicReplace: offered.hasPosixRename,
            exclusiveMove: true,
            fsync: offered.hasFsync,
            subsecondTimes: false,
            fileIDs: false
        )
    }

    /// The facts of the connection, a line each.
    func report() throws(FileDropError) -> [String] {
        let connection: SFTPConnection
        do throws(RemoteFailure) { connection = try connected() } catch {
            throw FileDropError(error.code, doing: "connecting", drop: drop, cause: error.cause)
        }
        let transport = connection.transport
        let key = HostKey(blob: transport.hostKeyBlob)
        let way = jumps.map { "\($0.host):\($0.port)" }
        let names = connection.client.extensions.names.map { ShownText.escaped($0) }.sorted()
        return [
            "\(transport.peer) is \(ShownText.escaped(transport.banner))\(way.isEmpty ? "" : ", by way of \(way.joined(separator: ", "))")",
            "host key \(key?.type ?? "unknown") \(key?.fingerprint ?? "")",
            "\(server.user) is logged in by \(server.login.word)",
            "libssh2 \(LibSSH2.version), \(transport.cipher), SFTP \(connection.client.version)",
            "offers \(names.isEmpty ? "no extensions" : names.joined(separator: ", "))",
        ]
    }
}

extension SSHLogin {
    /// The way to log in, as the configuration calls it.
    var word: String {
        switch self {
        case .key: "key"
        case .password: "password"
        case .keyboardInteractive: "keyboard-interactive"
        case .agent: "agent"
        }
    }
}
