import Commerce
import Feeds
import FoundationEssentials
import Ledgers
import Shopify

/// What the cards that a look-up finds can be told to be.
extension [FoundCard] {
    /// Those that may have this card's code.
    ///
    /// The search is fuzzy: the last four characters must be the code's own, and another row of the file has another code.
    func mayBe(_ card: FeedCard, of marker: RowMarker) -> [FoundCard] {
        filter { found in
            guard found.lastCharacters == card.code.lastCharacters else { return false }
            guard let other = found.marker, other.source == marker.source else { return true }
            return other.line == marker.line
        }
    }

    /// The card that was made from this very row.
    func made(from marker: RowMarker) -> FoundCard? { first { $0.marker == marker } }
}

extension Ledger {
    /// The cards of which it is not known that they have another code than this row.
    ///
    /// A dropped feed may name the line of a card that was made with another code, one that was corrected since: its marker is then this row's too.
    func withoutOtherCodes(_ found: [FoundCard], than row: Row) async throws -> [FoundCard] {
        try await read { ledger in
            try found.filter { card in
                try !ledger.places(of: [.cardID(card.id)], limit: 100).contains { place in
                    guard let other = try ledger.row(of: place.run, line: place.line) else { return false }
                    return other.key != nil && other.key != row.key
                }
            }
        }
    }
}

extension FoundCard {
    /// The row that it was made from, as its note tells.
    var marker: RowMarker? { note.flatMap(RowMarker.init(in:)) }

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
