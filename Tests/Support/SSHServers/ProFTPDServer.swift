import Foundation

/// ProFTPD with mod_sftp: another implementation, with passwords of its own, status codes above those of SFTP 3, and more to say in messages.
///
/// It takes keys and the password of a user who exists nowhere else; what it writes belongs to the user who runs the tests.
public struct ProFTPDServer: ServerKind {
    /// The keys by which it proves who it is.
    public var hostKeys: [ServerKey] = [.ed25519]
    /// The port it listens on; a free one where there is none.
    public var port: Int?
    /// The keys that it lets in.
    public var authorized: [ClientKey] = ClientKey.welcome
    /// The ways to log in: `publickey`, `password`, or `publickey+password` for both.
    public var methods: [String] = ["publickey", "password"]
    /// Whether a file may be opened for writing where there is one; ProFTPD's own default is no.
    public var allowsOverwriting = true
    /// Extensions that it lacks: `["posixRename", "fsync"]`.
    public var missingExtensions: [String] = []
    /// Whether clients see `root` as `/`; needs root.
    public var isChrooted = false
    /// More lines of its configuration.
    public var lines: [String] = []

    /// A server with defaults; set what differs.
    public init(
        hostKeys: [ServerKey] = [.ed25519],
        methods: [String] = ["publickey", "password"],
        missingExtensions: [String] = [],
        isChrooted: Bool = false,
        lines: [String] = []
    ) {
        (self.hostKeys, self.methods, self.missingExtensions) = (hostKeys, methods, missingExtensions)
        (self.isChrooted, self.lines) = (isChrooted, lines)
    }

    /// A user whom only this server knows.
    public var user: String { "shop" }

    /// Writes its configuration, its users and their keys.
    public func command(_ place: ServerPlace) async throws -> ServerCommand {
        let (user, group) = try ownNames()
        // The hash of `RunningServer.password`.
        let hash =
            "$6$AcPJpOi1Lvd9zFbC$dobGHkG.9RPucIWijX1pKNnUoBu5.FVMPmy3Po1YyWIUc22ReYcvIwGTpHJsdsB8w6fLplkfDAvpasdYD2zg//"
        try write(
            "\(self.user):\(hash):\(geteuid()):\(getegid())::\(place.root):/bin/false\n",
            to: place.folder + "/users"
        )
        try write("\(group):x:\(getegid()):\n", to: place.folder + "/groups")
        var blocks = ""
        for key in authorized { blocks += try await place.keys.publicKeyBlock(key) }
        try write(blocks, to: place.folder + "/authorized_keys")
        // Debian 12 has the first two in the program itself.
        let modules = ["mod_ls", "mod_xfer", "mod_sftp"].filter {
            FileManager.default.fileExists(atPath: "/usr/lib/proftpd/\($0).so")
        }
        var all = ["ModulePath /usr/lib/proftpd"] + modules.map { "LoadModule \($0).c" }
        all += [
            "ServerType standalone",
            "ServerName shop",
            "DefaultAddress 127.0.0.1",
            "SocketBindTight on",
            "Port \(place.port)",
            "UseIPv6 off",
            "UseReverseDNS off",
            "User \(user)",
            "Group \(group)",
            "Umask 022",
            "MaxInstances none",
            "PidFile \(place.folder)/pid",
            "ScoreboardFile \(place.folder)/scoreboard",
            "SystemLog \(place.folder)/log",
            "WtmpLog off",
            "<IfModule mod_delay.c>\nDelayEngine off\n</IfModule>",
            "<IfModule mod_ctrls.c>\nControlsEngine off\n</IfModule>",
            "AuthOrder mod_auth_file.c",
            "AuthUserFile \(place.folder)/users",
            "AuthGroupFile \(place.folder)/groups",
            "RequireValidShell off",
            "RootLogin on",
            "UseFtpUsers off",
            "AllowOverwrite \(allowsOverwriting ? "on" : "off")",
            "AllowStoreRestart \(allowsOverwriting ? "on" : "off")",
            "AllowRetrieveRestart on",
            "SFTPEngine on",
            "SFTPLog \(place.folder)/log",
            "SFTPAuthMethods \(methods.joined(separator: " "))",
            "SFTPAuthorizedUserKeys file:\(place.folder)/authorized_keys",
        ]
        all += hostKeys.map { "SFTPHostKey \(place.keys.path($0))" }
        if !missingExtensions.isEmpty {
            all.append("SFTPExtensions \(missingExtensions.map { "-" + $0 }.joined(separator: " "))")
        }
        if isChrooted { all.append("DefaultRoot ~") }
        try write((all + lines).joined(separator: "\n") + "\n", to: place.folder + "/proftpd.conf")
        return ServerCommand(
            executable: "/usr/sbin/proftpd",
            arguments: ["--nodaemon", "--quiet", "--config", place.folder + "/proftpd.conf"],
            readyMark: "standalone mode STARTUP",
            readsBanner: true
        )
    }

    private func ownNames() throws -> (String, String) {
        guard let user = getpwuid(geteuid()), let group = getgrgid(getegid()) else {
            throw ServerError("the user or the group who runs the tests has no name")
        }
        return (String(cString: user.pointee.pw_name), String(cString: group.pointee.gr_name))
    }
}
