import SFTP
import Sealing
import Yams

/// An `auth:`: one way to log in, its secrets not yet fetched.
enum LoginConfiguration: Sendable {
    case key(KeySource, passphrase: SecretReference?, folder: String)
    case password(SecretReference, folder: String)
    case keyboardInteractive(SecretReference, folder: String)
    case agent

    /// Where a private key is found.
    enum KeySource: Sendable, Equatable {
        /// A file or a credential, whose permissions are looked at when it is used.
        case file(String)
        /// An environment variable.
        case text(SecretReference)
    }

    /// Reads the key `auth` of a server; `nil`, with a problem, when something in it is wrong.
    init?(reading server: Section) {
        guard let node = server.required("auth") else { return nil }
        if let word = node.scalar?.string {
            guard word == "agent" else {
                // The word may be a password: it is not repeated.
                server.file.problem(node, "'auth' is \(Self.shapes)")
                return nil
            }
            self = .agent
            return
        }
        guard let section = server.file.section(node, "'auth'") else { return nil }
        let kinds = ["key", "password", "keyboard_interactive"].filter { section.value($0) != nil }
        let key = section.secret("key")
        let password = section.secret("password")
        let answer = section.secret("keyboard_interactive")
        let passphrase = section.secret("passphrase")
        section.finish()
        guard kinds.count == 1 else {
            let words =
                kinds.isEmpty
                ? "'auth' is \(Self.shapes)"
                : "a server is logged in at in one way: keep one of '\(kinds.joined(separator: "', '"))'"
            section.file.problem(node, words)
            return nil
        }
        if section.value("passphrase") != nil, kinds != ["key"] {
            section.file.problem(section.value("passphrase"), "a 'passphrase' opens a 'key'; there is none here")
            return nil
        }
        let folder = section.file.folder
        if let key {
            if section.value("passphrase") != nil, passphrase == nil { return nil }
            let path = key.path(in: folder)
            self = .key(path.map { .file($0) } ?? .text(key), passphrase: passphrase, folder: folder)
        } else if let password {
            self = .password(password, folder: folder)
        } else if let answer {
            self = .keyboardInteractive(answer, folder: folder)
        } else {
            return nil
        }
    }

    private static let shapes =
        "agent, or one of { key: file:PATH }, { password: \"${ENV_NAME}\" }, "
        + "{ keyboard_interactive: \"${ENV_NAME}\" }; a secret itself may not stand here"

    /// Throws `ConfigurationProblems` for a key's file that others can use, before any server is asked; whether it is there is found out when it is used.
    private static func refuseExposed(_ path: String, for key: String) throws {
        guard let words = PrivateKeySource.exposure(ofFile: path) else { return }
        throw ConfigurationProblems(
            problems: [ConfigurationProblem(file: "configuration", line: 0, column: 0, message: "\(key): \(words)")]
        )
    }

    /// The login with its secrets fetched; a key's file is read when it is used.
    func login(place: String) throws -> SSHLogin {
        func fetch(_ reference: SecretReference, in folder: String, _ key: String) throws -> Secret {
            try reference.fetch(in: folder, for: "\(place).\(key)")
        }
        switch self {
        case .key(let source, let passphrase, let folder):
            let opened = try passphrase.map { try fetch($0, in: folder, "passphrase") }
            switch source {
            case .file(let path):
                try Self.refuseExposed(path, for: "\(place).key")
                return .key(.file(path: path), passphrase: opened)
            case .text(let reference): return .key(.text(try fetch(reference, in: folder, "key")), passphrase: opened)
            }
        case .password(let reference, let folder): return .password(try fetch(reference, in: folder, "password"))
        case .keyboardInteractive(let reference, let folder):
            return .keyboardInteractive(try fetch(reference, in: folder, "keyboard_interactive"))
        case .agent: return .agent
        }
    }
}
