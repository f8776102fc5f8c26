import ArgumentParser
import Assembly
import Commerce
import Ledgers
import Logging
import Pipelines
import Runner

struct RunFiles: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs local files now; they stay where they are.",
        discussion: """
            Outputs go to the pipeline's drops, or with '--output' to a folder only; the cards are created either way. Nothing is waited for: a \
            file that lacks its last line break is refused.

            With '--dry-run' the files are converted and checked as they would be, against a copy of the ledger, and it is told what would be \
            created, held, skipped or refused. Nothing is sent, and no file of the installation, of a drop or of the shop changes; the shop is \
            only asked for its currency and limits. With '--output' too, the feed and the bulk file that would be sent are written there. It \
            ends as the real run would, as far as that is known without the shop's answers.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var data: DataOptions

    @Argument(help: "The pipeline.")
    var pipeline: String

    @Argument(help: "The files.")
    var files: [String]

    @Flag(help: "Says what would happen, and changes nothing anywhere.")
    var dryRun = false

    @Option(help: ArgumentHelp("Puts outputs into this folder and not into the pipeline's drops.", valueName: "dir"))
    var output: String?

    @Option(help: ArgumentHelp("How long bulk operations are followed: 30s, 10m, 2h.", valueName: "duration"))
    var wait = WaitDuration(.seconds(600))

    func run() async throws {
        try await exiting {
            let configuration = try Configuration.load(global.configurationPath)
            try configuration.requirePipelines([pipeline])
            let folder = try output.map { try OutputFolder(making: $0) }
            return try await dryRun ? runDry(configuration, folder) : runNow(configuration, folder)
        }
    }

    private func runNow(_ configuration: Configuration, _ folder: OutputFolder?) async throws -> Exit {
        let progress = ProgressLine(quiet: global.quiet)
        let logger = global.logger()
        return try await interruptible {
            try await configuration.withInstallation(
                logger: logger,
                progress: progress.reporter,
                only: [pipeline]
            ) { opened in
                guard let pipeline = opened.pipelines.first else { return .configuration }
                try await opened.installation.ledger.requireUnpaused(pipeline.name)
                let (runs, taken) = try await take(files, for: pipeline, opened, folder)
                let report = try await opened.runner(pipeline).follow(runs, wait: wait.duration)
                progress.clear()
                let ledger = opened.installation.ledger
                let swept =
                    runs.isEmpty ? .done : try await SweepOutput(reports: [report], json: data.json).print(ledger)
                if let folder, !data.json, !runs.isEmpty {
                    print("outputs are in \(folder.path) and not in the pipeline's drops")
                }
                return max(taken, try await unreadable(runs, ledger), swept)
            }
        }
    }

    /// File by file, so that each finds the cards of the ones before it.
    private func runDry(_ configuration: Configuration, _ folder: OutputFolder?) async throws -> Exit {
        let progress = ProgressLine(quiet: global.quiet)
        // What needs a person is said on standard output, with its lines.
        var logger = global.logger()
        if logger.logLevel == .notice { logger.logLevel = .critical }
        return try await interruptible { [logger] in
            try await configuration.withDryRun(
                of: pipeline,
                output: folder,
                logger: logger,
                progress: progress.reporter
            ) { opened in
                guard let pipeline = opened.pipelines.first else { return .configuration }
                let ledger = opened.installation.ledger
                var (foreseen, reports): ([DryRunOutput], [SweepReport]) = ([], [])
                var (exit, known): (Exit, [Run]) = (.done, [])
                for file in files {
                    let (runs, taken) = try await take([file], for: pipeline, opened, nil)
                    reports.append(try await opened.runner(pipeline).follow(runs, wait: .zero))
                    exit = max(exit, taken, try await unreadable(runs, ledger))
                    for id in runs {
                        let read = try await ledger.read { ledger in
                            try ledger.run(id).map { ($0, try DryRunOutput(reading: $0, from: ledger)) }
                        }
                        guard let (run, output) = read else { continue }
                        known.append(run)
                        foreseen.append(output)
                    }
                }
                progress.clear()
                for fault in reports.flatMap(\.faults) { complain("error: \(fault.message)") }
                if !foreseen.isEmpty { DryRunOutput.print(foreseen, output: folder?.path, json: data.json) }
                return max(exit, Exit(reports, runs: known))
            }
        }
    }

    private func take(
        _ files: [String],
        for pipeline: Pipeline,
        _ opened: OpenInstallation,
        _ folder: OutputFolder?
    ) async throws -> ([RunID], Exit) {
        var runs: [RunID] = []
        var exit = Exit.done
        for file in files {
            do {
                let giving = AuditEntry(
                    at: opened.installation.clock.now(),
                    run: nil,
                    event: AuditEntry.dropped,
                    detail: "\(file) with 'dropline run'",
                    who: Person.current
                )
                runs.append(try await opened.take(file, for: pipeline, output: folder, giving: giving))
            } catch let error as any ClassifiedError where error.side == .input {
                complain("error: \(error)")
                exit = .unreadableInput
            }
        }
        return (runs, exit)
    }

    private func unreadable(_ runs: [RunID], _ ledger: any Ledger) async throws -> Exit {
        let summaries = try await RunSummary.read(runs, from: ledger)
        return summaries.contains { $0.run.state == .quarantined } ? .unreadableInput : .done
    }
}
