/// How long a server is waited for.
public struct SFTPTimeouts: Sendable {
    /// For each step of connecting: the TCP connection, the SSH handshake, the login, the start of SFTP.
    public let connect: Duration
    /// For each answer of the server while the connection stands.
    public let operation: Duration
    /// After how long without traffic a connection is tried, so that neither side nor a firewall between them holds it for dead.
    public let keepAlive: Duration

    /// Makes a set of time-outs.
    public init(
        connect: Duration = .seconds(15),
        operation: Duration = .seconds(60),
        keepAlive: Duration = .seconds(30)
    ) {
        self.connect = connect
        self.operation = operation
        self.keepAlive = keepAlive
    }
}
