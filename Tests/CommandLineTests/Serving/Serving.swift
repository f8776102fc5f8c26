import CommandSupport
import Foundation
import FoundationNetworking
import SSHServers

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

/// The console of a service, as who knows a token sees it.
struct ServedPages {
    /// What `web` in the configuration is set to, behind `web: `.
    let port: Int
    var token: String?

    /// The status and the text of a page; `nil` while nobody answers.
    func get(_ path: String) async throws -> (status: Int, text: String)? { try await ask("GET", path) }

    /// What the console says to a button; the fields are not escaped.
    func post(_ path: String, _ form: String) async throws -> (status: Int, text: String)? {
        try await ask("POST", path, form)
    }

    /// The value of a sample in `/metrics`, by its name and labels.
    func metric(_ sample: String) async throws -> Double? {
        let lines = try await get("/metrics")?.text.split(separator: "\n") ?? []
        return lines.first { $0.hasPrefix(sample + " ") }.flatMap { Double($0.dropFirst(sample.count + 1)) }
    }

    private func ask(_ method: String, _ path: String, _ form: String? = nil) async throws -> (Int, String)? {
        guard let address = URL(string: "http://127.0.0.1:\(port)\(path)") else {
            throw SupportError("no address: \(path)")
        }
        var request = URLRequest(url: address)
        request.httpMethod = method
        if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
        if let form {
            request.setValue("application/x-www-form-urlencoded", forHTTPHeaderField: "Content-Type")
            request.httpBody = Data(form.utf8)
        }
        do {
            let (data, response) = try await URLSession.shared.data(for: request)
            return ((response as? HTTPURLResponse)?.statusCode ?? 0, String(decoding: data, as: UTF8.self))
        } catch let error as URLError where error.code == .cannotConnectToHost || error.code == .networkConnectionLost {
            return nil
        }
    }
}
