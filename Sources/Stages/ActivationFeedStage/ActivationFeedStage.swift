import Commerce
import Feeds
import Ledgers
import Logging
import NetSuite
public import Pipelines
public import Records
import Sealing
public import Shopify

/// Turns NetSuite's gift card CSV into the activation feed, and takes the cards that this run may send.
///
/// In order: every row is read and recorded; codes that stand twice in the file are settled; the cards are taken, so that no other run can; the
/// limits are looked at; the feed is written. Up to there nothing has been sent, and after a crash each step gives the same again.
public struct ActivationFeedStage: Stage {
    /// `activation-feed`.
    public static let name: StageName = "activation-feed"
    /// Nothing is taken or sent while the pipeline is paused.
    public static let beginsWork = true

    private let shop: ShopClient
    private let reading: RowReading

    /// Makes the stage for a shop.
    public init(shop: ShopClient, codePrefix: String, quoting: CSVFormat.Quoting) {
        self.shop = shop
        self.reading = RowReading(codePrefix: codePrefix, quoting: quoting)
    }

    /// Writes the feed, or puts the file aside.
    public func run(_ input: StageInput, in context: StageContext) async throws -> StageOutput {
        let profile = try await shop.verifiedProfile(expecting: input.run.shopDomain)
        let source = try input.artifact(.source)
        if input.run.takenAt == nil {
            if let earlier = try await earlierRun(of: input.run, domain: profile.domain, context) {
                let reason = "the same content as run \(earlier.id) (\(earlier.source.name))"
                return try await context.commit(.close(.duplicate, reason))
            }
            let rows = try await record(source, of: input.run, profile, context)
            guard rows > 0 else {
                return try await context.commit(.close(.empty, "the file has a header and no rows"))
            }
            try await Taking(context: context, run: input.run, domain: profile.domain).take(profile.currency)
        } else if input.run.retakes {
            try await Rereading(context: context, run: input.run, reading: reading, profile: profile)
                .update(from: source)
            try await Taking(context: context, run: input.run, domain: profile.domain).take(profile.currency)
        }
        return try await write(source, of: input.run, profile, context)
    }

    /// A run that brought the same content to its end in this pipeline and shop, every row accepted.
    private func earlierRun(of run: Run, domain: String, _ context: StageContext) async throws -> Run? {
        try await context.read { ledger in
            var query = RunQuery(pipeline: run.pipeline, states: [.done])
            query.digest = run.digest
            return try ledger.runs(query).first { earlier in
                guard earlier.shopDomain == domain else { return false }
                let tallies = try ledger.tallies(of: earlier.id)
                return !tallies.isEmpty && tallies.allSatisfy { $0.status.isAccepted }
            }
        }
    }

    /// Records every row as it was read; gives how many there are.
    private func record(
        _ source: Artifact,
        of run: Run,
        _ profile: ShopProfile,
        _ context: StageContext
    ) async throws -> Int {
        let reader = RowReader(reading, currency: profile.currency, issueLimit: profile.issueLimit)
        do {
            var rows = try reader.open(try context.open(source))
            var count = 0
            var invalid: Row?
            var batch: [Row] = []
            while let read = try rows.next() {
                let row = read.row(
                    keyring: context.installation.keyring,
                    shop: profile.domain,
                    prefix: reading.codePrefix
                )
                if row.status == .invalid, invalid == nil { invalid = row }
                batch.append(row)
                count += 1
                if batch.count == batchSize {
                    try await context.put(batch)
                    batch.removeAll(keepingCapacity: true)
                    context.progress("reading rows", count)
                }
            }
            try await context.put(batch)
            if context.pipeline.quarantinesInvalid, let invalid {
                throw StageError.quarantine(
                    "line \(invalid.line): \(invalid.reason ?? "invalid") ('on_invalid: quarantine')"
                )
            }
            return count
        } catch let error as any FileFault {
            try await forget(context)
            throw StageError.quarantine("\(error)")
        } catch let error as StageError where error.disposition == .quarantine {
            try await forget(context)
            throw error
        }
    }

    /// A file that is put aside has no rows: none of them will ever have an outcome.
    private func forget(_ context: StageContext) async throws {
        let run = context.run
        while try await context.write({ try $0.removeRows(of: run, limit: batchSize) }) == batchSize {}
    }

    // MARK: - The feed

    /// Writes the cards that this run may send, and those that it has made, and commits.
    private func write(
        _ source: Artifact,
        of run: Run,
        _ profile: ShopProfile,
        _ context: StageContext
    ) async throws -> StageOutput {
        let header = FeedHeader(
            sourceFile: run.source.name,
            sourceDigest: run.digest,
            shop: profile.domain,
            currency: profile.currency
        )
        let sealed = try context.create(.activationFeed)
        var feed = try ActivationFeedWriter(sealed, header: header)
        var rows = try RowReader(reading, currency: profile.currency, issueLimit: nil).open(try context.open(source))
        var sendable = RowPages(context: context, statuses: [.planned, .held, .unknown, .activated])
        var cards = 0
        var units: Int64 = 0
        while let row = try await sendable.next() {
            let read = try rows.card(line: row.line)
            // A card that is there stays, whatever the source's line is read as by now.
            if row.status == .activated, hash(of: read, profile, context) != row.key { continue }
            guard let card = read else {
                throw StageError(
                    .missingArtifact,
                    "line \(row.line) of the source is not what it was",
                    disposition: .stop,
                    side: .local
                )
            }
            try feed.write(card)
            cards += 1
            units += card.value.minorUnits
        }
        let tallies = try await context.read { [run] in try $0.tallies(of: run.id) }
        let totals = FeedTotals(
            rows: tallies.reduce(0) { $0 + $1.rows },
            giftCards: cards,
            invalid: tallies.first { $0.status == .invalid }?.rows ?? 0,
            value: Money(minorUnits: units, currency: profile.currency)
        )
        _ = try feed.finish(totals)
        let artifact = context.artifact(
            .activationFeed,
            fileName: run.stem + "-GiftCardActivation.json",
            mediaType: "application/json",
            count: cards,
            file: try sealed.finish()
        )
        return try await context.commit(.finished, artifacts: [artifact])
    }

    private func hash(of card: FeedCard?, _ profile: ShopProfile, _ context: StageContext) -> [UInt8]? {
        card.map { context.installation.keyring.hash($0.code, shop: profile.domain).bytes }
    }
}

/// Rows per transaction: some milliseconds each.
let batchSize = 2_000
