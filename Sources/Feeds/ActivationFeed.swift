public import Commerce

/// One card of an activation feed.
public struct FeedCard: Sendable, Equatable {
    /// The row's line in the original source.
    public var line: Int
    /// The card's code, in the form that is sent.
    public var code: GiftCardCode
    /// What the card is worth.
    public var value: Money
    /// The internal id of the NetSuite sales order.
    public var netSuiteOrder: String?
    /// The id of the Shopify order.
    public var shopifyOrder: String?
    /// The id of the Shopify customer; missing for guests.
    public var shopifyCustomer: String?
    /// The source's own text.
    public var shippedDate: String?

    /// Describes a card.
    public init(
        line: Int,
        code: GiftCardCode,
        value: Money,
        netSuiteOrder: String? = nil,
        shopifyOrder: String? = nil,
        shopifyCustomer: String? = nil,
        shippedDate: String? = nil
    ) {
        self.line = line
        self.code = code
        self.value = value
        self.netSuiteOrder = netSuiteOrder
        self.shopifyOrder = shopifyOrder
        self.shopifyCustomer = shopifyCustomer
        self.shippedDate = shippedDate
    }
}

/// What stands at the head of an activation feed.
public struct FeedHeader: Sendable, Equatable {
    /// The original source file's name.
    public var sourceFile: String
    /// The SHA-256 of the original source in hexadecimal digits.
    public var sourceDigest: String
    /// The shop's own domain.
    public var shop: String
    /// The currency of all values.
    public var currency: Currency

    /// Describes a feed.
    public init(sourceFile: String, sourceDigest: String, shop: String, currency: Currency) {
        self.sourceFile = sourceFile
        self.sourceDigest = sourceDigest
        self.shop = shop
        self.currency = currency
    }
}

/// What an activation feed ends with.
public struct FeedTotals: Sendable, Equatable {
    /// Rows of the source.
    public var rows: Int
    /// Cards in the feed.
    public var giftCards: Int
    /// Rows that were never good to be sent.
    public var invalid: Int
    /// What the cards in the feed are worth.
    public var value: Money

    /// Describes totals.
    public init(rows: Int, giftCards: Int, invalid: Int, value: Money) {
        self.rows = rows
        self.giftCards = giftCards
        self.invalid = invalid
        self.value = value
    }
}
