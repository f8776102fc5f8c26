public import Ledgers
public import Pipelines
import ReconcileStage

extension OpenInstallation {
    /// Settles an unknown row as a person says, as far as the shop agrees.
    ///
    /// Throws `Refusal` where it is not settled, and `ShopError` when the shop can't be asked; nothing has changed then.
    public func resolve(_ resolution: Resolution, of pipeline: Pipeline, _ decision: Decision) async throws -> Row {
        guard let stage = reconciling(pipeline) else {
            throw Refusal(
                .wrongUsage,
                "the pipeline '\(pipeline.name)' ends with its activation feed and asks no shop: a row of it that is unknown follows the row "
                    + "that holds its card; once that one is settled a poll decides again, and where run \(resolution.run) is done, "
                    + "'dropline rerun \(resolution.run) --from \(ReportStage.name) --reason TEXT'"
            )
        }
        return try await stage.resolve(resolution, decision, in: installation)
    }

    /// Writes a run's rejected rows to a new local file, in the form of their source; returns how many there are, and the first of them.
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

    private func reconciling(_ pipeline: Pipeline) -> ReconcileStage? {
        for case let stage as ReconcileStage in pipeline.stages { return stage }
        return nil
    }

    /// What the pipeline's files are.
    private func form(of pipeline: Pipeline) -> SourceForm {
        for case let stage as ReportStage in pipeline.stages { return stage.form }
        guard let stage = reconciling(pipeline) else {
            preconditionFailure("every pipeline has a stage that writes its rejects")
        }
        return stage.form
    }
}
