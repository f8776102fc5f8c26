import DeliverStage
import Pipelines
import ReconcileStage

extension PipelineConfiguration {
    /// The names of the stages, in their order; with those that no file names.
    public var stageNames: [String] {
        stages.names + (stages.endsWithFeed ? [ReportStage.name.rawValue] : []) + [DeliverStage.name.rawValue]
    }
}
