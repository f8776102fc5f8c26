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
/// Nothing is sent here, and after a crash the stage gives the same again.
public struct ActivationFeedStage: Stage {
    /// `activation-feed`.
    public static let name: StageName = "activation-feed"
    /// Nothing is taken or sent while the pipeline is paused.
    public static let beginsWork = true
    /// NetSuite's CSV.
    public static let sourceMediaType: String? = "text/csv"

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
        let taking = Taking(input.run, domain: profile.domain, currency: profile.currency, context: context)
        let closed = try await taking.take(
            {
                try RecordedRows(reader: reader(profile), keyring: context.installation.keyring, domain: profile.domain)
                {
                    try context.open(source)
                }
            },
            emptyBecause: "the file has a header and no rows"
        )
        if let closed { return try await context.commit(closed) }
        return try await write(source, of: input.run, profile, context)
    }

    private func reader(_ profile: ShopProfile) -> RowReader {
        RowReader(reading, currency: profile.currency, issueLimit: profile.issueLimit)
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
