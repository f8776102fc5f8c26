public import Commerce
public import Sealing

/// Where the console listens, and who may use it.
public struct WebSettings: Sendable {
    /// The address that is listened on.
    public var host = "127.0.0.1"
    /// The port; 0 takes a free one.
    public var port = 8470
    /// Who may log in; without anybody the console only shows, and only to this machine.
    public var users: [WebUser] = []
    /// The address by which people reach the console through a proxy: `https://dropline.example.com`.
    public var publicURL: String?
    /// The proxies whose word is taken for where a request comes from.
    public var trustedProxies: [AddressRange] = []
    /// How long each step of a connection may take; no configuration changes it.
    var times = ConnectionTimes()
    /// The largest file that can be dropped on a page, in bytes.
    public var largestUpload = 16_000_000

    /// The default: loopback, nobody to log in.
    public init() {}

    var isLoopback: Bool { Self.isLoopback(host) }

    static func isLoopback(_ host: some StringProtocol) -> Bool {
        if host == "localhost" || host == "::1" || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Whether browsers reach it by TLS, so that the cookie may insist on that.
    var isSecure: Bool { publicURL?.hasPrefix("https://") == true }

    /// The host of the public address, with its port where it has one.
    var publicAuthority: String? {
        publicURL.flatMap { url in
            url.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first.map { $0.lowercased() }
        }
    }

    func isTrustedProxy(_ address: String) -> Bool { trustedProxies.contains { $0.contains(address) } }

    /// Makes sure that nobody beyond this machine gets in without a login, and that no password crosses a network in clear.
    func check() throws(WebError) {
        guard isLoopback || !users.isEmpty else {
            throw WebError(
                "the console would listen on \(host), which others can reach, without a login; name somebody under "
                    + "'web.users' ('dropline password' makes the hash), or listen on 127.0.0.1"
            )
        }
        guard isLoopback || publicURL?.hasPrefix("https://") == true else {
            throw WebError(
                "the console would listen on \(host), and passwords would cross the network in clear; have a proxy speak TLS in front of it and "
                    + "set 'web.public_url' to its https:// address, or listen on 127.0.0.1"
            )
        }
        guard Set(users.map(\.name)).count == users.count else {
            throw WebError("two of 'web.users' have one name; the audit trail could not tell them apart")
        }
    }
}

/// What a person may do on the console.
public enum Role: String, Sendable, CaseIterable {
    /// Look at everything, and change nothing.
    case see
    /// Look, and do what buttons do.
    case act
}

/// Somebody who may log in.
public struct WebUser: Sendable {
    /// By what somebody is known.
    public enum Credential: Sendable, Equatable {
        /// A password, of which only a hash is kept.
        case password(PasswordHash)
        /// A random text, which scripts send as `Authorization: Bearer`.
        case token(Secret)
    }

    /// The name, as the audit trail has it.
    public var name: String
    /// What this user may do.
    public var role: Role
    /// By what the user is known.
    public var credential: Credential

    /// Whether it is the same person, known by the same; the role may be another.
    func isSame(as other: WebUser) -> Bool { name == other.name && credential == other.credential }

    /// Describes a user.
    public init(name: String, role: Role, credential: Credential) {
        (self.name, self.role, self.credential) = (name, role, credential)
    }
}

/// Why the console can't be served.
public struct WebError: ClassifiedError, Equatable {
    /// What is wrong and what to do.
    public let description: String

    /// Describes it.
    public init(_ description: String) { self.description = description }

    /// It stays so until a person changes the configuration.
    public var disposition: Disposition { .stop }
    /// The configuration is wrong.
    public var side: FaultSide { .configuration }
    /// `web`.
    public var codeName: String { "web" }
}
