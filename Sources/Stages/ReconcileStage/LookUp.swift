import Commerce
import Feeds
import Ledgers
import Pipelines
import Sealing
import Shopify

/// Asks the shop for the cards of rows whose outcome is not known.
///
/// A card with this row's marker is ours: it makes the row `activated` if it is as the row says, else a `conflict`. Where the shop called the code taken,
/// one without makes it a `conflict`, or `already-active` where the pipeline accepts existing cards of the same value; with no card at all it stays
/// `unknown`. An unanswered row without a card of ours is free to be sent again: the shop refuses a code that exists.
/// Every operation that could have made the card has ended before this is asked.
struct LookUp {
    let run: Run
    let feed: Artifact?
    let shop: ShopClient
    let acceptsExisting: Bool
    /// Whether rows without an answer and without a card may be sent again by now; until then they are not looked up either.
    let sendsAgain: Bool
    let context: StageContext

    /// Settles what can be settled; returns how many rows without an answer are left until they may be sent again.
    func settle() async throws -> Int {
        guard let feed else { return 0 }
        let patience = context.pipeline.unknownAfter
        var opened: ActivationFeedReader<SealedFileReader>?
        var unknown = RowPages(context: context, statuses: [.unknown])
        var count = 0
        var left = 0
        while let row = try await unknown.next() {
            guard row.doubt != .elsewhere, !row.isOverdue(at: context.now(), after: patience) else { continue }
            guard sendsAgain || row.doubt != .unanswered else {
                left += 1
                continue
            }
            var cards = try opened ?? ActivationFeedReader(try context.open(feed))
            let known = try cards.card(line: row.line)
            opened = cards
            guard let card = known else { continue }
            if count == 0 { _ = try await shop.verifiedProfile(expecting: run.shopDomain) }
            count += 1
            context.progress("looking up cards at the shop", count)
            let expected = ExpectedCard(card, RowMarker(digest: cards.header.sourceDigest, line: row.line))
            let found = try await context.installation.ledger.withoutOtherCodes(
                try await shop.findGiftCards(card.code),
                than: row
            )
            guard let outcome = try await outcome(found, of: row, expected) else { continue }
            let (run, now) = (run, context.now())
            try await context.write { [row] ledger in
                var row = row
                try ledger.settle(&row, of: run.id, key: try run.card(of: row), as: outcome, now: now)
                try ledger.update(row, of: run.id)
            }
            context.reach("looked-up")
        }
        return left
    }

    /// What the cards found mean for the row; `nil` when nothing new was learnt.
    private func outcome(_ found: [FoundCard], of row: Row, _ expected: ExpectedCard) async throws -> CardOutcome? {
        if let ours = found.made(as: expected) {
            let outcome = expected.outcome(of: ours)
            if case .unknown = outcome { return nil }
            return outcome
        }
        // Only the shop's own "taken" proves that a card without our marker has this very code and not just its ending;
        // sent again, the row is answered.
        guard row.doubt == .taken else { return .plannedAgain }
        let candidates = try await context.installation.ledger.mayBe(expected, among: found, of: run.id)
        guard let other = candidates.first else { return nil }
        if acceptsExisting, candidates.count == 1, other.isUsable(at: context.now()), other.amount == expected.value {
            return .foundActive(cardID: other.id)
        }
        return .conflict("the shop has a card with this code that was not made from this row (\(other.id))")
    }
}

extension Row {
    /// Whether the row has been unknown for so long that a person must settle it.
    func isOverdue(at now: Int64, after patience: Duration) -> Bool {
        unknownSince.map { .milliseconds(now - $0) >= patience } ?? false
    }
}
