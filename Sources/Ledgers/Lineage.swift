/// All that is known of one row's way: source line → feed entry → line of the bulk file → operation → result line → card.
public struct Lineage: Sendable, Equatable {
    /// The run that the row belongs to.
    public var run: Run
    /// The row.
    public var row: Row
    /// The feed that has an entry for the row: the source itself where a feed was dropped; `nil` where none was made for it.
    public var feed: Artifact?
    /// The part of the bulk file that the row was last written to.
    public var bulkFile: Artifact?
    /// The operation that imported the part.
    public var operation: Operation?
    /// The shop's answer to the part.
    public var bulkResult: Artifact?
    /// Where the run's files were published, and its source put away.
    public var deliveries: [Delivery]
    /// The row that holds the card, where that is another one.
    public var holder: Item?
    /// What of the run was removed by age.
    public var purges: [Purge]

    /// Gathers a row's way; `nil` for a row that is not there.
    public init?(of place: RowPlace, from ledger: any LedgerReader) throws {
        guard let run = try ledger.run(place.run), let row = try ledger.row(of: place.run, line: place.line) else {
            return nil
        }
        (self.run, self.row) = (run, row)
        let artifacts = try ledger.artifacts(of: run.id)
        let dropped = artifacts.first { $0.kind == .source && $0.mediaType == "application/json" }
        feed = dropped ?? Self.feed(of: row, among: artifacts)
        if let position = row.position, !position.isInFeed {
            let isOfPart = { @Sendable (attempt: Int, part: Int) in
                attempt == position.attempt && part == position.part
            }
            bulkFile = artifacts.first { $0.kind == .bulkFile && isOfPart($0.attempt, $0.part) }
            bulkResult = artifacts.first { $0.kind == .bulkResult && isOfPart($0.attempt, $0.part) }
            operation = try ledger.operations(of: run.id).first { isOfPart($0.attempt, $0.part) }
        }
        deliveries = try ledger.deliveries(of: run.id)
        purges = try ledger.purges(of: run.id)
        if row.key != nil, run.shopDomain != nil, let item = try ledger.item(try run.card(of: row)) {
            holder = item.run == run.id && item.line == row.line ? nil : item
        }
    }

    /// Where a file of this row's way was published.
    public func published(_ artifact: Artifact?) -> Delivery? {
        guard let artifact else { return nil }
        return deliveries.first { delivery in
            delivery.kind == artifact.kind && delivery.attempt == artifact.attempt && delivery.part == artifact.part
                && delivery.state == .published
        }
    }

    /// Where the source was put away.
    public var archived: Delivery? { deliveries.first { $0.kind == .source && $0.state == .published } }

    /// The feed that has an entry for the row; where a pipeline ends with feeds, the one of the attempt in which the row came to stand in it.
    private static func feed(of row: Row, among artifacts: [Artifact]) -> Artifact? {
        let feeds = artifacts.filter { $0.kind == .activationFeed }
        if row.status == .inFeed {
            // A row whose details were forgotten does not know its attempt any more.
            return feeds.first { row.position == nil || $0.attempt == row.position?.attempt }
        }
        // Those that were made by attempts hold nothing else.
        return isInFeed(row) ? feeds.first { $0.attempt == 0 } : nil
    }

    /// A row that was sent, or may yet be, was written to the feed; one that was settled before is in none.
    private static func isInFeed(_ row: Row) -> Bool {
        switch row.status {
        case .planned, .submitted, .held, .unknown: true
        case .activated, .alreadyActive, .refused, .conflict, .invalid: row.position != nil
        case .inFeed, .alreadyInFeed: false
        }
    }
}
