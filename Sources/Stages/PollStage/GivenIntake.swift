public import FileDrops
public import Ledgers
public import Pipelines

/// Makes runs of files that a person gives; the files stay where they are.
public struct GivenIntake: Sendable {
    /// Makes an intake.
    public init() {}

    /// Takes one file; `shown` is its path as the person wrote it.
    ///
    /// Where an output folder is given, by its absolute path, the run's
    /// outputs go there and not to the pipeline's drops. The audit trail says who gave the file, as `giving` has it.
    ///
    /// Throws `StageError` with `.unreadableSource` for what is not a file, and `FileDropError`.
    public func take(
        _ path: DropPath,
        from place: any FileSource,
        shownAs shown: String,
        for pipeline: Pipeline,
        outputTo output: String? = nil,
        giving: AuditEntry?,
        in installation: Installation
    ) async throws -> RunID {
        let intake = FileIntake(
            pipeline: pipeline,
            installation: installation,
            listedAt: installation.clock.now(),
            giving: giving
        )
        return try await intake.take(given: path, from: place, shownAs: shown, outputTo: output)
    }
}
