public import Ledgers

/// Finds new files for a pipeline and makes runs of them.
public protocol Intake: Sendable {
    /// Looks once: takes settled files, the first ones of the source's order, and remembers those that have not settled.
    ///
    /// No new file is an empty report. Throws when the drop can't be seen: "cannot see" is never "nothing to do".
    func sweep(_ pipeline: Pipeline, taking slice: IntakeSlice, in installation: Installation) async throws
        -> IntakeReport
}

/// How much one look takes of what has settled, so that the first files come to their end before the last ones are fetched.
public struct IntakeSlice: Sendable, Equatable {
    /// At most so many files, at least 1.
    public var files: Int
    /// Once one file was taken, no other is begun after this time.
    public var time: Duration
    /// The paths of files that are left alone: they could not be read a moment ago.
    public var excluded: Set<String>

    /// Describes a slice.
    public init(files: Int, time: Duration, excluding excluded: Set<String> = []) {
        (self.files, self.time, self.excluded) = (max(1, files), time, excluded)
    }
}

/// What a sweep of a source found.
public struct IntakeReport: Sendable, Equatable {
    /// The runs that were made, in the order of the source.
    public var taken: [RunID]
    /// How many settled files are left for the next look; 0 unless one was taken.
    public var left = 0
    /// The paths of the files that could not be read this time.
    public var failed: Set<String> = []
    /// How many files wait for their second look, or for the rest of their content.
    public var unsettled: Int
    /// What has a matching name and can't be taken, with the reason: a link, or a name that is not UTF-8.
    public var untakable: [String]
    /// Files that could not be read this time, each with the reason and what to do.
    public var faults: [String] = []
    /// Files that are not taken because of their names, and were not told before.
    public var passedOver: [PassedOverFile] = []
    /// The files that match and were not taken this time.
    public var unclaimed: [UnclaimedFile] = []
    /// When looking again is worth it; `nil` when no file waits for a second look.
    public var lookAgainAfter: Duration?

    /// Describes what was found.
    public init(taken: [RunID] = [], unsettled: Int = 0, untakable: [String] = [], lookAgainAfter: Duration? = nil) {
        self.taken = taken
        self.unsettled = unsettled
        self.untakable = untakable
        self.lookAgainAfter = lookAgainAfter
    }
}

/// A file that lies in a source, fits its pattern, and was not taken.
public struct UnclaimedFile: Sendable, Equatable {
    /// Its path in the drop.
    public let path: String
    /// For how long it has been seen unchanged.
    public let seenFor: Duration

    /// Describes a file.
    public init(path: String, seenFor: Duration = .zero) {
        self.path = path
        self.seenFor = seenFor
    }
}
