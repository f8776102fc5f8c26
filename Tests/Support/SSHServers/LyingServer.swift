import Foundation

/// An SFTP server of the tests' own that lies: about what it lists, how long a file is, what is there, and it may take its time.
public struct LyingServer: ServerKind {
    /// What it says that is not so.
    public struct Lies: Sendable, Encodable {
        /// Listings never end, and each of their names has so many bytes.
        public var longNames: Int?
        /// Listings never end; each name is this, with a number for `#`.
        public var endlessNames: String?
        /// Names, as bytes in hexadecimal, that every listing has besides those that are there.
        public var alsoListed: [String]?
        /// Names of files that never end, whatever their size is said to be.
        public var endless: [String]?
        /// Of every path with this in it, it is said that a plain file is there.
        public var exists: String?
        /// Answers to a request for a path that ends so.
        public var statuses: [Refusal]?
        /// When bytes begin to come one by one.
        public var trickle: Trickle?
        /// Which file system a path that ends so lies on; all others lie on number 1.
        public var fileSystems: [String: Int]?

        /// No lies; set some.
        public init() {}
    }

    /// An answer to all requests of a kind for a path.
    public struct Refusal: Sendable, Encodable {
        let request: String
        let path: String
        let status: Int
        let message: String

        /// Names the request, the end of the path, and the code of the answer (SSH_FXP_STATUS).
        public init(_ request: Fault.Request, of path: String, _ status: Int, _ message: String = "no") {
            (self.request, self.path, self.status, self.message) = (request.rawValue, path, status, message)
        }
    }

    /// Bytes that come one by one.
    public struct Trickle: Sendable, Encodable {
        let after: Int
        let seconds: Double

        /// Says after how many bytes it begins, and how long each byte takes.
        public init(after: Int, secondsForAByte seconds: Double) { (self.after, self.seconds) = (after, seconds) }
    }

    /// The only algorithms that it has, where they are named.
    public struct Algorithms: Sendable, Encodable {
        /// As `hmac-sha2-256-etm@openssh.com`.
        public var macs: [String]?
        /// As `chacha20-poly1305@openssh.com`.
        public var ciphers: [String]?
        /// As `curve25519-sha256`.
        public var exchanges: [String]?

        /// All that the library has; set some.
        public init() {}
    }

    /// The keys by which it proves who it is.
    public var hostKeys: [ServerKey] = [.ed25519]
    /// The port it listens on; a free one where there is none.
    public var port: Int?
    /// What it lies about.
    public var lies: Lies
    /// What it can agree on with a client.
    public var algorithms = Algorithms()

    /// An honest server; change its lies.
    public init(_ change: (inout Lies) -> Void = { _ in }) {
        var lies = Lies()
        change(&lies)
        self.lies = lies
    }

    /// Never.
    public var isChrooted: Bool { false }

    /// A user whom only this server knows.
    public var user: String { "shop" }

    /// The names of the script's options.
    private struct Options: Encodable {
        var root: String
        var port: Int
        var hostKeys: [String]
        var authorizedKeys: String
        var passwords: [String: String]
        var lies: Lies
        var algorithms: Algorithms
    }

    /// Writes `authorized_keys`; all else is in the arguments.
    public func command(_ place: ServerPlace) throws -> ServerCommand {
        let authorized = place.folder + "/authorized_keys"
        try write(try ClientKey.welcome.map { try place.keys.publicKey($0) + "\n" }.joined(), to: authorized)
        let options = Options(
            root: place.root,
            port: place.port,
            hostKeys: hostKeys.map { place.keys.path($0) },
            authorizedKeys: authorized,
            passwords: [user: RunningServer.password],
            lies: lies,
            algorithms: algorithms
        )
        return try ServerCommand(script: PackageResources.lying_server_py, options, port: place.port)
    }
}
