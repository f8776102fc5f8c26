import Ledgers
import Pipelines
import Records
import Runner

/// What a sweep did, printed on standard output.
struct SweepOutput {
    let reports: [SweepReport]
    let json: Bool
    /// Whether runs are named, too, that the sweep left alone because they wait for a person.
    var namesWaiting = false

    /// Prints it, and returns how the command ends.
    func print(_ ledger: any Ledger) async throws -> Exit {
        let touched = Set(reports.flatMap { $0.taken + $0.touched }).sorted()
        let summaries = try await RunSummary.read(touched, from: ledger)
        let waiting = try await waiting(summaries, ledger)
        let unsettled = reports.reduce(0) { $0 + $1.unsettled }
        let faults = reports.flatMap(\.faults)
        let passedOver = reports.flatMap(\.passedOver)
        if json {
            printJSON(
                .object(
                    JSONObject([
                        (key: "runs", value: .array(summaries.map(\.json))),
                        (key: "needsPerson", value: .array(waiting.map(\.waitingJSON))),
                        (key: "unsettled", value: .number("\(unsettled)")),
                        (key: "notTaken", value: .array(passedOver.map(\.json))),
                        (key: "paused", value: .array(reports.compactMap(\.pause).map(\.json))),
                        (key: "faults", value: .array(faults.map { .string($0.message) })),
                    ])
                )
            )
        } else {
            for summary in summaries { dropline.print(summary.line) }
            let others = waiting.filter { !touched.contains($0.run.id) }
            for summary in others.prefix(Self.mostWaiting) { dropline.print(summary.waitingLine.shown) }
            if others.count > Self.mostWaiting {
                dropline.print(
                    "and \(others.count - Self.mostWaiting) more runs wait for a person; 'dropline runs --state held' lists those that are held"
                )
            }
            if unsettled > 0 {
                dropline.print(
                    unsettled == 1
                        ? "1 file is not settled yet; a later poll takes it"
                        : "\(unsettled) files are not settled yet; a later poll takes them"
                )
            }
            for file in passedOver { dropline.print("not taken: \(file.path.shown): \(file.reason.shown)") }
            for entry in reports.flatMap(\.untakable) { dropline.print("can't be taken: \(entry)") }
            for pause in reports.compactMap(\.pause) { dropline.print("\(pause.description.shown)") }
            if reports.contains(where: { $0.pause == nil }), summaries.isEmpty, others.isEmpty, unsettled == 0,
                faults.isEmpty, passedOver.isEmpty, reports.allSatisfy(\.untakable.isEmpty)
            {
                dropline.print("nothing to do")
            }
        }
        return Exit(reports, runs: summaries.map(\.run))
    }

    /// The runs that wait for a person: those that the sweep worked on, and where they are asked for all others of its pipelines.
    private func waiting(_ summaries: [RunSummary], _ ledger: any Ledger) async throws -> [RunSummary] {
        guard namesWaiting else { return summaries.filter(\.waitsForPerson) }
        return try await .waitingForPerson(of: Set(reports.map(\.pipeline)), from: ledger)
    }

    private static let mostWaiting = 20
}

extension PassedOverFile {
    /// For scripts.
    fileprivate var json: JSONValue {
        jsonObject(
            ("pipeline", .string(pipeline)),
            ("drop", .string(drop)),
            ("path", .string(path)),
            ("reason", .string(reason))
        )
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
