public import ArgumentParser
import Assembly
import Foundation
public import Ledgers
import Records

struct Runs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists runs, oldest first, with their states and counts.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var data: DataOptions

    @Option(help: "Only runs of this pipeline.")
    var pipeline: String?

    @Option(help: "Only runs in this state: \(RunState.allCases.map(\.rawValue).joined(separator: ", ")).")
    var state: RunState?

    @Option(help: ArgumentHelp("Only runs since a while ago (24h, 7d) or a day (2026-03-10).", valueName: "time"))
    var since: Since?

    @Option(help: "Only the newest so many.")
    var last: Int = 100

    func validate() throws {
        guard last > 0 else { throw ValidationError("--last is a number of runs, at least 1") }
    }

    func run() async throws {
        try await exiting {
            let configuration = try Configuration.load(global.configurationPath)
            var query = RunQuery(pipeline: pipeline, states: state.map { [$0] })
            query.since = since?.moment(now: Date())
            query.limit = last
            let ledger = try configuration.openLedger()
            let summaries = if let ledger { try await RunSummary.read(query, from: ledger) } else { [RunSummary]() }
            if data.json {
                printJSON(.array(summaries.map(\.json)))
            } else if summaries.isEmpty {
                print("no runs")
            } else {
                for summary in summaries { print(summary.line) }
            }
            return .done
        }
    }
}

extension RunState: ExpressibleByArgument {}

/// A moment on the command line: so long ago, or the begin of a day in UTC.
enum Since: ExpressibleByArgument {
    case ago(Duration)
    case day(Date)

    init?(argument: String) {
        if let duration = Duration(configured: argument) {
            self = .ago(duration)
        } else if let day = try? Date(argument + "T00:00:00Z", strategy: .iso8601) {
            self = .day(day)
        } else {
            return nil
        }
    }

    /// Milliseconds since 1970.
    func moment(now: Date) -> Int64 {
        switch self {
        case .ago(let duration): Int64(now.timeIntervalSince1970 * 1000) - duration.components.seconds * 1000
        case .day(let day): Int64(day.timeIntervalSince1970 * 1000)
        }
    }
}
