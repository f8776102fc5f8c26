import Foundation
public import Sealing
import Subprocess

/// Sends each message as an e-mail, by curl, which speaks SMTP and TLS.
///
/// The password goes to curl on its standard input, where no list of processes shows it; the mail, which holds no secret, in a file of its own.
public struct EmailReceiver: AlertReceiver {
    /// How to get to the mail server.
    public struct Server: Sendable {
        let address: String
        let user: String?
        let password: (@Sendable () throws -> Secret)?

        /// Describes a server: `smtps://mail.example.com`, or `smtp://mail.example.com:587`, with a login where it wants one.
        public init(address: String, user: String? = nil, password: (@Sendable () throws -> Secret)? = nil) {
            (self.address, self.user, self.password) = (address, user, password)
        }
    }

    /// Its name in the configuration.
    public let name: String
    /// How long a condition has lasted before it is told.
    public let patience: Duration
    private let server: Server
    private let sender: String
    private let recipients: [String]

    /// Makes a receiver; the addresses are plain: `ops@example.com`.
    public init(name: String, patience: Duration, server: Server, from sender: String, to recipients: [String]) {
        (self.name, self.patience, self.server) = (name, patience, server)
        (self.sender, self.recipients) = (sender, recipients)
    }

    /// Sends a mail; it has arrived when the server has taken it for every recipient.
    public func deliver(_ alert: Alert, from installation: String) async throws {
        let path = NSTemporaryDirectory() + "dropline-alert-" + UUID().uuidString
        let mail = Mail(alert, installation: installation, from: sender, to: recipients)
        guard
            FileManager.default.createFile(
                atPath: path,
                contents: Data(mail.bytes),
                attributes: [.posixPermissions: 0o600]
            )
        else { throw AlertFault("the mail can't be written to \(NSTemporaryDirectory())") }
        defer { try? FileManager.default.removeItem(atPath: path) }
        let settings = try settings(mail: path)
        let curl = ChildProcess(["curl", "--disable", "--config", "-"])
        let exit = try await curl.run(input: Array(settings.utf8), limit: .seconds(90))
        guard exit == .exited(0) else { throw AlertFault("the mail server did not take it: \(Self.words(exit))") }
    }

    /// What curl is told, in the form of its configuration file.
    private func settings(mail path: String) throws -> String {
        var lines = [
            "silent", "show-error", "proto = \"=smtp,smtps\"", "noproxy = \"*\"", "connect-timeout = 15",
            "max-time = 60", "url = \(server.address.quoted)", "mail-from = \(sender.quoted)",
            "upload-file = \(path.quoted)",
        ]
        lines += recipients.map { "mail-rcpt = \($0.quoted)" }
        // A server on this machine often has no certificate; anybody else must have one.
        if URL(string: server.address)?.host()?.isLoopback != true { lines.append("ssl-reqd") }
        if let user = server.user, let password = try server.password?() {
            lines.append("user = \("\(user):\(password.reveal())".quoted)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Exit codes of curl(1) that a person can do something about.
    private static func words(_ exit: TerminationStatus) -> String {
        switch exit {
        case .exited(6): "its name is not known (curl: 6)"
        case .exited(7): "it can't be reached (curl: 7)"
        case .exited(28): "it does not answer in time (curl: 28)"
        case .exited(35): "it and this machine can't agree on TLS (curl: 35)"
        case .exited(55), .exited(56): "it refused the mail, or broke the connection (curl: \(exit.words))"
        case .exited(60):
            "its certificate is not trusted, has ended or is for another name (curl: 60, which has the reason in the log); see that the server's name and this machine's clock are right, or have its authority trusted (update-ca-certificates, SSL_CERT_FILE)"
        case .exited(77): "the certificates that SSL_CERT_FILE or this machine names can't be read (curl: 77)"
        case .exited(64): "it offers no TLS (curl: 64)"
        case .exited(67): "it refuses the login; see user and password (curl: 67)"
        default: "curl ended with \(exit.words)"
        }
    }
}

extension String {
    /// Between quotes, as curl's configuration has it.
    fileprivate var quoted: String {
        let escaped = replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        return "\"\(escaped.replacing("\r", with: "\\r"))\""
    }
}
