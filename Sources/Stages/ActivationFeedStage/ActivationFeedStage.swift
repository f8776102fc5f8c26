public import Commerce
import Feeds
import Ledgers
import Logging
import NetSuite
public import Pipelines
import Records
import Sealing
public import Shopify

/// Turns NetSuite's gift card CSV into the activation feed, and takes the cards that this run may send.
///
/// Nothing is sent here, and after a crash the stage gives the same again. A pipeline may end with the feed: it then holds only cards that whoever takes
/// it is to activate, each attempt's feed those that stand in no earlier one, and none is made where there are none.
public struct ActivationFeedStage: Stage {
    /// `activation-feed`.
    public static let name: StageName = "activation-feed"
    /// Nothing is taken or sent while the pipeline is paused.
    public static let beginsWork = true
    /// NetSuite's CSV.
    public static let sourceMediaType: String? = "text/csv"
    /// Where the pipeline ends with them, feeds are numbered by the attempt.
    public static let numbersAttempts = true

    private let shop: FeedShop
    private let reading: RowReading

    /// Makes the stage for a shop to which later stages send.
    public init(shop: ShopClient, reading: RowReading) {
        self.shop = .asked(shop)
        self.reading = reading
    }

    /// Makes the stage of a pipeline that ends with the feed, for a shop that nobody asks.
    public init(domain: String, currency: Currency, reading: RowReading) {
        self.shop = .named(domain: domain, currency: currency)
        self.reading = reading
    }

    /// Why the line is not the header of NetSuite's CSV.
    public func fault(ofFirstLine line: [UInt8]) -> String? { reading.fault(ofFirstLine: line) }

    /// Writes the feed, or puts the file aside.
    public func run(_ input: StageInput, in context: StageContext) async throws -> StageOutput {
        let terms = try await shop.terms(of: input.run)
        if shop.endsWithFeed, !input.artifacts(.activationFeed, attempt: input.run.attempt).isEmpty {
            // A crash came between the feed and the last of its rows.
            return try await settle(input.run, terms, context)
        }
        let source = try input.artifact(.source)
        let reservation = Reservation(input.run, domain: terms.keyDomain, currency: terms.currency, context: context)
        let closed = try await reservation.take(
            {
                try RecordedRows(
                    reader: RowReader(reading, currency: terms.currency, issueLimit: terms.issueLimit),
                    keyring: context.installation.keyring,
                    domain: terms.keyDomain
                ) {
                    try context.open(source)
                }
            },
            emptyBecause: "the file has a header and no rows"
        )
        if let closed { return try await context.commit(closed) }
        guard shop.endsWithFeed else {
            let sendable: Set<RowStatus> = [.planned, .held, .unknown, .activated]
            let feed = try await write(source, of: input.run, sendable, attempt: 0, terms, context)
            return try await context.commit(.finished, artifacts: [feed])
        }
        let tallies = try await context.read { [run = input.run] in try $0.tallies(of: run.id) }
        guard tallies.contains(where: { $0.status == .planned }) else { return try await context.commit(.finished) }
        let feed = try await write(source, of: input.run, [.planned], attempt: input.run.attempt, terms, context)
        try await context.write { [run = input.run] in try $0.put(feed, of: run.id) }
        context.reach("feed-recorded")
        return try await settle(input.run, terms, context)
    }

    // MARK: - The feed

    /// Writes the cards of the rows with these statuses.
    private func write(
        _ source: Artifact,
        of run: Run,
        _ statuses: Set<RowStatus>,
        attempt: Int,
        _ terms: FeedShop.Terms,
        _ context: StageContext
    ) async throws -> Artifact {
        let header = FeedHeader(
            sourceFile: run.source.name,
            sourceDigest: run.digest,
            shop: terms.domain,
            currency: terms.currency
        )
        let sealed = try context.create(.activationFeed, attempt: attempt)
        var feed = try ActivationFeedWriter(sealed, header: header)
        var rows = try RowReader(reading, currency: terms.currency, issueLimit: nil).open(try context.open(source))
        var sendable = RowPages(context: context, statuses: statuses)
        var cards = 0
        var units: Int64 = 0
        while let row = try await sendable.next() {
            let card = try rows.card(line: row.line)
            guard let card, hash(of: card, terms, context) == row.key else {
                // A card that is there stays, whatever the source's line is read as by now.
                if row.status == .activated { continue }
                throw StageError(
                    .misconfigured,
                    "line \(row.line) of the source reads otherwise than when its card was taken; set the pipeline's 'code_prefix', "
                        + "'code_pattern' and 'quoting' back, or 'dropline rerun \(run.id) --from \(Self.name)' to take its cards again",
                    disposition: .stop,
                    side: .configuration
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
            value: Money(minorUnits: units, currency: terms.currency)
        )
        _ = try feed.finish(totals)
        return context.artifact(
            .activationFeed,
            attempt: attempt,
            fileName: run.stem + (attempt > 1 ? "-\(attempt)" : "") + "-GiftCardActivation.json",
            mediaType: "application/json",
            count: cards,
            file: try await context.finish(sealed)
        )
    }

    private func hash(of card: FeedCard, _ terms: FeedShop.Terms, _ context: StageContext) -> [UInt8] {
        context.installation.keyring.hash(card.code, shop: terms.keyDomain).bytes
    }

    /// Gives the rows of a feed that is recorded their status: all that are planned stand in it.
    private func settle(_ run: Run, _ terms: FeedShop.Terms, _ context: StageContext) async throws -> StageOutput {
        var known = run
        known.shopDomain = terms.keyDomain
        let (run, now) = (known, context.now())
        try await context.changeRows([.planned]) { ledger, row in
            try ledger.putInFeed(&row, of: run.id, attempt: run.attempt, key: try run.card(of: row), now: now)
        }
        return try await context.commit(.finished)
    }
}
