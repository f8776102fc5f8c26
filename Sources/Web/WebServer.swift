import Glibc
import Hummingbird
import HummingbirdCore
public import Ledgers
public import Logging
import NIOCore
public import Pipelines
public import Runner
import ServiceLifecycle

/// Serves the console, health and metrics until it is cancelled.
///
/// It reads the ledger and the board, and changes nothing but through its actions.
public struct WebServer: Sendable {
    let console: Console
    let connections: Connections
    private let logger: Logger

    /// Makes a server.
    ///
    /// The ledger may be one of its own, so that its readers take none from the pipelines'. Throws `WebError` for settings that would let strangers in.
    public init(
        _ settings: WebSettings,
        ledger: any Ledger,
        board: ServiceBoard,
        meters: RemoteMeters,
        actions: any ConsoleActions,
        version: String,
        logger: Logger
    ) throws(WebError) {
        try settings.check()
        let access = Access(settings)
        connections = Connections { access.settings.isTrustedProxy($0) }
        console = Console(
            access: access,
            connections: connections,
            ledger: ledger,
            board: board,
            meters: meters,
            actions: actions,
            version: version,
            logger: logger
        )
        self.logger = logger
    }

    /// Serves until cancelled, or until its service group shuts down.
    ///
    /// `onReady` is told the port once requests are taken. Throws `WebError` where the address can't be listened on, such as for a port that is taken.
    public func run(onReady: @escaping @Sendable (Int) async -> Void = { _ in }) async throws {
        // The web server reports being stopped as an error, and each connection that breaks.
        var quiet = logger
        quiet.logLevel = .critical
        let settings = console.access.settings
        let application = Application(
            responder: console,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [ConnectionHandler(connections, settings.times)],
                    idleTimeout: .seconds(60),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 8_192,
                        maxHeaderListSize: 16_384,
                        maxHeaderFieldCount: 100
                    )
                )
            ),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port),
                serverName: nil
            ),
            onServerRunning: { channel in await onReady(channel.localAddress?.port ?? 0) },
            logger: quiet
        )
        // What is under way now is counted when it ends, be it before the first who asks.
        try? await console.counters.update(from: console.ledger)
        do {
            try await run(application, quiet)
        } catch let error as IOError {
            let why = String(cString: strerror(error.errnoCode))
            throw WebError(
                "the console can't listen on \(settings.host), port \(settings.port): \(why); end what listens there, or set "
                    + "another 'web.port'"
            )
        }
    }

    /// Runs the web server, which is shut down in order however this is ended: cancelled, it would drop the connections that it has accepted and not
    /// begun with, and these end the process (`NIOAsyncWriter`: "Deinited without calling finish()").
    private func run(_ application: Application<Console>, _ logger: Logger) async throws {
        let services = ServiceGroup(services: [application], logger: logger)
        let serving = Task.detached { try await services.run() }
        try await withTaskCancellationHandler {
            try await withGracefulShutdownHandler {
                try await serving.value
            } onGracefulShutdown: {
                connections.close(besidesWorking: true)
                Task { await services.triggerGracefulShutdown() }
            }
        } onCancel: {
            connections.close()
            Task { await services.triggerGracefulShutdown() }
        }
    }

    /// Checks settings that were read again; returns what turns to them, but for the address and the port, which stay as they are.
    ///
    /// Users who are not there any more, or have another password or token, are logged out by it. Throws `WebError` for settings that would let
    /// strangers in where the console listens.
    public func turning(to settings: WebSettings) throws(WebError) -> @Sendable () -> Void {
        try console.access.turning(to: settings)
    }
}
