public import Hummingbird
import HummingbirdTLS
import Logging

/// Serves routes on a free port of this machine beside a body, by TLS where it has a certificate, and ends the server afterwards.
public func withWebServer(
    _ router: Router<BasicRequestContext>,
    certificate: TestCertificate? = nil,
    _ body: @Sendable @escaping (_ port: Int) async throws -> Void
) async throws {
    let (ports, port) = AsyncStream<Int>.makeStream()
    let application = Application(
        router: router,
        server: try certificate.map { try .tls(tlsConfiguration: $0.configuration()) } ?? .http1(),
        configuration: .init(address: .hostname("127.0.0.1", port: 0)),
        onServerRunning: { channel in port.yield(channel.localAddress?.port ?? 0) },
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await application.runService(gracefulShutdownSignals: []) }
        for await number in ports {
            try await body(number)
            break
        }
        group.cancelAll()
    }
}
