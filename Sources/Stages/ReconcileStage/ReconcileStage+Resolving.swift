import Commerce
import Feeds
public import Ledgers
public import Pipelines
import Sealing
import Shopify

extension ReconcileStage {
    /// Settles an `unknown` row as a person says, as far as the shop agrees, and lets the run go on at this stage.
    ///
    /// The shop is always asked: a card that it does not show is not called active, and a row of which it shows the card is not called refused.
    /// Throws `Refusal` where it disagrees or the row is not unknown, and `ShopError` when it can't be asked; nothing has changed then.
    public func resolve(
        _ resolution: Resolution,
        _ decision: Decision,
        in installation: Installation
    ) async throws -> Row {
        let (ledger, id, line) = (installation.ledger, resolution.run, resolution.line)
        let (known, _) = try await ledger.read { try $0.unknownRow(line, of: id) }
        // The reason of a row that is refused or in conflict stands in results and rejects.
        try await installation.requireNoCode(in: decision, on: known)
        return try await ledger.owning(id) { claim in
            let (run, row) = try await ledger.read { try $0.unknownRow(line, of: id) }
            let outcome = try await outcome(of: row, in: run, resolution, decision, installation)
            try await ledger.renew(claim)
            installation.crashPoints.reach("resolve.before-settled")
            let settled = try await ledger.write(as: claim) { ledger in
                var (run, row) = try ledger.unknownRow(line, of: id)
                try ledger.settle(&row, of: id, key: try run.card(of: row), as: outcome, now: decision.at)
                try ledger.put(row, of: id)
                run.goOn(at: Self.name, now: decision.at)
                try ledger.put(run)
                let facts = "line \(line) as \(row.status.rawValue)" + (row.cardID.map { " (\($0))" } ?? "")
                try ledger.add(decision.entry("resolved", facts, run: id))
                return row
            }
            installation.crashPoints.reach("resolve.settled")
            return settled
        }
    }

    private func outcome(
        of row: Row,
        in run: Run,
        _ resolution: Resolution,
        _ decision: Decision,
        _ installation: Installation
    ) async throws -> CardOutcome {
        let (card, marker) = try await sentCard(of: row, in: run, installation)
        _ = try await shop.verifiedProfile(expecting: run.shopDomain)
        let ledger = installation.ledger
        let expected = ExpectedCard(card, marker)
        let found = try await ledger.withoutOtherCodes(try await shop.findGiftCards(card.code), than: row)
        let candidates = try await ledger.mayBe(expected, among: found, of: run.id)
        let place = "line \(row.line) of run \(run.id)"
        let ours = found.made(as: expected)
        switch resolution.status {
        case .activated:
            guard let ours else {
                throw Refusal(.notNow, "the shop shows no card that was made from \(place); nothing has changed")
            }
            guard resolution.cardID == nil || resolution.cardID == ours.id else {
                throw Refusal(.notNow, "the card that was made from \(place) is \(ours.shown); nothing has changed")
            }
            if let fault = expected.fault(of: ours) {
                throw Refusal(.notNow, "\(fault) (\(place), \(ours.id)); resolve it as conflict")
            }
            return .active(cardID: ours.id)
        case .alreadyActive:
            let fitting = candidates.filter { other in
                other.isUsable(at: decision.at) && other.amount == card.value && other.id != ours?.id
                    && (resolution.cardID == nil || resolution.cardID == other.id)
            }
            guard let other = fitting.first else {
                let seen = candidates.isEmpty ? "" : "; it shows \(candidates.map(\.shown).joined(separator: ", "))"
                throw Refusal(
                    .notNow,
                    "the shop shows no usable card of \(card.value) that may have the code of \(place)\(seen); nothing has changed"
                )
            }
            // Only the shop's own "taken" proves that a card has this code and not just its ending.
            guard resolution.cardID != nil || (fitting.count == 1 && row.doubt == .taken) else {
                let seen = fitting.map(\.shown).joined(separator: ", ")
                throw Refusal(.notNow, "which card is meant can't be told for sure; name it with --card: \(seen)")
            }
            return .foundActive(cardID: other.id)
        case .refused, .conflict:
            let reason = "settled by a person: \(decision.reason)"
            guard let ours else {
                try await requireSettled(run, installation)
                return resolution.status == .refused ? .refused(reason) : .conflict(reason)
            }
            let fault = expected.fault(of: ours)
            if let fault, resolution.status == .conflict {
                return .contradicted(cardID: ours.id, "\(fault); \(reason)")
            }
            throw Refusal(
                .notNow,
                "the shop has the card that was made from \(place): \(ours.shown); "
                    + "resolve it as \(fault == nil ? "activated" : "conflict")"
            )
        }
    }

