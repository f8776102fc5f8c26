import FileDrops

/// A login at a server with SFTP begun.
struct SFTPConnection {
    let transport: SSHTransport
    let client: SFTPClient

    init(to server: SSHServer, through jumps: [SSHServer], _ timeouts: SFTPTimeouts) throws(RemoteFailure) {
        transport = try Connecting(timeouts: timeouts).logIn(at: server, through: jumps[...])
        let channel = try SSHChannel.subsystem("sftp", on: transport, until: Deadline(in: timeouts.connect))
        client = try SFTPClient(on: channel, starting: timeouts.connect, timeout: timeouts.operation)
    }
}
