import ArgumentParser
import Assembly
import Runner

struct PurgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Removes what finished runs no longer need, by age.",
        discussion: """
            How long what is kept stands in dropline.yaml, under 'retention'; what is not named there is kept for ever. 'workspace' are the runs' \
            sealed files, 'ledger' the texts of their rows, and 'archive' what was archived and published on the drops with codes in clear: \
            sources, feeds and bulk files. The age counts from a run's end, and a run with a row whose outcome is open keeps everything. That a card \
            was seen, and what became of each row, is never forgotten.

            A file on a drop is removed only if its content is still what Dropline put there; else it is named and stays, with exit code 1. When \
            the command is interrupted, the next one goes on.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var data: DataOptions

    @Option(
        help: ArgumentHelp(
            "Removes all three of runs that ended so long ago: 24h, 90d. What 'retention' says is left aside.",
            valueName: "duration"
        )
    )
    var olderThan: KeptFor?

    @Flag(help: "Tells what would go, and changes nothing.")
    var dryRun = false

    func run() async throws {
        try await exiting {
            let configuration = try Configuration.load(global.configurationPath)
            let retention =
                olderThan.map { Retention(workspace: $0.duration, ledger: $0.duration, archive: $0.duration) }
                ?? configuration.retention
            var report = PurgeReport()
            if !retention.keepsAll {
                report = try await configuration.purge(
                    retention,
                    isDryRun: dryRun,
                    logger: global.logger(),
                    who: Person.current
                )
            } else if !global.quiet {
                complain(
                    "everything is kept: 'retention' in \(configuration.path), or --older-than, says after how long what goes"
                )
            }
            return PurgeOutput(report: report, isDryRun: dryRun).print(json: data.json)
        }
    }
}

/// How long something is kept, on the command line.
struct KeptFor: ExpressibleByArgument {
    let duration: Duration

    init?(argument: String) {
        guard let duration = Duration(configured: argument) else { return nil }
        self.duration = duration
    }
}
