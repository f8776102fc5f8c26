import Foundation

/// The stock sshd with its SFTP subsystem: what most partners run, strict about keys, sparing with messages (`Failure`).
///
/// It takes keys only, and logs in as the user who runs the tests. Clients see the whole file system and start in `root`.
public struct OpenSSHServer: ServerKind {
    /// The keys by which it proves who it is.
    public var hostKeys: [ServerKey] = [.ed25519]
    /// The port it listens on; a free one where there is none.
    public var port: Int?
    /// The keys that it lets in.
    public var authorized: [ClientKey] = ClientKey.welcome
    /// Requests that it refuses by the names of `sftp-server -Q requests`: `["posix-rename"]`.
    public var deniedRequests: [String] = []
    /// Whether it refuses whatever writes.
    public var isReadOnly = false
    /// Whether SFTP is served by a process of its own, `sftp-server`, in place of `internal-sftp`.
    public var usesSFTPServerBinary = false
    /// Whether it opens connections for its clients, as a jump host does.
    public var allowsTCPForwarding = false
    /// How many channels a connection may open.
    public var maximumSessions: Int?
    /// When keys are exchanged anew: `"1M"`, `"default 5s"`.
    public var rekeyLimit: String?
    /// What stands before the command that starts it: a program that does something to its own process and then becomes it.
    public var wrapper: [String] = []
    /// More lines of `sshd_config`.
    public var lines: [String] = []

    /// A server with defaults; set what differs.
    public init(
        hostKeys: [ServerKey] = [.ed25519],
        deniedRequests: [String] = [],
        isReadOnly: Bool = false,
        allowsTCPForwarding: Bool = false,
        rekeyLimit: String? = nil,
        lines: [String] = []
    ) {
        (self.hostKeys, self.deniedRequests, self.isReadOnly) = (hostKeys, deniedRequests, isReadOnly)
        (self.allowsTCPForwarding, self.rekeyLimit, self.lines) = (allowsTCPForwarding, rekeyLimit, lines)
    }

    /// Never: that would need a folder below nothing but root's.
    public var isChrooted: Bool { false }

    /// The user who runs the tests.
    public var user: String { NSUserName() }

    /// Writes `sshd_config` and `authorized_keys`.
    public func command(_ place: ServerPlace) throws -> ServerCommand {
        // As root it insists on this folder, which the service makes where one runs.
        if geteuid() == 0 {
            try FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
        }
        let authorizedKeys = try authorized.map { try place.keys.publicKey($0) + "\n" }.joined()
        try write(authorizedKeys, to: place.folder + "/authorized_keys")
        var subsystem = usesSFTPServerBinary ? "/usr/lib/openssh/sftp-server" : "internal-sftp"
        subsystem += " -d \(place.root) -u 022"
        if !deniedRequests.isEmpty { subsystem += " -P \(deniedRequests.joined(separator: ","))" }
        if isReadOnly { subsystem += " -R" }
        var all = [
            "ListenAddress 127.0.0.1",
            "Port \(place.port)",
            "PidFile none",
            "LogLevel VERBOSE",
            "UsePAM no",
            "UseDNS no",
            "StrictModes no",
            "PermitRootLogin yes",
            "AuthorizedKeysFile \(place.folder)/authorized_keys",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "AllowTcpForwarding \(allowsTCPForwarding ? "yes" : "no")",
            "MaxStartups 200",
            "PrintMotd no",
            "PrintLastLog no",
            "Subsystem sftp \(subsystem)",
        ]
        all += hostKeys.map { "HostKey \(place.keys.path($0))" }
        if let maximumSessions { all.append("MaxSessions \(maximumSessions)") }
        if let rekeyLimit { all.append("RekeyLimit \(rekeyLimit)") }
        // Of two lines for one thing sshd takes the first.
        try write((lines + all).joined(separator: "\n") + "\n", to: place.folder + "/sshd_config")
        let words = wrapper + ["/usr/sbin/sshd", "-D", "-e", "-f", place.folder + "/sshd_config"]
        return ServerCommand(
            executable: words[0],
            arguments: Array(words.dropFirst()),
            readyMark: "Server listening on 127.0.0.1 port \(place.port)."
        )
    }
}