    /// Of an operation that was cancelled the shop may still make cards for a while, so that nobody can say yet that there is none.
    private func requireSettled(_ run: Run, _ installation: Installation) async throws {
        let (id, now) = (run.id, installation.clock.now())
        let cancelled = try await installation.ledger.read { try $0.operations(of: id).filter(\.wasCancelled) }
        guard let last = cancelled.compactMap(\.endedAt).max(), (0..<Self.lateCards).contains(now - last) else {
            return
        }
        let minutes = (Self.lateCards - (now - last) + 59_999) / 60_000
        throw Refusal(
            .notNow,
            "a bulk operation of run \(id) was cancelled a short while ago, and the shop may still make cards of it; try again in "
                + "\(minutes) minute\(minutes == 1 ? "" : "s"), or let a poll send what it does not find"
        )
    }

    /// For how long after its end a cancelled operation may have cards made, in milliseconds.
    private static let lateCards: Int64 = 600_000

    /// The card as it was to be sent, and how it is told at the shop.
    private func sentCard(
        of row: Row,
        in run: Run,
        _ installation: Installation
    ) async throws -> (FeedCard, RowMarker) {
        let artifacts = try await installation.ledger.read { try $0.artifacts(of: run.id) }
        guard let feed = artifacts.first(where: { $0.kind == sentFrom }) else {
            throw Refusal(.wrongUsage, "run \(run.id) has no activation feed: nothing of it was ever sent")
        }
        var cards = try ActivationFeedReader(try await installation.withCurrentKeys().open(feed, of: run.id))
        guard let card = try cards.card(line: row.line) else {
            throw Refusal(.wrongUsage, "line \(row.line) of run \(run.id) was never sent")
        }
        return (card, RowMarker(digest: cards.header.sourceDigest, line: row.line))
    }
}

extension LedgerReader {
    /// The row that is to be settled, with its run; throws `Refusal` when there is nothing to settle.
    fileprivate func unknownRow(_ line: Int, of id: RunID) throws -> (Run, Row) {
        guard let run = try run(id) else { throw Refusal.unknownRun(id) }
        guard let row = try row(of: id, line: line) else {
            throw Refusal(.wrongUsage, "run \(id) has no row on line \(line)")
        }
        guard row.status == .unknown else {
            throw Refusal(
                .wrongUsage,
                "line \(line) of run \(id) is \(row.status.rawValue), not unknown: there is nothing to resolve"
            )
        }
        if row.doubt == .elsewhere {
            let why = row.reason ?? "another run holds its card"
            let again =
                run.state.isFinal
                ? ", then 'dropline rerun \(id) --from \(ReconcileStage.name) --reason TEXT' decides again"
                : ""
            throw Refusal(
                .wrongUsage,
                "line \(line) of run \(id) follows another row (\(why)); resolve that one\(again)"
            )
        }
        guard try operations(of: id).allSatisfy({ $0.state == .ended }) else {
            throw Refusal(
                .notNow,
                "run \(id) is still being sent; a poll goes on with it, and may find the row's outcome"
            )
        }
        return (run, row)
    }
}

extension Run {
    /// Opens the run at a stage; one that is held stays so and comes to the stage once it is approved, and one that takes its cards again comes to it
    /// after that.
    fileprivate mutating func goOn(at stage: StageName, now: Int64) {
        updatedAt = now
        guard state != .held, !retakes else { return }
        (state, nextStage, reason, attention, finishedAt) = (.open, stage.rawValue, nil, standingAttention, nil)
    }
}

extension ExpectedCard {
    /// What speaks against calling a card active that was made from the row; `nil` if it is as the row says.
    fileprivate func fault(of card: FoundCard) -> String? {
        switch match(card) {
        case .same: nil
        case .contradiction(let fault), .undecided(let fault): fault
        }
    }
}

extension FoundCard {
    /// The card for a person, without anything of its code.
    fileprivate var shown: String { amount.map { "\(id) of \($0)" } ?? id }
}
