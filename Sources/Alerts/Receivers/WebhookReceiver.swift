import AsyncHTTPClient
import Foundation
public import HTTPS
import NIOCore
import NIOHTTP1
public import Sealing

/// Posts each message to an address.
public struct WebhookReceiver: AlertReceiver {
    /// What is posted.
    public enum Form: Sendable {
        /// The message with all its facts.
        case json
        /// `{"text": …}`, as Slack's incoming webhooks take it, and others that follow them.
        case slack
    }

    /// Its name in the configuration.
    public let name: String
    /// How long a condition has lasted before it is told.
    public let patience: Duration
    private let form: Form
    private let address: @Sendable () throws -> Secret
    private let token: (@Sendable () throws -> Secret)?
    private let roots: TrustedRoots

    /// Makes a receiver; address and token, which are fetched for each message, open the way to it, and are shown nowhere.
    ///
    /// `roots` are whose certificates are believed.
    public init(
        name: String,
        patience: Duration,
        form: Form,
        address: @escaping @Sendable () throws -> Secret,
        token: (@Sendable () throws -> Secret)? = nil,
        trusting roots: TrustedRoots = .ofEnvironment
    ) {
        (self.name, self.patience, self.form, self.address, self.token) = (name, patience, form, address, token)
        self.roots = roots
    }

    /// Posts a message; any answer of the 2xx kind says that it has arrived.
    public func deliver(_ alert: Alert, from installation: String) async throws {
        let url = try address().reveal()
        guard Self.isSafe(url) else {
            throw AlertFault("the address of the webhook is not https (http only for this machine)")
        }
        var request = HTTPClientRequest(plain: url)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        if let token { request.headers.add(name: "authorization", value: "Bearer \(try token().reveal())") }
        let body = form == .slack ? try Self.slack(alert) : try alert.json(from: installation)
        request.body = .bytes(ByteBuffer(bytes: body))
        let status = try await post(request)
        guard (200..<300).contains(status) else { throw AlertFault("the webhook answered \(status)") }
    }

    private func post(_ request: HTTPClientRequest) async throws -> UInt {
        let client = HTTPClient.make(trusting: roots)
        let answer: Result<UInt, any Error>
        do {
            answer = .success(try await client.execute(request, timeout: .seconds(15)).status.code)
        } catch is CancellationError {
            answer = .failure(CancellationError())
        } catch {
            let fault = await NetworkFault(explaining: error, at: request.url, trusting: roots)
            // Without the server: who reads this need not learn the address.
            let cure = fault.cure.map { ". \($0)" } ?? ""
            answer = .failure(AlertFault("the webhook can't be reached: its server \(fault.words)\(cure)"))
        }
        try? await client.shutdown()
        return try answer.get()
    }

    /// A text in which the three characters are escaped that Slack takes for markup (docs.slack.dev, "Formatting message text").
    private static func slack(_ alert: Alert) throws -> [UInt8] {
        let mark = alert.event == .ended ? "✅" : "⚠️"
        let text = alert.line.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        return Array(try JSONEncoder().encode(["text": "\(mark) \(text)"]))
    }

    /// Whether nobody on the way reads along.
    static func isSafe(_ address: String) -> Bool {
        guard let url = URL(string: address), let host = url.host(), !host.isEmpty else { return false }
        return url.scheme == "https" || (url.scheme == "http" && host.isLoopback)
    }
}

extension String {
    /// Whether a host is this machine.
    var isLoopback: Bool { ["localhost", "127.0.0.1", "::1", "[::1]"].contains(lowercased()) }
}
