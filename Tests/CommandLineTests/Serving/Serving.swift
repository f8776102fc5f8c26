import CommandSupport
import Foundation
import FoundationNetworking
import SSHServers
import Synchronization

/// Runs `serve` beside a body once it has said that it is ready; it must have ended by the end of the body, or it is asked to stop.
func serving(
    _ installation: Installation,
    _ arguments: [String] = [],
    environment: [String: String?] = [:],
    socket: NotifySocket? = nil,
    stops: Bool = true,
    _ body: @Sendable (RunningCommand, NotifySocket) async throws -> Void
) async throws -> CommandResult {
    let socket = try socket ?? NotifySocket(installation.folder + "/notify-" + UUID().uuidString.prefix(4))
    return try await withDropline(
        ["serve", "--config", installation.configuration] + arguments,
        environment: environment.merging(["NOTIFY_SOCKET": socket.name]) { first, _ in first }
    ) { running in
        try await socket.wait(for: "READY=1")
        try await body(running, socket)
        if stops { try running.terminate() }
    }.result
}

/// The console of a service, as a script or a browser sees it.
final class ServedPages: Sendable {
    /// Where it listens.
    let port: Int
    private let token: String?
    private let session: URLSession
    private let cookie = Mutex<String?>(nil)

    /// Speaks as whoever is known by a token, or as a browser.
    init(port: Int, token: String? = nil) {
        (self.port, self.token) = (port, token)
        // Cookies are this browser's own, for all consoles of the tests are on one host.
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpCookieStorage = nil
        configuration.timeoutIntervalForRequest = 600
        session = URLSession(configuration: configuration, delegate: NoRedirect(), delegateQueue: nil)
    }

    deinit { session.finishTasksAndInvalidate() }

    /// The status and the text of a page; `nil` while nobody answers.
    func get(_ path: String) async throws -> (status: Int, text: String)? { try await ask("GET", path) }

    /// What the console says to a button; the fields are not escaped.
    func post(_ path: String, _ form: String) async throws -> (status: Int, text: String)? {
        try await ask("POST", path, "application/x-www-form-urlencoded", Data(form.utf8))
    }

    /// Drops a file on a pipeline's page.
    func upload(_ name: String, _ content: String, to path: String, token: String) async throws -> (
        status: Int, text: String
    )? {
        let parts = [
            "name=\"token\"\r\n\r\n\(token)", "name=\"file\"; filename=\"\(name)\"\r\n\r\n\(content)",
        ]
        let body = parts.map { "--edge\r\nContent-Disposition: form-data; \($0)\r\n" }.joined() + "--edge--\r\n"
        return try await ask("POST", path, "multipart/form-data; boundary=edge", Data(body.utf8))
    }

    /// Logs in as a browser does; returns what its forms carry.
    func logIn(_ name: String, _ password: String) async throws -> String {
        _ = try await post("/login", "name=\(name)&password=\(password)")
        let page = try await get("/")
        guard let token = page?.text.field("token") else { throw SupportError("no login: \(String(describing: page))") }
        return token
    }

    /// The value of a sample in `/metrics`, by its name and labels.
    func metric(_ sample: String) async throws -> Double? {
        let lines = try await get("/metrics")?.text.split(separator: "\n") ?? []
        return lines.first { $0.hasPrefix(sample + " ") }.flatMap { Double($0.dropFirst(sample.count + 1)) }
    }

    private func ask(_ method: String, _ path: String, _ type: String? = nil, _ body: Data? = nil) async throws -> (
        status: Int, text: String
    )? {
        guard let address = URL(string: "http://127.0.0.1:\(port)\(path)") else {
            throw SupportError("no address: \(path)")
        }
        var request = URLRequest(url: address)
        request.httpMethod = method
        request.httpBody = body
        if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
        if let cookie = cookie.withLock({ $0 }) { request.setValue(cookie, forHTTPHeaderField: "Cookie") }
        if let type { request.setValue(type, forHTTPHeaderField: "Content-Type") }
        do {
            let (data, response) = try await session.data(for: request)
            let answer = response as? HTTPURLResponse
            if let kept = answer?.value(forHTTPHeaderField: "Set-Cookie")?.prefix(while: { $0 != ";" }) {
                cookie.withLock { $0 = String(kept) }
            }
            return (answer?.statusCode ?? 0, String(decoding: data, as: UTF8.self))
        } catch let error as URLError where error.code == .cannotConnectToHost || error.code == .networkConnectionLost {
            return nil
        }
    }
}

/// Stays where a redirect comes from.
private final class NoRedirect: NSObject, URLSessionTaskDelegate {
    func urlSession(
        _ session: URLSession,
        task: URLSessionTask,
        willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest,
        completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) { completionHandler(nil) }
}

extension String {
    /// The value of a form's hidden field.
    func field(_ name: String) -> String? {
        split(separator: "name=\"\(name)\" value=\"").dropFirst().first.map { String($0.prefix { $0 != "\"" }) }
    }
}

extension Installation {
    /// Has the console served, to people who are known by a token: a name and a role each.
    func addConsole(on port: Int, _ users: [(name: String, role: String)]) throws {
        let entries = try users.map { user in
            try writeToken(of: user.name)
            return "{ name: \(user.name), role: \(user.role), token: \"file:secrets/\(user.name)\" }"
        }
        try edit(configuration) { $0 += "web: { port: \(port), users: [\(entries.joined(separator: ", "))] }\n" }
    }

    /// What a user of the console is known by.
    static func token(of user: String) -> String { user + "-0123456789abcdef0123456789abcdef" }

    /// Puts it where the configuration says.
    func writeToken(of user: String) throws {
        let path = folder + "/secrets/" + user
        try Self.token(of: user).write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }
}
