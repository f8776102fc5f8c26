import Ledgers
import Pipelines
import Records
import Runner

/// What came of a rerun, printed on standard output.
struct RerunOutput {
    /// The runs, and how long the audit trail of each was before.
    struct Begin: Sendable {
        let runs: [RunID]
        let entries: [RunID: Int]

        init(_ runs: [RunID], _ ledger: any Ledger) async throws {
            self.runs = runs
            entries = try await ledger.read { ledger in
                try runs.reduce(into: [:]) { $0[$1] = try ledger.audit(of: $1).count }
            }
        }
    }

    let reports: [SweepReport]
    let begin: Begin
    let json: Bool

    /// Prints it, and returns how the command ends.
    func print(_ ledger: any Ledger) async throws -> Exit {
        let summaries = try await RunSummary.read(begin.runs, from: ledger)
        let (gone, purged) = (
            try await unpublished(AuditEntry.notPublishedAgain, ledger),
            try await unpublished(AuditEntry.purgedAndNotPublishedAgain, ledger)
        )
        let waiting = summaries.filter { $0.run.rerunFrom != nil }
        if json {
            printJSON(
                jsonObject(
                    ("runs", .array(summaries.map(\.json))),
                    ("waiting", .array(waiting.map { .number("\($0.run.id)") })),
                    ("notPublishedAgain", .array((gone + purged).map { .string($0) })),
                    ("purged", .array(purged.map { .string($0) })),
                    ("faults", .array(reports.flatMap(\.faults).map { .string($0.message) }))
                )
            )
        } else {
            for summary in summaries { Swift.print(summary.line) }
            for summary in waiting {
                let from = summary.run.rerunFrom ?? ""
                Swift.print(
                    "run \(summary.run.id) runs again from \(from) once what is under way has ended; a poll goes on with it"
                )
            }
            for path in gone {
                Swift.print(
                    "not published again: \(path.shown) is gone and may have been imported; '--again' publishes it"
                )
            }
            for path in purged {
                Swift.print(
                    "not published again: \(path.shown) was removed by age; '--again' publishes it until the next purge that is due"
                )
            }
        }
        return max(Exit(reports, runs: summaries.map(\.run)), (gone + purged).isEmpty ? .done : .needsPerson)
    }

    /// What deliver named as gone, since the command was given.
    private func unpublished(_ event: String, _ ledger: any Ledger) async throws -> [String] {
        try await ledger.read { ledger in
            try begin.runs.flatMap { run in
                try ledger.audit(of: run).dropFirst(begin.entries[run] ?? 0)
                    .filter { $0.event == event }.map(\.detail)
            }
        }
    }
}
