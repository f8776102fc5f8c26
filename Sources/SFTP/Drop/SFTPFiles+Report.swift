import FileDrops

extension SFTPFiles {
    func capabilities() throws(FileDropError) -> DropCapabilities {
        let connection = try connection(to: "asking what the server can do")
        let offered = connection.client.extensions
        return DropCapabilities(
            atomicReplace: offered.hasPosixRename,
            exclusiveMove: connection.transport.renamesExclusively,
            fsync: offered.hasFsync,
            subsecondTimes: false,
            fileIDs: false
        )
    }

    /// The facts of the connection, a line each.
    func report() throws(FileDropError) -> [String] {
        let connection = try connection(to: "connecting")
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

    private func connection(to doing: String) throws(FileDropError) -> SFTPConnection {
        do throws(RemoteFailure) { return try connected() } catch {
            throw FileDropError(error.code, doing: doing, drop: drop, cause: error.cause)
        }
    }
}

extension SSHTransport {
    /// Whether a RENAME here fails when another takes the new name in the same instant.
    ///
    /// OpenSSH gives the file its second name with link(2), which fails then (sftp-server.c, `process_rename`). ProFTPD looks first and renames over what
    /// came since, and nothing in the protocol tells the two kinds apart.
    fileprivate var renamesExclusively: Bool { banner.hasPrefix("SSH-2.0-OpenSSH") }
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
