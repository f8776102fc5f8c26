extension Run {
    /// Whether cards may be held for its rows: it has begun to take them, so that its file can't be put aside any more.
    public var mayHoldCards: Bool { takenAt != nil || shopDomain != nil }

    /// How the card of one of this run's rows is found in the ledger.
    ///
    /// Throws `LedgerError` with `.inconsistent` for a row without a readable code, and before the shop's domain is known.
    public func card(of row: Row) throws -> ItemKey {
        guard let shopDomain, let hash = row.key else {
            throw LedgerError(.inconsistent, "line \(row.line) of run \(id) holds no card")
        }
        return ItemKey(kind: .giftCard, shop: shopDomain, hash: hash)
    }
}
