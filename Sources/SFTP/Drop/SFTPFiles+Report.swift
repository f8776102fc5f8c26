import FileDrops

extension SFTPFiles {
    func capabilities() throws(FileDropError) -> DropCapabilities {
        begin()
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
            "\(transport.peer) is \(ShownText.escaped(ShownText.shortened(transport.banner)))\(way.isEmpty ? "" : ", by way of \(way.joined(separator: ", "))")",
            "host key \(key?.type ?? "unknown") \(key?.fingerprint ?? "")",
            "\(server.user) is logged in by \(server.login.word)",
            "libssh2 \(LibSSH2.version), \(transport.cipher), SFTP \(connection.client.version)",
            "offers \(names.isEmpty ? "no extensions" : Self.shown(names))",
        ]
    }

    /// A server may name as many extensions as it likes, at what length it likes.
    private static func shown(_ names: [String]) -> String {
        let some = names.prefix(40).map { ShownText.shortened($0) }.joined(separator: ", ")
        return names.count > 40 ? "\(some) and \(names.count - 40) more" : some
    }

    private func connection(to doing: String) throws(FileDropError) -> SFTPConnection {
        do throws(RemoteFailure) { return try connected() } catch {
            throw error.telling(doing, drop: drop)
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
