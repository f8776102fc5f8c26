/// A server of SSH: where it is, who logs in there and how, and by which keys it is known.
public struct SSHServer: Sendable {
    /// The host's name or address.
    public let host: String
    /// The TCP port.
    public let port: Int
    /// The user's name.
    public let user: String
    /// How the user shows who they are.
    public let login: SSHLogin
    /// By which keys the server is known; one with another key gets no login.
    public let hostKeys: HostKeyTrust

    /// Describes a server; nothing is connected yet.
    public init(host: String, port: Int = 22, user: String, login: SSHLogin, hostKeys: HostKeyTrust) {
        self.host = host
        self.port = port
        self.user = user
        self.login = login
        self.hostKeys = hostKeys
    }
}
