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

    private func reconciling(_ pipeline: Pipeline) throws -> ReconcileStage {
        for case let stage as ReconcileStage in pipeline.stages { return stage }
        throw Refusal(.misconfigured, "the pipeline '\(pipeline.name)' has no stage 'reconcile'")
    }
}
