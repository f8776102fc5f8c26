import CommandSupport
import Foundation
import Hummingbird
import Synchronization
import WebServers

/// What a webhook on this machine has been told.
final class ReceivedAlerts: Sendable {
    private let bodies = Mutex<[JSON]>([])

    /// All messages in the order in which they came.
    var messages: [JSON] { bodies.withLock { $0 } }

    /// What they tell: `began cannot-see`.
    var events: [String] { messages.map { "\($0["event"].string ?? "?") \($0["kind"].string ?? "?")" } }

    fileprivate func add(_ body: JSON) { bodies.withLock { $0.append(body) } }
}

/// Lends a webhook that takes every message, and the address of it.
func withWebhook(_ body: @Sendable @escaping (ReceivedAlerts, String) async throws -> Void) async throws {
    let received = ReceivedAlerts()
    let router = Router()
    router.post("/hook") { request, _ in
        let text = String(buffer: try await request.body.collect(upTo: 100_000))
        received.add(try JSON(parsing: Data(text.utf8)))
        return HTTPResponse.Status.ok
    }
    try await withWebServer(router) { port in try await body(received, "http://127.0.0.1:\(port)/hook") }
}
