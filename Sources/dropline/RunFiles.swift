import ArgumentParser
import Assembly
import Commerce
import Ledgers
import Pipelines
import Runner

struct RunFiles: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs local files now; they stay where they are.",
        discussion:
            "Outputs go to the pipeline's drops. Nothing is waited for: a file that lacks its last line break is refused."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var data: DataOptions

    @Argument(help: "The pipeline.")
    var pipeline: String

    @Argument(help: "The files.")
    var files: [String]

    @Option(help: ArgumentHelp("How long bulk operations are followed: 30s, 10m, 2h.", valueName: "duration"))
    var wait = WaitDuration(.seconds(600))

    func run() async throws {
        try await exiting {
            let configuration = try Configuration.load(global.configurationPath)
            let progress = ProgressLine(quiet: global.quiet)
            return try await configuration.withInstallation(
                logger: global.logger(),
                progress: progress.reporter,
                only: [pipeline]
            ) { opened in
                guard let pipeline = opened.pipelines.first else { return .configuration }
                try await opened.installation.ledger.requireUnpaused(pipeline.name)
                var runs: [RunID] = []
                var exit = Exit.done
                for file in files {
                    do {
                        runs.append(try await opened.take(file, for: pipeline))
                    } catch let error as any ClassifiedError where error.side == .input {
                        complain("error: \(error)")
                        exit = .unreadableInput
                    }
                }
                let report = try await opened.runner(pipeline).follow(runs, wait: wait.duration)
                progress.clear()
                let ledger = opened.installation.ledger
                let swept =
                    runs.isEmpty ? .done : try await SweepOutput(reports: [report], json: data.json).print(ledger)
                let isUnreadable = try await RunSummary.read(runs, from: ledger).contains {
                    $0.run.state == .quarantined
                }
                return max(exit, isUnreadable ? .unreadableInput : .done, swept)
            }
        }
    }
}
