/// What kind of thing an item is; each kind has its own keys.
public enum ItemKind: String, Sendable {
    case giftCard = "gift-card"
}

/// How a keyed item is found again: its kind, the shop's own domain, and the keyed hash of its code.
public struct ItemKey: Hashable, Sendable {
    /// What kind of thing it is.
    public var kind: ItemKind
    /// The shop's own `myshopify.com` domain.
    public var shop: String
    /// 16 bytes.
    public var hash: [UInt8]

    /// Names an item.
    public init(kind: ItemKind, shop: String, hash: [UInt8]) {
        self.kind = kind
        self.shop = shop
        self.hash = hash
    }
}

/// Where an item stands: `planned → submitted → active | refused | unknown | conflict`, or `planned → in-feed` where a pipeline ends with a feed.
public enum ItemState: String, Sendable {
    case planned, submitted, active, refused, unknown
    case inFeed = "in-feed"
    /// It was made and is not as its row says: nobody takes it any more.
    case conflict
}

/// A thing that must happen once at most, over all files, runs and workers: a gift card of a shop.
public struct Item: Sendable, Equatable {
    /// How it is found again.
    public var key: ItemKey
    /// Where it stands.
    public var state: ItemState
    /// How often it has been taken; a change names the attempt that it belongs to.
    public var attempt: Int
    /// The run that holds it, or that made it.
    public var run: RunID
    /// The line of that run's source.
    public var line: Int
    /// In the currency's smallest units.
    public var value: Int64
    /// The Shopify id of the card, once known.
    public var cardID: String?
    /// Milliseconds since 1970.
    public var updatedAt: Int64

    /// Describes an item.
    public init(
        key: ItemKey,
        state: ItemState,
        attempt: Int,
        run: RunID,
        line: Int,
        value: Int64,
        cardID: String? = nil,
        updatedAt: Int64
    ) {
        self.key = key
        self.state = state
        self.attempt = attempt
        self.run = run
        self.line = line
        self.value = value
        self.cardID = cardID
        self.updatedAt = updatedAt
    }
}
