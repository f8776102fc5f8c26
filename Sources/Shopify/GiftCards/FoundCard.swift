public import Commerce

/// A card that the shop has, as a look-up finds it.
public struct FoundCard: Sendable, Hashable {
    /// The card's id: `gid://shopify/GiftCard/1`.
    public let id: String
    /// The last four characters of its code, in lower case.
    public let lastCharacters: String
    /// Its note.
    public let note: String?
    /// Whether it can be used, as far as nobody has deactivated it.
    public let isEnabled: Bool
    /// The day it ends, `2027-11-21`, or `nil` if never.
    public let expiresOn: String?
    /// When it was deactivated, in Shopify's text.
    public let deactivatedAt: String?
    /// What it was worth when it was made; `nil` if Shopify's amount cannot be read.
    public let amount: Money?

    /// Makes a card.
    public init(
        id: String,
        lastCharacters: String,
        note: String?,
        isEnabled: Bool,
        expiresOn: String?,
        deactivatedAt: String?,
        amount: Money?
    ) {
        self.id = id
        self.lastCharacters = lastCharacters
        self.note = note
        self.isEnabled = isEnabled
        self.expiresOn = expiresOn
        self.deactivatedAt = deactivatedAt
        self.amount = amount
    }
}
