import Commerce
import Feeds
import FoundationEssentials
import Ledgers
import Shopify

extension ExpectedCard {
    /// The card that a row of a feed asks for.
    init(_ card: FeedCard, _ marker: RowMarker) {
        self.init(masked: card.code.masked, value: card.value, marker: marker)
    }

    /// The card that a row asked for, as the ledger knows it; `digest` is the original source's.
    ///
    /// Throws `LedgerError` with `.inconsistent` for a row that can't have been sent.
    init(_ row: Row, of run: Run, digest: String) throws {
        guard let masked = row.masked, let units = row.value, let currency = run.currency.flatMap(Currency.init) else {
            throw LedgerError(.inconsistent, "line \(row.line) of run \(run.id) was sent without a code or a value")
        }
        self.init(
            masked: masked,
            value: Money(minorUnits: units, currency: currency),
            marker: RowMarker(digest: digest, line: row.line)
        )
    }
}

extension Ledger {
    /// The cards that may have the code of this row, whoever made them.
    ///
    /// The search is fuzzy: the last four characters must be the code's own, and another row of the file has another code. A card with the marker of
    /// such a row may still have this one's code where that row is known to have another card: then its note is wrong.
    func mayBe(_ expected: ExpectedCard, among found: [FoundCard], of run: RunID) async throws -> [FoundCard] {
        try await read { ledger in
            try found.filter { card in
                guard "…" + card.lastCharacters == expected.masked else { return false }
                guard let other = card.marker, other.source == expected.marker.source, other != expected.marker else {
                    return true
                }
                guard let known = try ledger.row(of: run, line: other.line)?.cardID else { return false }
                return known != card.id
            }
        }
    }
}

extension FoundCard {
    /// Whether a customer can pay with it.
    func isUsable(at now: Int64) -> Bool {
        let isExpired = expiresOn.map { $0 < isoDay(now) } ?? false
        return isEnabled && deactivatedAt == nil && !isExpired
    }
}

/// The day of a moment in UTC: `2026-11-21`.
private func isoDay(_ milliseconds: Int64) -> String {
    Date(timeIntervalSince1970: Double(milliseconds) / 1000).formatted(.iso8601.year().month().day())
}
