public import Commerce
public import Sealing
import Yams

/// The section `web:` of `dropline.yaml`: where the console listens, and who may use it.
public struct WebConfiguration: Sendable {
    /// What a user may do.
    public enum Role: String, Sendable, CaseIterable { case see, act }

    /// By what a user is known, once its secret is fetched.
    public enum Credential: Sendable {
        /// A password, of which only a hash is kept.
        case password(PasswordHash)
        /// The random text of a script.
        case token(Secret)
    }

    /// A user as it is configured.
    public struct User: Sendable {
        /// The name in the audit trail.
        public let name: String
        /// What the user may do.
        public let role: Role
        let secret: UserSecret
    }

    enum UserSecret: Sendable {
        case hash(PasswordHash)
        case hashIn(SecretReference)
        case tokenIn(SecretReference)
    }

    /// Whether the console is served at all.
    public let isServed: Bool
    /// The address that is listened on.
    public let host: String
    /// The port.
    public let port: Int
    /// The address by which people reach it.
    public let publicURL: String?
    /// The proxies whose word is taken for where a request comes from.
    public let trustedProxies: [AddressRange]
    /// The largest file that can be dropped on a page, in bytes.
    public let largestUpload: Int64
    /// Who may log in.
    public let users: [User]
    private let folder: String

    /// The fewest characters of a token.
    public static let shortestToken = 32
    private static let mostUpload: Int64 = 64_000_000

    init(reading root: Section) {
        let section = root.section("web")
        isServed = section != nil
        folder = root.file.folder
        host = section?.text("listen") ?? "127.0.0.1"
        port = section.map { Self.port($0) } ?? 8470
        publicURL = section.flatMap { Self.publicURL($0) }
        trustedProxies = section.map { Self.trustedProxies($0) } ?? []
        var largest = section?.size("max_upload", or: 16_000_000) ?? 16_000_000
        if let section, !(1...Self.mostUpload).contains(largest) {
            section.file.problem(section.value("max_upload"), "'max_upload' is at most 64MB: the file lies in memory")
            largest = 16_000_000
        }
        largestUpload = largest
        var users: [User] = []
        for node in section?.list(section?.value("users")) ?? [] {
            guard let entry = section?.file.section(node, "an entry of 'users'"), let user = Self.user(entry) else {
                continue
            }
            if users.contains(where: { $0.name == user.name }) {
                section?.file.problem(
                    node,
                    "two users are named '\(user.name)'; the audit trail could not tell them apart"
                )
            }
            users.append(user)
        }
        self.users = users
        if let section, users.isEmpty, !Self.isLoopback(host) {
            section.file.problem(
                section.value("listen"),
                "'\(host)' can be reached from other machines, and nobody has to log in: name somebody under 'users' "
                    + "('dropline password' makes the hash), or listen on 127.0.0.1"
            )
        } else if let section, !Self.isLoopback(host), publicURL?.hasPrefix("https://") != true {
            section.file.problem(
                section.value("listen"),
                "'\(host)' can be reached from other machines, and passwords would cross the network in clear: have a proxy speak TLS in front and set "
                    + "'public_url' to its https:// address, or listen on 127.0.0.1"
            )
        }
        section?.finish()
    }

    /// The credential of a user; throws `ConfigurationProblems` for a secret that can't be had.
    public func credential(of user: User) throws -> Credential {
        let key = "web.users.\(user.name)"
        switch user.secret {
        case .hash(let hash): return .password(hash)
        case .hashIn(let reference):
            let text = try reference.fetch(in: folder, for: key + ".password")
            guard let hash = PasswordHash(text.reveal()) else { throw Self.problem("\(key).password: \(Self.noHash)") }
            return .password(hash)
        case .tokenIn(let reference):
            let token = try reference.fetch(in: folder, for: key + ".token")
            guard token.reveal().count >= Self.shortestToken else {
                throw Self.problem(
                    "\(key).token: a token has at least \(Self.shortestToken) characters; 'openssl rand -hex 32' makes one"
                )
            }
            return .token(token)
        }
    }

    private static let noHash = "this is no hash of a password; 'dropline password' makes one"

    private static func problem(_ message: String) -> ConfigurationProblems {
        ConfigurationProblems(
            problems: [ConfigurationProblem(file: "configuration", line: 0, column: 0, message: message)]
        )
    }

    private static func user(_ section: Section) -> User? {
        let name = section.requiredText("name")
        let role = section.word("role", or: Role.see)
        var secrets: [UserSecret] = []
        if let node = section.value("password") {
            // What stands here may be a password in clear: it is not repeated.
            if let text = node.scalar?.string, let hash = PasswordHash(text) {
                secrets.append(.hash(hash))
            } else if let reference = node.scalar.flatMap({ SecretReference($0.string) }) {
                secrets.append(.hashIn(reference))
            } else {
                section.file.problem(node, "'password' is a hash, or where one is found; 'dropline password' makes one")
                secrets.append(.hashIn(.environment("")))
            }
        }
        if section.value("token") != nil {
            secrets += [section.secret("token").map { .tokenIn($0) } ?? .tokenIn(.environment(""))]
        }
        section.finish()
        guard let name else { return nil }
        guard !name.isEmpty, name.count <= 100,
            !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else {
            section.file.problem(
                section.value("name"),
                "a name has 1 to 100 characters, none of them a control character"
            )
            return nil
        }
        guard let secret = secrets.first, secrets.count == 1 else {
            section.file.problem(section.node, "'\(name)' is known by one of 'password' and 'token'")
            return nil
        }
        return User(name: name, role: role, secret: secret)
    }

    private static func port(_ section: Section) -> Int {
        guard let node = section.value("port"), let text = section.text(node) else { return 8470 }
        guard let port = Int(text), (0...65_535).contains(port) else {
            section.file.problem(node, "'port' is a port from 0 to 65535")
            return 8470
        }
        return port
    }

    private static func trustedProxies(_ section: Section) -> [AddressRange] {
        section.list(section.value("trusted_proxies")).compactMap { node in
            guard let text = section.text(node) else { return nil }
            let range = AddressRange(text)
            if range == nil {
                section.file.problem(
                    node,
                    "'\(text)' is no address; write one such as 10.0.0.5, or a range such as 10.0.0.0/24"
                )
            }
            return range
        }
    }

    private static func publicURL(_ section: Section) -> String? {
        guard let node = section.value("public_url"), let text = section.text(node) else { return nil }
        let place = text.hasPrefix("https://") ? text.dropFirst(8) : text.hasPrefix("http://") ? text.dropFirst(7) : ""
        let host = place.hasSuffix("/") ? place.dropLast() : place
        guard !host.isEmpty, !host.contains("/"), !host.contains("@"), !host.contains("?"), !host.contains(" ") else {
            section.file.problem(node, "'public_url' is the address of the console alone: https://dropline.example.com")
            return nil
        }
        return text
    }

    private static func isLoopback(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return host == "localhost" || host == "::1"
            || parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
