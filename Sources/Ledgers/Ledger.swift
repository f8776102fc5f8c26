/// Remembers every step of every run; what stands here has happened, and what does not is found out.
///
/// A transaction is one closure: it commits when the closure returns and leaves nothing behind when it throws. It should last well under a second.
public protocol Ledger: Sendable {
    /// Reads one consistent state.
    func read<Value: Sendable>(_ body: @escaping @Sendable (any LedgerReader) throws -> Value) async throws -> Value

    /// Writes what belongs to no claim: first looks, and what a person decided.
    func write<Value: Sendable>(_ body: @escaping @Sendable (any LedgerWriter) throws -> Value) async throws -> Value

    /// Writes as the owner of something; throws `claimLost` and changes nothing once another has taken it over.
    func write<Value: Sendable>(
        as claim: Claim,
        _ body: @escaping @Sendable (any LedgerWriter) throws -> Value
    ) async throws -> Value

    /// Becomes the owner; `nil` while another process that is alive owns it.
    ///
    /// An owner is gone when its process has ended, when the machine was booted again, or when it has not renewed in time,
    /// measured on a clock that nobody can set.
    func claim(_ key: ClaimKey) async throws -> Claim?

    /// Stays the owner for another while; throws `claimLost` once another has taken over.
    func renew(_ claim: Claim) async throws

    /// Ends the ownership; nothing happens when it is lost already.
    func release(_ claim: Claim) async throws

    /// Leaves nothing on the disk of what was removed or replaced before: neither in freed pages nor in a log.
    ///
    /// Throws `unavailable` while others read or write without a pause; nothing is lost, and it can be called again.
    func scrub() async throws
}

/// What can be asked of a ledger in a transaction.
public protocol LedgerReader {
    func run(_ id: RunID) throws -> Run?
    /// Runs in the order of their numbers.
    func runs(_ query: RunQuery) throws -> [Run]
    /// How many rows each status has, and their value; in the order of `RowStatus.allCases`, statuses without rows left out.
    func tallies(of run: RunID) throws -> [Tally]
    /// Rows in the order of their lines, after a line, at most `limit`.
    func rows(of run: RunID, statuses: Set<RowStatus>?, after line: Int, limit: Int) throws -> [Row]
    func row(of run: RunID, at position: BulkPosition) throws -> Row?
    func row(of run: RunID, line: Int) throws -> Row?
    /// Codes that stand on more than one line of a run.
    func repeatedKeys(of run: RunID) throws -> [RepeatedKey]
    /// Where rows stand that one of the clues fits, each once; the newest run first, in a run the last line first, at most `limit`.
    func places(of clues: [RowClue], limit: Int) throws -> [RowPlace]
    /// Files of runs that have a name, newest run first, at most `limit`.
    func files(named name: String, limit: Int) throws -> [RunFile]
    /// Operations that have a name, or an id at the shop, newest run first, at most `limit`.
    func operations(known text: String, limit: Int) throws -> [Operation]
    func item(_ key: ItemKey) throws -> Item?
    /// What the cards are worth that runs on a shop have taken since a moment, one run left out.
    func valueTaken(shop: String, since: Int64, except run: RunID) throws -> Int64
    func artifacts(of run: RunID) throws -> [Artifact]
    func operations(of run: RunID) throws -> [Operation]
    func deliveries(of run: RunID) throws -> [Delivery]
    func looks(pipeline: String, drop: String) throws -> [Look]
    /// The looks of all pipelines at all drops.
    func looks() throws -> [Look]
    /// The files that a pipeline has passed over and that still lie there, by drop and path.
    func passedOverFiles(of pipeline: String) throws -> [PassedOverFile]
    func stageRecords(of run: RunID) throws -> [StageRecord]
    /// What happened to a run; without one, what belongs to no run.
    func audit(of run: RunID?) throws -> [AuditEntry]
    /// What happened last, newest first, at most `limit`; of all runs and of none, or only what people did.
    func recentAudit(byPeopleOnly: Bool, limit: Int) throws -> [AuditEntry]
    /// The pause that a pipeline is in; `nil` when it is in none.
    func pause(of pipeline: String) throws -> Pause?
    /// What was removed of a run by age.
    func purges(of run: RunID) throws -> [Purge]
    /// Runs of which a part is to go, after a run, at most `limit`: final ones that ended before a moment (in milliseconds since 1970), have no row
    /// whose outcome is open, and still have the part, or have it again.
    func purgeable(_ part: PurgePart, finishedBefore moment: Int64, after run: RunID, limit: Int) throws -> [RunID]
    /// What other runs than this one, earlier and later ones, have published or put in a place of a drop.
    func deliveries(to path: String, on drop: String, besides run: RunID) throws -> [Delivery]
    /// The places of all artifacts in the workspace that begin so.
    func artifactPaths(beginning prefix: String) throws -> Set<String>
    /// How many rows of a run have more than their line, status, key and value.
    func detailedRows(of run: RunID) throws -> Int
    /// What has an owner, be it alive or gone.
    func heldClaims() throws -> [ClaimKey]
    /// A setting that the ledger keeps for itself, such as its wrapped keys.
    func setting(_ name: String) throws -> [UInt8]?
}

