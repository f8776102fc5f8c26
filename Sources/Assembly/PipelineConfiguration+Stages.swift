import ActivationFeedStage
import BulkFileStage
import BulkImportStage
import DeliverStage
import Pipelines
import ReconcileStage

extension PipelineConfiguration {
    /// The names of the stages, in their order.
    public var stageNames: [String] {
        [ActivationFeedStage.name, BulkFileStage.name, BulkImportStage.name, ReconcileStage.name, DeliverStage.name]
            .map(\.rawValue)
    }
}
