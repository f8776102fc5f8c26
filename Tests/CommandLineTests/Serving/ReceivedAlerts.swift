import CommandSupport
import Foundation
import Hummingbird
import Logging
import Synchronization

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
    let (ports, port) = AsyncStream<Int>.makeStream()
    let application = Application(
        router: router,
        configuration: .init(address: .hostname("127.0.0.1", port: 0)),
        onServerRunning: { channel in port.yield(channel.localAddress?.port ?? 0) },
        logger: Logger(label: "hook") { _ in SwiftLogNoOpLogHandler() }
    )
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await application.runService(gracefulShutdownSignals: []) }
        for await number in ports {
            try await body(received, "http://127.0.0.1:\(number)/hook")
            break
        }
        group.cancelAll()
    }
}
