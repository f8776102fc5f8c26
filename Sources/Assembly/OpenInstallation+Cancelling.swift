public import Ledgers
public import Pipelines

extension OpenInstallation {
    /// Asks the shop to cancel what of a run is under way there; `CancelsOperations` says how.
    ///
    /// Throws `Refusal` where the run has nothing at the shop, and the shop's error when it can't be asked; the wish may be recorded then, and the next sweep
    /// asks again.
    public func cancelOperations(
        of run: RunID,
        of pipeline: Pipeline,
        _ decision: Decision
    ) async throws -> Cancellation {
        guard let stage = pipeline.stages.lazy.compactMap({ $0 as? any CancelsOperations }).first else {
            throw Refusal(
                .wrongUsage,
                "the pipeline '\(pipeline.name)' of run \(run) has no operations at a shop: there is nothing to cancel"
            )
        }
        return try await stage.cancelOperations(of: run, decision, in: installation)
    }
}
