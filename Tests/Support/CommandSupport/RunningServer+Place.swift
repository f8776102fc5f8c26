import Foundation
public import SSHServers

extension RunningServer {
    /// This server's folder as an installation's drop, logged in at with a key of the tests.
    ///
    /// The port may be that of a relay in front of it.
    public func place(port: Int? = nil) throws -> SFTPPlace {
        let port = port ?? self.port
        return SFTPPlace(
            port: port,
            user: user,
            auth: "{ key: \"file:\(keys.path(ClientKey.ed25519))\" }",
            knownHosts: try knownHosts().replacing(":\(self.port) ", with: ":\(port) "),
            root: base.isEmpty ? "/" : base,
            folder: root
        )
    }
}
