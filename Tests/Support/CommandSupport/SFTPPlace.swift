import Foundation

/// An SFTP server of a test, as an installation's drop.
public struct SFTPPlace: Sendable {
    /// The port on this machine.
    public let port: Int
    /// Who logs in.
    public let user: String
    /// How, as YAML: `{ key: file:/tmp/key }`.
    public let auth: String
    /// The lines of a known_hosts file.
    public let knownHosts: String
    /// The drop's root as the server names it.
    public let root: String
    /// The same folder on this machine.
    public let folder: String

    /// Describes a server.
    public init(port: Int, user: String, auth: String, knownHosts: String, root: String, folder: String) {
        self.port = port
        self.user = user
        self.auth = auth
        self.knownHosts = knownHosts
        self.root = root
        self.folder = folder
    }
}

extension SFTPPlace {
    /// The same server, logged in at in another way: `{ key: file:/tmp/another }`.
    public func logging(in auth: String) -> SFTPPlace {
        SFTPPlace(port: port, user: user, auth: auth, knownHosts: knownHosts, root: root, folder: folder)
    }
}

extension Installation {
    /// Mends the starter's drop `netsuite` for a server, names its pipeline instead of the folder's, and makes the directory that files are dropped in.
    func turn(to place: SFTPPlace) throws {
        for (key, value) in [
            ("host", "127.0.0.1"), ("port", "\(place.port)"), ("user", place.user), ("auth", place.auth),
            ("root", place.root),
        ] {
            try set(key, value)
        }
        try edit(configuration) { text in
            text = text.replacing("  # - pipelines/", with: "  - pipelines/")
                .replacing("  - pipelines/\(Self.pipeline).yaml\n", with: "")
        }
        try place.knownHosts.write(toFile: folder + "/known_hosts", atomically: true, encoding: .utf8)
        try FileManager.default.createDirectory(atPath: path(Self.inbox), withIntermediateDirectories: true)
    }
}
