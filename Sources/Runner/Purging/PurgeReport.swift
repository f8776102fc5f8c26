public import Ledgers

/// What a purge removed, or would remove.
public struct PurgeReport: Sendable {
    /// Something that went.
    public struct Entry: Sendable {
        /// Which part of the run.
        public let part: PurgePart
        /// The run; `nil` for a leftover of a process that died, which belongs to none.
        public let run: RunID?
        /// `runs/1/source-0-0.sealed`, `netsuite:in/archive/a.csv`; `nil` for rows of the ledger.
        public let place: String?
        /// Bytes of a file; of the ledger, how many rows lost their texts.
        public let size: Int64
    }

    /// Something that should go and stays.
    public struct Left: Sendable {
        /// The run.
        public let run: RunID?
        /// Where it lies.
        public let place: String
        /// Why it stays.
        public let reason: String
    }

    /// What went, in the order in which it went.
    public internal(set) var gone: [Entry] = []
    /// What should go and stays, until a person has looked at it.
    public internal(set) var left: [Left] = []
    /// Runs that another process works on; the next purge sees to them.
    public internal(set) var busy: [RunID] = []
    /// Drops that could not be reached.
    public internal(set) var faults: [SweepFault] = []

    /// Begins a report.
    public init() {}
}
