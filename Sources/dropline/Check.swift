import ArgumentParser
import Assembly

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks the configuration and its pipelines.",
        discussion: """
            Without '--connect' nothing is opened or touched. With it every drop is listed, written to and renamed in, and the shop is asked \
            for its currency, API version, scopes and issue limit.
            """
    )

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The pipelines; all of them when none is named.")
    var pipelines: [String] = []

    @Flag(help: "Tries the drops and the shops too.")
    var connect = false

    func run() async throws {
        try await exiting {
            let configuration = try Configuration.load(global.configurationPath)
            try configuration.requirePipelines(pipelines)
            let names = configuration.pipelines.map(\.name).filter { pipelines.isEmpty || pipelines.contains($0) }
            print(
                "\(configuration.path): \(names.count) pipeline\(names.count == 1 ? "" : "s"): \(names.joined(separator: ", "))"
            )
            guard connect else { return .done }
            var exit = Exit.done
            for finding in try await configuration.connect(only: pipelines, logger: global.logger()) {
                print(finding.text)
                if let side = finding.side { exit = max(exit, Exit(side)) }
            }
            return exit
        }
    }
}
