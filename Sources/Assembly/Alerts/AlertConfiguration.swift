import Alerts
import Foundation
import Sealing
import Yams

/// An `alerts:` entry: where what begins and ends is told.
struct AlertConfiguration: Sendable {
    enum Kind: String, CaseIterable { case webhook, slack, email, command }

    enum Way: Sendable {
        case webhook(WebhookReceiver.Form, url: SecretReference, token: SecretReference?)
        case email(server: String, user: String?, password: SecretReference?, from: String, to: [String])
        case command([String])
    }

    let name: String
    let way: Way
    let patience: Duration
    private let folder: String

    init?(reading section: Section, name: String) {
        self.name = name
        folder = section.file.folder
        patience = section.duration("after", or: .zero)
        guard let node = section.required("type"), let word = section.text(node) else {
            section.knowAll()
            return nil
        }
        guard let kind = Kind(rawValue: word) else {
            let words = Kind.allCases.map(\.rawValue).joined(separator: ", ")
            section.file.problem(node, "'\(word)' is not one of: \(words)")
            section.knowAll()
            return nil
        }
        let way =
            switch kind {
            case .webhook: section.webhook(.json)
            case .slack: section.webhook(.slack)
            case .email: section.email()
            case .command: section.command()
            }
        guard let way else { return nil }
        self.way = way
    }

    /// The receiver; its secrets are fetched for each message, so that they can be replaced while a service runs.
    var receiver: any AlertReceiver {
        switch way {
        case .webhook(let form, let url, let token):
            return WebhookReceiver(
                name: name,
                patience: patience,
                form: form,
                address: fetching(url, "url"),
                token: token.map { fetching($0, "token") }
            )
        case .email(let server, let user, let password, let from, let to):
            return EmailReceiver(
                name: name,
                patience: patience,
                server: .init(
                    address: server,
                    user: user,
                    password: password.map { fetching($0, "password") }
                ),
                from: from,
                to: to
            )
        case .command(let command):
            return CommandReceiver(name: name, patience: patience, command: command)
        }
    }

    /// Throws `ConfigurationProblems` for a secret that can't be had.
    func requireSecrets() throws {
        switch way {
        case .webhook(_, let url, let token):
            _ = try fetch(url, "url")
            if let token { _ = try fetch(token, "token") }
        case .email(_, _, let password, _, _):
            if let password { _ = try fetch(password, "password") }
        case .command: break
        }
    }

    private func fetching(_ reference: SecretReference, _ key: String) -> @Sendable () throws -> Secret {
        { try fetch(reference, key) }
    }

    private func fetch(_ reference: SecretReference, _ key: String) throws -> Secret {
        try reference.fetch(in: folder, for: "alerts.\(name).\(key)")
    }
}

extension Section {
    fileprivate func webhook(_ form: WebhookReceiver.Form) -> AlertConfiguration.Way? {
        // An address as Slack gives it is a secret: who knows it can write.
        let url = required("url") == nil ? nil : secret("url")
        let token = form == .json ? secret("token") : nil
        return url.map { .webhook(form, url: $0, token: token) }
    }

    fileprivate func email() -> AlertConfiguration.Way? {
        let server = required("server").flatMap { node in
            text(node).flatMap { text -> String? in
                let url = URL(string: text)
                let isServer = ["smtp", "smtps"].contains(url?.scheme ?? "") && url?.host()?.isEmpty == false
                guard isServer, url?.user == nil, ["", "/"].contains(url?.path ?? "") else {
                    file.problem(
                        node,
                        "'server' is smtps://HOST or smtp://HOST:587; a login stands in 'user' and 'password'"
                    )
                    return nil
                }
                return text
            }
        }
        let (user, password) = (text("user"), secret("password"))
        if (value("user") == nil) != (value("password") == nil) {
            file.problem(node, "'user' and 'password' belong together")
        }
        if let user, user.contains(where: { $0 == ":" || $0.isNewline }) {
            file.problem(value("user"), "'user' holds a colon or a line break, which no login may")
        }
        let from = required("from").flatMap(address)
        let listed = required("to").map { $0.sequence == nil ? [$0] : list($0) }
        let to = (listed ?? []).compactMap(address)
        if listed?.isEmpty == true { file.problem(value("to"), "'to' names nobody") }
        guard let server, let from, !to.isEmpty else { return nil }
        return .email(server: server, user: user, password: password, from: from, to: to)
    }

    private func address(_ node: Node) -> String? {
        guard let text = text(node) else { return nil }
        guard text.wholeMatch(of: /[A-Za-z0-9.!#$%&'*+\/=?^_`{|}~-]+@[A-Za-z0-9.-]+/) != nil else {
            file.problem(node, "'\(text)' is not a plain address such as ops@example.com")
            return nil
        }
        return text
    }

    fileprivate func command() -> AlertConfiguration.Way? {
        guard let node = required("command") else { return nil }
        guard let words = node.sequence, !words.isEmpty else {
            file.problem(node, "'command' is a list: [/usr/local/bin/page, --team, ops]; no shell reads it")
            return nil
        }
        let texts = words.compactMap(text)
        guard texts.count == words.count else { return nil }
        guard texts[0].hasPrefix("/") else {
            file.problem(node, "'command' begins with the whole path of a program")
            return nil
        }
        return .command(texts)
    }
}
