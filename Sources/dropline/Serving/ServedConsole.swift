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
    private let logger: Logger

    /// Reads by a ledger of its own, so that its readers take none from the pipelines'; `nil` where no console is configured.
    init?(
        _ configuration: Configuration,
        _ served: ServedPipelines,
        _ board: ServiceBoard,
        _ meters: RemoteMeters,
        _ logger: Logger
    ) throws {
        guard configuration.web.isServed else { return nil }
        let actions = ServiceActions({ served.configuration }, board: board, meters: meters, logger: logger) { pipeline in
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

    func run() async throws {
        try await server.run { port in logger.notice("console", metadata: ["port": "\(port)"]) }
    }
}
