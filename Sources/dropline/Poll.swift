import ArgumentParser
import Assembly
import Pipelines

struct Poll: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "One sweep: takes every settled file and brings it to its end.",
        discussion: """
            A file is taken when its size and time were the same over two looks 'settle' apart. A bulk operation is followed for \
            '--wait'; after that the run stays 'waiting' and the next sweep goes on with it. A second poll after all is done does \
            nothing; runs that wait for a person are named.

            A file whose name nearly is one of the pipeline's (another case, ' (1)', '.gz', '.filepart') is not taken, and told once.

            SIGTERM or SIGINT: what is under way is given up, and what was half written removed; the next poll goes on. A second one ends it at once.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var data: DataOptions

    @Argument(help: "The pipelines; all of them when none is named.")
    var pipelines: [String] = []

    @Flag(help: "Does not wait for the second look at files seen for the first time.")
    var noWait = false

    @Option(help: ArgumentHelp("How long bulk operations are followed: 30s, 10m, 2h.", valueName: "duration"))
    var wait = WaitDuration(.seconds(600))

    func run() async throws {
        try await exiting {
            let configuration = try Configuration.load(global.configurationPath)
            let progress = ProgressLine(quiet: global.quiet)
            let logger = global.logger()
            return try await interruptible {
                try await configuration.withInstallation(
                    logger: logger,
                    progress: progress.reporter,
                    only: pipelines
                ) { opened in
                    let reports = try await opened.sweep(waitsForSecondLook: !noWait, wait: wait.duration)
                    progress.clear()
                    return try await SweepOutput(reports: reports, json: data.json, namesWaiting: true)
                        .print(opened.installation.ledger)
                }
            }
        }
    }
}

/// A duration on the command line.
struct WaitDuration: ExpressibleByArgument {
    let duration: Duration

    init(_ duration: Duration) { self.duration = duration }

    init?(argument: String) {
        guard let duration = Duration(configured: argument) else { return nil }
        self.duration = duration
    }

    var defaultValueDescription: String { "10m" }
}
