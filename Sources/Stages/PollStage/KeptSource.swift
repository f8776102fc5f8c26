public import Ledgers
public import Pipelines
import Sealing

/// A run's source as the workspace keeps it, judged once more by what is asked of a file today.
public struct KeptSource {
    private let artifact: Artifact
    private let run: RunID
    private let pipeline: Pipeline
    private let installation: Installation

    /// Looks at the sealed source of a run of a pipeline.
    public init(_ artifact: Artifact, of run: RunID, in pipeline: Pipeline, _ installation: Installation) {
        (self.artifact, self.run, self.pipeline, self.installation) = (artifact, run, pipeline, installation)
    }

    /// Why it would be put aside as it is, before any row is read; `nil` when it would not.
    ///
    /// Throws as `Installation.open(_:of:)`.
    public func doubt() throws -> String? {
        var shape = FileShape()
        let file = try installation.open(artifact, of: run)
        while let bytes = try file.next() { shape.read(bytes) }
        return shape.doubt(for: pipeline)?.reason
    }
}
