import Ledgers
import Pipelines

/// How a stage ends that settles rows.
extension StageContext {
    /// Writes results and rejects, and ends the stage with a change of its run.
    func commitReports(
        _ input: StageInput,
        _ form: SourceForm,
        _ change: @escaping @Sendable (inout Run) -> Void = { _ in }
    ) async throws -> StageOutput {
        let reports = Reports(run: input.run, source: try input.artifact(.source), form: form, context: self)
        var artifacts = [try await reports.writeResults()]
        let rejected = try await reports.writeRejects(replacing: !input.artifacts(.rejects).isEmpty)
        if let rejected { artifacts.append(rejected) }
        return try await commit(.finished, artifacts: artifacts) { ledger, run in
            if rejected == nil { try ledger.removeArtifact(kind: .rejects, attempt: 0, part: 0, of: run.id) }
            change(&run)
        }
    }
}
