public import Commerce
import Feeds
import Ledgers
public import Pipelines
import Records
import Sealing
public import Shopify

/// Writes what Shopify's bulk import takes: one line of mutation variables per card that is still to be sent, in source order.
///
/// A pipeline may begin here: its files are then activation feeds that somebody dropped, and the stage takes their cards first.
///
/// Parts are at most as large as Shopify accepts. Each row learns the line that it stands on, so that a result line finds it again.
public struct BulkFileStage: Stage {
    /// `bulk-file`.
    public static let name: StageName = "bulk-file"
    /// Nothing is taken or sent while the pipeline is paused.
    public static let beginsWork = true
    /// Activation feeds.
    public static let sourceMediaType: String? = "application/json"
    /// What was sent stays; what is sent again is a file of its own.
    public static let numbersAttempts = true

    /// Shopify takes 104,857,600 bytes (the policy of a staged upload); a part stays below.
    public static let largestPart = 100_000_000

    private let version: APIVersion
    private let sendsCustomer: Bool
    private let partSize: Int
    private let codePattern: CodePattern?
    private let shop: ShopClient

    /// Makes the stage for a shop, whose API version's field for the amount it uses; the pattern is that of codes in dropped feeds.
    public init(
        shop: ShopClient,
        sendsCustomer: Bool = false,
        partSize: Int = Self.largestPart,
        codePattern: CodePattern? = nil
    ) {
        self.shop = shop
        version = shop.settings.version
        self.sendsCustomer = sendsCustomer
        self.partSize = partSize
        self.codePattern = codePattern
    }

    /// Writes the parts of this attempt; none when nothing is to be sent.
    public func run(_ input: StageInput, in context: StageContext) async throws -> StageOutput {
        let isDropped = context.pipeline.chain.first == Self.name
        if isDropped, let closed = try await take(input, context) { return try await context.commit(closed) }
        var feed = try ActivationFeedReader(
            try context.open(try input.artifact(isDropped ? .source : .activationFeed))
        )
        let digest = feed.header.sourceDigest
        var planned = RowPages(context: context, statuses: [.planned])
        var part: Part?
        var artifacts: [Artifact] = []
        var placed: [Row] = []
        while var row = try await planned.next() {
            guard let card = try feed.card(line: row.line) else {
                throw StageError(
                    .missingArtifact,
                    "the activation feed of run \(input.run.id) has no card of line \(row.line)",
                    disposition: .stop,
                    side: .local
                )
            }
            guard !card.code.isReportWords else {
                throw StageError(
                    .unreadableSource,
                    "line \(row.line): \(GiftCardCode.Fault.reportWords.rawValue); an earlier version of Dropline took it for one: "
                        + "'dropline rerun \(input.run.id) --from \(context.pipeline.chain.first ?? Self.name)' reads the rows again",
                    disposition: .stop,
                    side: .input
                )
            }
            let line = variables(of: card, row, digest: digest)
            if let full = part, full.size + line.count > partSize {
                artifacts.append(try await finish(full, of: input.run, context))
                part = nil
            }
            let open =
                try part
                ?? Part(
                    number: artifacts.count + 1,
                    file: context.create(
                        .bulkFile,
                        attempt: input.run.attempt,
                        part: artifacts.count + 1
                    )
                )
            row.position = BulkPosition(attempt: input.run.attempt, part: open.number, line: open.lines)
            part = try open.adding(line)
            placed.append(row)
            if placed.count == Self.batchSize {
                try await context.update(placed)
                placed.removeAll(keepingCapacity: true)
                context.progress("writing the bulk file", row.line)
            }
        }
        try await context.update(placed)
        if let part { artifacts.append(try await finish(part, of: input.run, context)) }
        return try await context.commit(.finished, artifacts: artifacts)
    }

    /// Takes the cards of a dropped feed; returns how the run is to be closed where nothing can be taken.
    private func take(_ input: StageInput, _ context: StageContext) async throws -> StageOutput? {
        guard input.run.takenAt == nil || input.run.retakes else { return nil }
        let profile = try await shop.verifiedProfile(expecting: input.run.shopDomain)
        let source = try input.artifact(.source)
        let reservation = Reservation(input.run, domain: profile.domain, currency: profile.currency, context: context)
        return try await reservation.take(
            {
                try DroppedFeed(profile, codePattern, context.installation.keyring) { try context.open(source) }
            },
            emptyBecause: "the feed has no cards"
        )
    }

    /// The note names the orders as the row has them, without a code that somebody typed there: notes are read by all who may see cards at the shop.
    private func variables(of card: FeedCard, _ row: Row, digest: String) -> [UInt8] {
        let marker = RowMarker(digest: digest, line: card.line)
        let customer = card.shopifyCustomer.flatMap { customer in
            GiftCardCode.mayStand(in: customer, besides: card.code.secret, isReadable: true, prefix: "")
                ? nil : customer
        }
        let input = GiftCardInput(
            code: card.code,
            value: card.value,
            note: marker.note(shopifyOrder: row.shopifyOrder, netSuiteOrder: row.netSuiteOrder),
            customerID: sendsCustomer ? customer : nil
        )
        return input.variables(for: version) + [UInt8(ascii: "\n")]
    }

    private func finish(_ part: Part, of run: Run, _ context: StageContext) async throws -> Artifact {
        context.artifact(
            .bulkFile,
            attempt: run.attempt,
            part: part.number,
            fileName: "\(run.stem)-\(run.attempt)-\(part.number).jsonl",
            mediaType: "text/jsonl",
            count: part.lines,
            file: try await context.finish(part.file),
            attributes: ["api_version": version.rawValue]
        )
    }

    private static let batchSize = 2_000
}

/// A part of a bulk file that is being written.
private struct Part {
    var number: Int
    var file: SealedFileWriter
    var lines = 0
    var size = 0

    func adding(_ line: [UInt8]) throws -> Part {
        try file.write(line)
        return Part(number: number, file: file, lines: lines + 1, size: size + line.count)
    }
}
