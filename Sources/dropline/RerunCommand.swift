import ArgumentParser
import Assembly
import Ledgers
import Pipelines
import Runner

struct RerunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rerun",
        abstract: "Runs runs again from a stage, whatever state they are in.",
        discussion: """
            Safe at any time, also while 'dropline poll' runs: what is active is found active and not sent again, and what is under way at the shop \
            is first followed to its end. Without '--from' the source is read again from its first stage on, and rows that were refused, invalid or \
            in conflict go if their cause is fixed. A run that has not come as far as the stage goes on where it is.

            '--from deliver' publishes the outputs again that are still in the drop, and those that never were published. One that is gone may have \
            been imported: it is named, and is published again only with '--again'.

            Who asked, and why, is in the audit trail.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var deciding: DecisionOptions

    @Argument(help: "The runs' numbers, as 'dropline runs' lists them.")
    var run: [Int64]

    @Option(help: ArgumentHelp("The stage to begin at; the first one without it.", valueName: "stage"))
    var from: String?

    @Flag(help: "With '--from deliver': publishes also what is gone from the drop.")
    var again = false

    @Option(help: ArgumentHelp("How long bulk operations are followed: 30s, 10m, 2h.", valueName: "duration"))
    var wait = WaitDuration(.seconds(600))

    func validate() throws {
        guard !again || from == "deliver" else { throw ValidationError("--again goes with '--from deliver'") }
    }

    func run() async throws {
        try await exiting {
            let configuration = try Configuration.load(global.configurationPath)
            let ids = Set(run).sorted().map(RunID.init)
            let ledger = try configuration.requireLedger(for: ids[0])
            var runs: [Run] = []
            for id in ids { runs.append(try await ledger.knownRun(id)) }
            for run in runs { try configuration.requirePipeline(of: run) }
            let progress = ProgressLine(quiet: global.quiet)
            let logger = global.logger()
            return try await interruptible { [runs] in
                try await configuration.withInstallation(
                    logger: logger,
                    progress: progress.reporter,
                    only: Set(runs.map(\.pipeline)).sorted()
                ) { opened in
                    let ledger = opened.installation.ledger
                    let begin = try await RerunOutput.Begin(ids, ledger)
                    try await opened.requestReruns(of: runs, from: from, again: again, deciding.decision)
                    opened.installation.crashPoints.reach("rerun.requested")
                    let reports = try await opened.follow(runs, wait: wait.duration)
                    progress.clear()
                    return try await RerunOutput(reports: reports, begin: begin, json: data.json).print(ledger)
                }
            }
        }
    }
}
