public import Ledgers
public import Pipelines
import Sealing

/// A run's source as the workspace keeps it, judged once more by what is asked of a file today.
public struct KeptSource {
    private let artifact: Artifact
    private let pipeline: Pipeline
    private let installation: Installation

    /// Looks at a sealed source of a pipeline.
    public init(_ artifact: Artifact, of pipeline: Pipeline, in installation: Installation) {
        (self.artifact, self.pipeline, self.installation) = (artifact, pipeline, installation)
    }

    /// Why it would be put aside as it is, before any row is read; `nil` when it would not.
    ///
    /// Throws `SealingError`.
    public func doubt() throws -> String? {
        var shape = FileShape()
        let file = try SealedFileReader(
            installation.workspace.root + "/" + artifact.path,
            keyring: installation.keyring
        )
        while let bytes = try file.next() { shape.read(bytes) }
        return shape.doubt(
            needsFinalLineBreak: pipeline.source?.needsFinalLineBreak ?? true,
            hasHeader: pipeline.sourceMediaType == "text/csv"
        )?.1
    }
}
