import ArgumentParser
import Assembly
import Commerce
import Ledgers
import Pipelines
import Records
import Runner

struct Approve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Releases a held run; the next poll sends it.",
        discussion: """
            A run above one of its pipeline's limits is held: nothing of it is sent. This releases all of its rows, and the next 'dropline poll' \
            goes on with them. Nothing is sent by this command itself. What was released, by whom and why is in the audit trail. 'dropline refuse' \
            is the other way out.

            Where the pipeline says 'approval: two-people', whoever gave the file to 'dropline run' or dropped it on the console can't approve it.
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
            let known = try await ledger.knownRun(id)
            try configuration.requirePipeline(of: known)
            let approval = try await ledger.approve(
                id,
                needsTwoPeople: configuration.needsTwoPeople(toApprove: known),
                deciding.decision
            )
            let summary = try await RunSummary.read([id], from: ledger).first
            let money = summary?.money(approval.value)
            if data.json {
                printJSON(
                    jsonObject(
                        ("run", .number("\(id)")),
                        ("released", .number("\(approval.rows)")),
                        ("value", money.map { .string($0.decimal) } ?? .null),
                        ("currency", summary?.run.currency.map { .string($0) } ?? .null),
                        ("heldFor", .string(approval.hold))
                    )
                )
            } else {
                let rows = "\(approval.rows) row\(approval.rows == 1 ? "" : "s")"
                print("run \(id) is released: \(rows)\(money.map { ", \($0)" } ?? ""); the next poll goes on with them")
            }
            return .done
        }
    }
}

extension Configuration {
    /// The ledger, for a decision on a run.
    func requireLedger(for run: RunID) throws -> any Ledger {
        guard let ledger = try openLedger() else {
            throw Refusal(.wrongUsage, "there is no run \(run): nothing was ever run here")
        }
        return ledger
    }

    /// Whether nobody may approve a run of a file that they dropped themselves.
    func needsTwoPeople(toApprove run: Run) -> Bool {
        pipelines.first { $0.name == run.pipeline }?.needsTwoPeople == true
    }

    /// Makes sure that somebody goes on with the run.
    func requirePipeline(of run: Run) throws {
        guard !pipelines.contains(where: { $0.name == run.pipeline }) else { return }
        let known = pipelines.map(\.name).joined(separator: ", ")
        throw Refusal(
            .misconfigured,
            "the pipeline '\(run.pipeline)' of run \(run.id) is not configured any more (configured: \(known)); "
                + "name its file under 'pipelines:' in \(path) first"
        )
    }
}
