public import Commerce
public import Ledgers

extension FoundCard {
    /// The row that it was made from, as its note tells.
    public var marker: RowMarker? { note.flatMap(RowMarker.init(in:)) }
}

extension [FoundCard] {
    /// The card that was made from the row which asked for this one; of several, the one that is as it was asked for.
    public func made(as expected: ExpectedCard) -> FoundCard? {
        let ours = filter { $0.marker == expected.marker }
        return ours.first { expected.match($0) == .same } ?? ours.first
    }
}

extension Ledger {
    /// The cards of which it is not known that they have another code than this row.
    ///
    /// A dropped feed may name the line of a card that was made with another code, one that was corrected since: its marker is then this row's too.
    public func withoutOtherCodes(_ found: [FoundCard], than row: Row) async throws -> [FoundCard] {
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
