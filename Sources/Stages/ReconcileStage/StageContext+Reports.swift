import Ledgers
import Pipelines

/// How a stage ends that settles rows.
extension StageContext {
    /// Decides again on rows whose code another run holds, for it may have settled it by now; what a held run takes is held.
    func decideAgain(on run: Run) async throws {
        let now = now()
        try await changeRows([.unknown]) { ledger, row in
            guard row.doubt == .elsewhere else { return }
            try ledger.take(&row, of: run, key: try run.card(of: row), now: now)
            if row.status == .planned, run.hold != nil { row.status = .held }
        }
    }

    /// Writes results and rejects, and ends the stage.
    func commitReports(_ input: StageInput, _ form: SourceForm) async throws -> StageOutput {
        let reports = Reports(run: input.run, source: try input.artifact(.source), form: form, context: self)
        var artifacts = [try await reports.writeResults()]
        let rejected = try await reports.writeRejects(replacing: !input.artifacts(.rejects).isEmpty)
        if let rejected { artifacts.append(rejected) }
        return try await commit(.finished, artifacts: artifacts) { ledger, run in
            if rejected == nil { try ledger.removeArtifact(kind: .rejects, attempt: 0, part: 0, of: run.id) }
        }
    }
}
