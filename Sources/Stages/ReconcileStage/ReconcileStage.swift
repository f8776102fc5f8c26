import Commerce
import Feeds
import Ledgers
public import Pipelines
import Records
public import Shopify

/// Brings what the shop answered back to the rows of the source, finds out what no answer tells, and writes results and rejects.
///
/// In order: result lines are applied; rows without one become `unknown`; the unknown are looked up at the shop; rows that wait for another run are
/// decided again; if rows are to be sent after all, a new attempt begins; else results and rejects are written and the run is balanced.
public struct ReconcileStage: Stage {
    /// `reconcile`.
    public static let name: StageName = "reconcile"

    let shop: ShopClient
    private let acceptsExisting: Bool
    /// What the pipeline's files are.
    public let form: SourceForm
    private let resending: StageName

    /// Makes the stage for a shop; `resending` is the stage where a new attempt begins.
    public init(shop: ShopClient, acceptsExisting: Bool, form: SourceForm, resending: StageName) {
        self.shop = shop
        self.acceptsExisting = acceptsExisting
        self.form = form
        self.resending = resending
    }

    /// Settles every row as far as it can be settled now.
    public func run(_ input: StageInput, in context: StageContext) async throws -> StageOutput {
        let sent = try await context.read { [run = input.run] in try $0.tallies(of: run.id) }
        let feed = input.artifacts(sentFrom).first
        var denied: String?
        if sent.contains(where: { $0.status == .submitted }) {
            let digest = try originalDigest(input, context)
            let results = input.artifacts(.bulkResult, attempt: input.run.attempt)
            // Before the first line of one changes a row, all of them are found to be what was recorded.
            for result in results { _ = try context.open(result) }
            let parts = input.artifacts(.bulkFile, attempt: input.run.attempt)
            for result in results {
                let part = parts.first { $0.part == result.part }
                let reason = try await ResultLines(
                    result: result,
                    run: input.run,
                    digest: digest,
                    codes: SentCodes(of: part, in: shop.settings.currency, context),
                    secrets: await shop.secrets,
                    context: context
                ).apply()
                denied = denied ?? reason
            }
            try await doubtUnanswered(input.run, context)
        }
        context.reach("applied")
        let failed = try await UnansweredRows(run: input.run, context: context).count(denied: denied)
        try stopIfDenied(failed, input.run, context)
        let sendsAgain = failed.map { $0.isDue(at: context.now()) } ?? true
        let unanswered = try await LookUp(
            run: input.run,
            feed: feed,
            shop: shop,
            acceptsExisting: acceptsExisting,
            sendsAgain: sendsAgain,
            context: context
        ).settle()
        try await context.decideAgain(on: input.run)
        let tallies = try await context.read { [run = input.run] in try $0.tallies(of: run.id) }
        if let planned = tallies.first(where: { $0.status == .planned }) {
            return try await context.commit(.again(from: resending, "\(planned.rows) rows are to be sent"))
        }
        return try await context.commitReports(input, form) { run in
            if unanswered == 0 { run.failedSends = run.failedSends?.startingOver }
        }
    }

    /// The app lost a permission, which says nothing about the cards: they are sent again once it may have it back.
    private func stopIfDenied(_ failed: FailedTries?, _ run: Run, _ context: StageContext) throws {
        guard let failed, failed.stops else { return }
        let isNew = run.failedSends?.attempt != failed.attempt
        guard isNew || !failed.isDue(at: context.now()) else { return }
        throw StageError(.misconfigured, failed.words, disposition: .stop, side: .remote)
    }

    /// The SHA-256 of the original source, which the cards' markers name: a dropped feed says it of its own.
    private func originalDigest(_ input: StageInput, _ context: StageContext) throws -> String {
        guard form.isFeed else { return input.run.digest }
        return try ActivationFeedReader(try context.open(try input.artifact(.source))).header.sourceDigest
    }

    /// The kind of the feed whose cards are sent.
    var sentFrom: ArtifactKind { form.isFeed ? .source : .activationFeed }

    /// A row that was sent and for which no result line came is not failed: nobody knows.
    private func doubtUnanswered(_ run: Run, _ context: StageContext) async throws {
        let now = context.now()
        let ending = try await UnansweredRows(run: run, context: context).ending()
        let reason =
            "the shop's result holds no answer for this row" + (ending.map { "; its bulk operation \($0)" } ?? "")
        try await context.changeRows([.submitted]) { ledger, row in
            let doubt = CardOutcome.unknown(.unanswered, reason)
            try ledger.settle(&row, of: run.id, key: try run.card(of: row), as: doubt, now: now)
        }
    }
}
