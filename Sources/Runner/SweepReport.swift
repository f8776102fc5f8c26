public import Commerce
public import Ledgers
public import Pipelines

/// What a sweep did.
public struct SweepReport: Sendable {
    /// The pipeline's name.
    public let pipeline: String
    /// Runs that were made of new files.
    public var taken: [RunID] = []
    /// Runs that something was done for, oldest first.
    public private(set) var touched: [RunID] = []
    /// How many files wait for their second look, or for the rest of their content.
    public var unsettled = 0
    /// What has a matching name in the source and can't be taken, with the reason.
    public var untakable: [String] = []
    /// Files that are not taken because of their names, and were not told before.
    public internal(set) var passedOver: [PassedOverFile] = []
    /// The pause that the pipeline is in; then nothing was taken and nothing sent.
    public var pause: Pause?
    /// Whether the source was seen; `nil` when nobody looked.
    public internal(set) var sawSource: Bool?
    /// How many settled files are still to be taken.
    var left = 0
    /// The paths of files that could not be read in this sweep.
    var failed: Set<String> = []
    /// The files that match and were not taken, at the last look.
    public internal(set) var unclaimed: [UnclaimedFile] = []
    /// When looking again is worth it, where a file has not settled within the sweep.
    var lookAgainAt: BootTime?
    /// What went wrong and was not fixed within the sweep.
    public var faults: [SweepFault] = []

    /// Begins a report.
    public init(pipeline: String) { self.pipeline = pipeline }

    /// Notes that a run had its turn; its last fault stands for it.
    mutating func touch(_ run: RunID, fault: SweepFault?) {
        if !touched.contains(run) { touched.append(run) }
        faults.removeAll { $0.run == run }
        if let fault { faults.append(fault) }
    }
}

/// A fault as a command reports it.
public struct SweepFault: Sendable, Equatable {
    /// The run that it befell; `nil` for the source as a whole.
    public let run: RunID?
    /// Where it lies, which decides how the command ends.
    public let side: FaultSide
    /// What happened and what to do, in words for a person.
    public let message: String

    init(message: String, side: FaultSide) {
        (run, self.message, self.side) = (nil, message, side)
    }

    /// Describes an error, and counts it where it lies with a drop or a shop.
    init(_ error: any Error, run: RunID?, in installation: Installation) {
        installation.meters.count(error)
        self.run = run
        let classified = error as? any ClassifiedError
        side = classified?.side ?? .local
        message = classified.map { "\($0)" } ?? "an unexpected error: \(error)"
    }
}
