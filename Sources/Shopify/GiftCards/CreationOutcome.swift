public import Commerce

/// A card that Shopify says it made.
public struct CreatedCard: Sendable, Hashable {
    /// The card's id: `gid://shopify/GiftCard/1`.
    public let id: String
    /// The last four characters of its code, in lower case.
    public let lastCharacters: String
    /// Its note, which holds the row's marker.
    public let note: String?
    /// What it is worth; never `nil` in what was read from an answer.
    public let amount: Money?

    /// Makes a card.
    public init(id: String, lastCharacters: String, note: String?, amount: Money?) {
        self.id = id
        self.lastCharacters = lastCharacters
        self.note = note
        self.amount = amount
    }
}

/// How an attempt to make one card ended; a bulk file's result line and the answer to a single call are told apart by the same rules.
public enum CreationOutcome: Sendable, Hashable {
    /// The card exists.
    case created(CreatedCard)
    /// Shopify made no card, and says why.
    case refused([UserError])
    /// There is a card with this code; whose, only a look-up can tell.
    case taken
    /// The card may exist or not: the shop must be asked.
    case unknown(reason: String)
    /// Shopify made no card, since the app may not.
    case denied(reason: String)
}
