import Ledgers
import Pipelines
import Records
import Runner

/// What a sweep did, printed on standard output.
struct SweepOutput {
    let reports: [SweepReport]
    let json: Bool

    /// Prints it, and gives how the command ends.
    func print(_ ledger: any Ledger) async throws -> Exit {
        let touched = Set(reports.flatMap { $0.taken + $0.touched }).sorted()
        let summaries = try await RunSummary.read(touched, from: ledger)
        let unsettled = reports.reduce(0) { $0 + $1.unsettled }
        let faults = reports.flatMap(\.faults)
        if json {
            printJSON(
                .object(
                    JSONObject([
                        (key: "runs", value: .array(summaries.map(\.json))),
                        (key: "unsettled", value: .number("\(unsettled)")),
                        (key: "paused", value: .array(reports.compactMap(\.pause).map(\.json))),
                        (key: "faults", value: .array(faults.map { .string($0.message) })),
                    ])
                )
            )
        } else {
            for summary in summaries { dropline.print(summary.line) }
            if unsettled > 0 {
                dropline.print(
                    unsettled == 1
                        ? "1 file is not settled yet; a later poll takes it"
                        : "\(unsettled) files are not settled yet; a later poll takes them"
                )
            }
            for entry in reports.flatMap(\.untakable) { dropline.print("can't be taken: \(entry)") }
            for pause in reports.compactMap(\.pause) { dropline.print("\(pause.description.shown)") }
            if reports.contains(where: { $0.pause == nil }), summaries.isEmpty, unsettled == 0, faults.isEmpty,
                reports.allSatisfy(\.untakable.isEmpty)
            {
                dropline.print("nothing to do")
            }
        }
        return Exit(reports, runs: summaries.map(\.run))
    }
}

extension Pause {
    /// For scripts.
    var json: JSONValue {
        jsonObject(
            ("pipeline", .string(pipeline)),
            ("since", .string(since.moment)),
            ("who", .string(who)),
            ("reason", .string(reason))
        )
    }
}
