/// The number of a run in its ledger, counted from 1.
public struct RunID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number, from 1 on.
    public let number: Int64

    /// Makes an identifier of a number that a ledger gave.
    public init(_ number: Int64) { self.number = number }

    /// The number in digits.
    public var description: String { String(number) }

    /// Older runs come first.
    public static func < (left: RunID, right: RunID) -> Bool { left.number < right.number }
}

/// Where a run stands; the raw value is what the ledger and `dropline runs` show.
public enum RunState: String, Sendable, CaseIterable {
    /// Work to be done now: just taken, or left in the middle by a process that ended.
    case open
    /// Goes on by itself at a later sweep: a bulk operation runs, an outcome is being looked for, a server was down.
    case waiting
    /// Above a limit: nothing is sent until a person approves it.
    case held
    /// Nothing more can be done until a person fixes something; the next sweep tries again.
    case stopped
    /// Every row has its outcome, every output is published, the source is archived.
    case done
    /// The file held no rows.
    case empty
    /// The same content was processed before, to the end.
    case duplicate
    /// The file could not be processed and was put aside with its reason.
    case quarantined
    /// The file vanished while it was read; what was read is kept.
    case incomplete

    /// The states of runs that are not at their end.
    public static let unfinished = Set(allCases.filter { !$0.isFinal })

    /// Whether nothing is left to do.
    public var isFinal: Bool {
        switch self {
        case .open, .waiting, .held, .stopped: false
        case .done, .empty, .duplicate, .quarantined, .incomplete: true
        }
    }
}

/// How a run ends when its file is not processed row by row to a result.
public enum Verdict: String, Sendable {
    case empty, duplicate, quarantined, incomplete
    /// No content, or a header without its line break: its writer may have failed, so a person should look.
    case unfinished

    /// The state that such a run ends in.
    public var state: RunState {
        switch self {
        case .empty, .unfinished: .empty
        case .duplicate: .duplicate
        case .quarantined: .quarantined
        case .incomplete: .incomplete
        }
    }
}

/// Where a run's source file came from.
public struct RunSource: Sendable, Equatable {
    /// The drop's name in the configuration; `nil` for a local file that a person gave, which stays where it is.
    public var drop: String?
    /// The path in the drop, or on the local disk.
    public var path: String
    /// The file's own name.
    public var name: String
    /// Size in bytes as seen before it was read.
    public var size: Int64
    /// Modification time as seen before it was read, in nanoseconds since 1970.
    public var modified: Int64
    /// Whether the file was gone from the drop once it had been read.
    public var vanished: Bool

    /// Describes a source file.
    public init(drop: String?, path: String, name: String, size: Int64, modified: Int64, vanished: Bool = false) {
        self.drop = drop
        self.path = path
        self.name = name
        self.size = size
        self.modified = modified
        self.vanished = vanished
    }
}

/// One execution of a pipeline on one source file.
public struct Run: Sendable, Equatable {
    /// The run's number; a ledger gives it.
    public var id: RunID
    /// The pipeline's name.
    public var pipeline: String
    /// The configured name of the shop that the pipeline serves; empty where it serves none.
    public var shop: String
    /// Where its file came from.
    public var source: RunSource
    /// The name from which the outputs' names are made; it carries `.‹8 hex›` of the digest where an earlier file of that name had other content.
    public var stem: String
    /// SHA-256 of the source in hexadecimal digits.
    public var digest: String
    /// Where it stands.
    public var state: RunState
    /// The stage that comes next; `nil` once the run is final.
    public var nextStage: String?
    /// Counts from 1: each attempt sends what is still to be sent.
    public var attempt: Int
    /// How the run is to end, when not by its rows.
    public var verdict: Verdict?
    /// Why it waits, is held, stopped or put aside, in words for a person.
    public var reason: String?
    /// Which limit the run is above; `nil` when it is above none, or was approved.
    ///
    /// It stays when what was held is refused: whatever the run takes later is held again.
    public var hold: String?
    /// What a person should look at, once the run is final or stuck; `nil` when nothing.
    public var attention: String?
    /// Failed tries in a row since the last step that succeeded.
    public var failures: Int
    /// That rows were sent and not all of them answered, once or several times in a row; `nil` when all were.
    public var failedSends: FailedTries?
    /// How often in a row, since the last step that succeeded, the process that worked on it ended in the middle.
    public var interruptions: Int
    /// The shop's own domain, once known.
    public var shopDomain: String?
    /// The currency of all values in this run, once known.
    public var currency: String?
    /// When its cards were taken, in milliseconds since 1970.
    public var takenAt: Int64?
    /// What the cards that it took are worth, in the currency's smallest units.
    public var takenValue: Int64
    /// Milliseconds since 1970.
    public var createdAt: Int64
    /// When something last changed, in milliseconds since 1970.
    public var updatedAt: Int64
    /// When it became final, in milliseconds since 1970.
    public var finishedAt: Int64?
    /// The stage that a person asked it to run again from; `nil` once that has begun.
    public var rerunFrom: String?
    /// Whether its first stage is to read the source once more and take the cards that it may send by now.
    public var retakes: Bool
    /// Which of its published outputs are to be published once more; `nil` for none.
    public var republishes: Republishing?
    /// The reason that its held rows get, which a person has refused; `nil` once all of them have it.
    public var refuses: String?

    /// Describes a run; a ledger gives the id.
    public init(
        id: RunID = RunID(0),
        pipeline: String,
        shop: String,
        source: RunSource,
        stem: String,
        digest: String,
        state: RunState = .open,
        nextStage: String?,
        verdict: Verdict? = nil,
        reason: String? = nil,
        createdAt: Int64
    ) {
        self.id = id
        self.pipeline = pipeline
        self.shop = shop
        self.source = source
        self.stem = stem
        self.digest = digest
        self.state = state
        self.nextStage = nextStage
        self.attempt = 1
        self.verdict = verdict
        self.reason = reason
        self.hold = nil
        self.attention = nil
        self.failures = 0
        self.failedSends = nil
        self.interruptions = 0
        self.shopDomain = nil
        self.currency = nil
        self.takenAt = nil
        self.takenValue = 0
        self.createdAt = createdAt
        self.updatedAt = createdAt
        self.finishedAt = nil
        self.rerunFrom = nil
        self.retakes = false
        self.republishes = nil
        self.refuses = nil
    }
}

/// Which outputs that were published already are published once more; those that never were are in any case.
public enum Republishing: String, Sendable {
    /// Those that are still in the drop: nobody has taken them.
    case present
    /// Also those that are gone, and may have been imported.
    case all
}
