public import Ledgers
public import Pipelines
import ReconcileStage

extension OpenInstallation {
    /// Settles an unknown row as a person says, as far as the shop agrees.
    ///
    /// Throws `Refusal` where it is not settled, and `ShopError` when the shop can't be asked; nothing has changed then.
    public func resolve(_ resolution: Resolution, of pipeline: Pipeline, _ decision: Decision) async throws -> Row {
        try await reconciling(pipeline).resolve(resolution, decision, in: installation)
    }

    /// Writes a run's rejected rows to a new local file, in the form of their source; gives how many there are, and the first of them.
    ///
    /// Throws `Refusal` when there is nothing to write, or the file can't be made.
    public func writeRejectedRows(
        of run: RunID,
        of pipeline: Pipeline,
        to path: String,
        reveal: Bool,
        _ decision: Decision
    ) async throws -> (count: Int, first: [Row]) {
        let written = try await form(of: pipeline)
            .writeRejectedRows(of: run, to: path, reveal: reveal, decision, in: installation)
        return (written.count, written.first)
    }

    private func reconciling(_ pipeline: Pipeline) throws -> ReconcileStage {
        for case let stage as ReconcileStage in pipeline.stages { return stage }
        throw Refusal(
            .wrongUsage,
            "the pipeline '\(pipeline.name)' ends with its activation feed and asks no shop: a row of it that is unknown follows the row "
                + "that holds its card"
        )
    }

    /// What the pipeline's files are.
    private func form(of pipeline: Pipeline) throws -> SourceForm {
        for case let stage as ReportStage in pipeline.stages { return stage.form }
        return try reconciling(pipeline).form
    }
}
