import ArgumentParser
import Assembly
import Logging
import Pipelines
import Runner
import ServiceLifecycle
import Web

/// The console, health and metrics of a service, where the configuration has `web`.
struct ServedConsole: Service {
    private let server: WebServer
    private let listening: WebConfiguration
    private let logger: Logger

    /// Reads by a ledger of its own, so that its readers take none from the pipelines'; `nil` where no console is configured.
    init?(
        _ current: CurrentConfiguration,
        _ board: ServiceBoard,
        _ meters: RemoteMeters,
        _ logger: Logger
    ) throws {
        let configuration = current.value
        guard configuration.web.isServed else { return nil }
        listening = configuration.web
        let actions = ServiceActions({ current.value }, board: board, meters: meters, logger: logger) { pipeline in
            logger.notice("not served here, so nothing is swept", metadata: ["pipeline": "\(pipeline)"])
        }
        server = try WebServer(
            try WebSettings(configuration.web),
            ledger: try configuration.makeLedger(),
            board: board,
            meters: meters,
            actions: actions,
            version: Dropline.configuration.version,
            logger: logger
        )
        self.logger = logger
    }

    /// Checks what a configuration that was read again says of the console; returns what turns to it.
    ///
    /// Throws `ConfigurationProblems` for a secret that can't be had, and `WebError`.
    static func turning(
        _ served: ServedConsole?,
        to configuration: Configuration,
        _ logger: Logger
    ) throws -> @Sendable () -> Void {
        let web = configuration.web
        guard let served, web.isServed else {
            guard served != nil || web.isServed else { return {} }
            return {
                logger.warning("to begin or to end with 'web' needs a restart; until then the console stays as it is")
            }
        }
        let turn = try served.server.turning(to: try WebSettings(web))
        return {
            if web.host != served.listening.host || web.port != served.listening.port {
                logger.warning("'listen' and 'port' of 'web' need a restart; the rest of it holds now")
            }
            turn()
        }
    }

    func run() async throws {
        try await server.run { port in logger.notice("console", metadata: ["port": "\(port)"]) }
    }
}
