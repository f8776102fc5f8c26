public import Ledgers
public import Pipelines

/// What the buttons of the console do; whoever starts the console gives it.
///
/// Each throws `Refusal`, or another error in words for a person, when nothing was done. Each that does something leaves an entry in the audit trail.
public protocol ConsoleActions: Sendable {
    /// The pipelines as they are configured, ordered by name.
    var pipelines: [PipelineFacts] { get }

    /// Has a pipeline swept now.
    func runNow(_ pipeline: String, _ decision: Decision) async throws
    /// Has a run done again from a stage on.
    func rerun(_ run: RunID, from stage: String, _ decision: Decision) async throws
    /// Releases a held run; returns what was released, in words.
    func approve(_ run: RunID, _ decision: Decision) async throws -> String
    /// Refuses what is held of a run; returns what was refused, in words.
    func refuse(_ run: RunID, _ decision: Decision) async throws -> String
    /// Has what of a run is under way at the shop cancelled there; returns what came of it, in words.
    func cancel(_ run: RunID, _ decision: Decision) async throws -> String
    /// Settles a row whose outcome is unknown.
    func resolve(_ resolution: Resolution, _ decision: Decision) async throws
    /// Stops a pipeline for a while.
    func pause(_ pipeline: String, _ decision: Decision) async throws
    /// Ends a pause.
    func resume(_ pipeline: String, _ decision: Decision) async throws
    /// Says what would become of a file; nothing is changed.
    func foresee(_ file: DroppedFile, for pipeline: String) async throws -> DryRunResult
    /// Makes a run of a file, and has it worked on.
    func take(_ file: DroppedFile, for pipeline: String, _ decision: Decision) async throws -> RunID
}

/// A pipeline as it is configured.
public struct PipelineFacts: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// The names of its stages, in their order.
    public var stages: [String]
    /// Where it takes files from, in words; `nil` where it only gets them from people.
    public var source: String?

    /// Describes a pipeline.
    public init(name: String, stages: [String], source: String?) {
        (self.name, self.stages, self.source) = (name, stages, source)
    }
}

/// A file that a person dropped on a page; it may hold codes, and lies in memory only.
public struct DroppedFile: Sendable {
    /// Its own name, without a folder.
    public var name: String
    /// Its content.
    public var bytes: [UInt8]

    /// Describes a file.
    public init(name: String, bytes: [UInt8]) { (self.name, self.bytes) = (name, bytes) }
}

/// What a dry run foresees for a file.
public struct DryRunResult: Sendable {
    /// The run, as it would be.
    public var run: Run
    /// Its rows, by what would become of them.
    public var tallies: [Tally]
    /// The first rows that would not simply be created.
    public var rows: [Row]
    /// What went wrong, in words.
    public var faults: [String]

    /// Describes what is foreseen.
    public init(run: Run, tallies: [Tally], rows: [Row], faults: [String]) {
        (self.run, self.tallies, self.rows, self.faults) = (run, tallies, rows, faults)
    }
}
