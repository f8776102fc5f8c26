import ArgumentParser
import Assembly
import Glibc
import Logging
import Pipelines
import Runner
import Web

struct ConsoleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "console",
        abstract: "Serves the console alone, where 'dropline poll' does the sweeps.",
        discussion: """
            The pages, /healthz, /readyz and /metrics, at the address that 'web:' in the configuration says, or http://127.0.0.1:8470. Nothing is \
            swept but what a button asks for. See docs/console.md.
            """
    )

    @OptionGroup var global: GlobalOptions

    @Option(help: "The port, in place of the configured one; 0 takes a free one.")
    var port: Int?

    func validate() throws {
        if let port, !(0...65_535 ~= port) { throw ValidationError("--port is a port from 0 to 65535") }
    }

    func run() async throws {
        try await exiting {
            let configuration = try Configuration.load(global.configurationPath)
            let logger = global.logger()
            var settings = try WebSettings(configuration.web)
            if let port { settings.port = port }
            let (asked, ask) = AsyncStream<String>.makeStream()
            let (board, meters) = (ServiceBoard(), RemoteMeters())
            let actions = ServiceActions({ configuration }, board: board, meters: meters, logger: logger) {
                ask.yield($0)
            }
            let server = try WebServer(
                settings,
                ledger: try configuration.makeLedger(),
                board: board,
                meters: meters,
                actions: actions,
                version: Dropline.configuration.version,
                logger: logger
            )
            let shown = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
            try await untilInterrupted {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        try await server.run { port in
                            print("console at http://\(shown):\(port)")
                            fflush(nil)
                        }
                    }
                    group.addTask { await Self.sweep(asked, configuration, meters, logger) }
                    defer { group.cancelAll() }
                    try await group.next()
                }
            }
            return .done
        }
    }

    /// Sweeps what buttons ask for, one pipeline after another.
    private static func sweep(
        _ asked: AsyncStream<String>,
        _ configuration: Configuration,
        _ meters: RemoteMeters,
        _ logger: Logger
    ) async {
        for await name in asked {
            do {
                try await configuration.withInstallation(logger: logger, meters: meters, only: [name]) { opened in
                    _ = try await opened.sweep(waitsForSecondLook: true, wait: .seconds(600))
                }
            } catch {
                logger.error("a sweep failed", metadata: ["pipeline": "\(name)", "error": "\(error)"])
            }
        }
    }
}
