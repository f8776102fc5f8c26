import ArgumentParser
import Assembly
import Commerce
import Ledgers
import Pipelines
import Records
import Runner

struct Refuse: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Refuses what is held of a run; none of it is ever sent.",
        discussion: """
            For a run that is held and should not be approved: a value typed ten times too high. Its held rows become 'refused' by you, for the reason that \
            you give, which stands in results and rejects; their codes are free, so that corrected rows in a new file are taken. The next 'dropline poll' \
            publishes results and rejects, and where nothing else of the run is open, ends it and archives its source. What was refused, by whom and why is in \
            the audit trail.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var deciding: DecisionOptions

    @Argument(help: "The run's number, as 'dropline runs' lists it.")
    var number: Int64

    func run() async throws {
        try await exiting {
            let configuration = try Configuration.load(global.configurationPath)
            let id = RunID(number)
            let ledger = try configuration.requireLedger(for: id)
            try configuration.requirePipeline(of: try await ledger.knownRun(id))
            let installation = try await configuration.openInstallation(logger: global.logger())
            let refused = try await installation.refuse(id, deciding.decision)
            let summary = try await RunSummary.read([id], from: ledger).first
            let money = summary?.money(refused.value)
            if data.json {
                printJSON(
                    jsonObject(
                        ("run", .number("\(id)")),
                        ("refused", .number("\(refused.rows)")),
                        ("value", money.map { .string($0.decimal) } ?? .null),
                        ("currency", summary?.run.currency.map { .string($0) } ?? .null),
                        ("heldFor", .string(refused.hold))
                    )
                )
            } else {
                let rows = "\(refused.rows) row\(refused.rows == 1 ? "" : "s")"
                print(
                    "run \(id) is refused: \(rows)\(money.map { ", \($0)" } ?? ""); the next poll publishes its results and rejects"
                )
            }
            return .done
        }
    }
}