/// What can be changed in a transaction; most changes replace what stands under the same key.
public protocol LedgerWriter: LedgerReader {
    /// Gives the run its number.
    func add(_ run: Run) throws -> RunID
    func put(_ run: Run) throws
    func put(_ row: Row, of run: RunID) throws
    /// Changes what became of a row that is there: status, position, card, reason and doubt; what its source says stays as it is.
    func update(_ row: Row, of run: RunID) throws
    /// Forgets the rows of a run, as many as the limit at a time; returns how many they were.
    func removeRows(of run: RunID, limit: Int) throws -> Int
    func put(_ artifact: Artifact, of run: RunID) throws
    func removeArtifact(kind: ArtifactKind, attempt: Int, part: Int, of run: RunID) throws
    func put(_ operation: Operation) throws
    func put(_ delivery: Delivery) throws
    func put(_ look: Look) throws
    func removeLook(pipeline: String, drop: String, path: String) throws
    func put(_ file: PassedOverFile) throws
    func removePassedOverFile(pipeline: String, drop: String, path: String) throws
    func add(_ record: StageRecord) throws
    func add(_ entry: AuditEntry) throws
    func put(_ pause: Pause) throws
    func removePause(of pipeline: String) throws
    func put(_ purge: Purge) throws
    /// Leaves of so many rows after a line only their line, status, key and value; returns the last one's line, `nil` when there was none.
    func forgetDetails(of run: RunID, after line: Int, limit: Int) throws -> Int?
    /// Forgets how the stages and bulk operations of a run went.
    func removeHistory(of run: RunID) throws
    func setSetting(_ name: String, to value: [UInt8]) throws
    /// Makes an item that is not there yet; `false` when it is.
    func insert(_ item: Item) throws -> Bool
    /// Changes an item only if it is still in this state and attempt; `false` when it is not.
    func replace(_ item: Item, ifState state: ItemState, attempt: Int) throws -> Bool
}

/// Which runs.
public struct RunQuery: Sendable {
    /// Only runs of this pipeline.
    public var pipeline: String?
    /// Only runs in one of these states.
    public var states: Set<RunState>?
    /// Only runs with a higher number.
    public var after: RunID?
    /// Runs made at or after this moment, in milliseconds since 1970.
    public var since: Int64?
    /// Only runs whose source lies on this drop.
    public var sourceDrop: String?
    /// Only runs whose source has this path.
    public var sourcePath: String?
    /// Only runs whose source has this name.
    public var sourceName: String?
    /// Only runs whose source has this SHA-256, in hexadecimal digits.
    public var digest: String?
    /// Only runs whose source's SHA-256 begins so, in lower-case hexadecimal digits.
    public var digestPrefix: String?
    /// Only the newest so many.
    public var limit: Int?

    /// Asks for all runs; set what narrows it.
    public init(pipeline: String? = nil, states: Set<RunState>? = nil) {
        self.pipeline = pipeline
        self.states = states
    }
}
