public import Commerce
import Records

/// One card of an activation feed as it is written, before anybody looks whether its code and value are good.
public struct FeedEntry: Sendable {
    /// A member of a card besides its `line`, in the order of a feed.
    public enum Field: String, Sendable, CaseIterable {
        case giftCardNumber, initialValue, netsuiteOrderId, shopifyOrderId, shopifyCustomerId, shippedDate
    }

    /// The row's line in the original source.
    public let line: Int
    private let texts: [Field: String]
    /// Members that are there and are no strings, such as a value written as a number.
    public let notTexts: [Field]

    init(line: Int, members: JSONValue) {
        self.line = line
        var (texts, others): ([Field: String], [Field]) = ([:], [])
        for field in Field.allCases {
            switch members[field.rawValue] {
            case .string(let text): texts[field] = text
            case nil, .null: break
            default: others.append(field)
            }
        }
        (self.texts, notTexts) = (texts, others)
    }

    /// The text of a member; `nil` where it is missing, or no string.
    public subscript(_ field: Field) -> String? { texts[field] }

    /// The card, once its code and value are read.
    public func card(code: GiftCardCode, value: Money) -> FeedCard {
        FeedCard(
            line: line,
            code: code,
            value: value,
            netSuiteOrder: self[.netsuiteOrderId],
            shopifyOrder: self[.shopifyOrderId],
            shopifyCustomer: self[.shopifyCustomerId],
            shippedDate: self[.shippedDate]
        )
    }
}

/// What a feed says that it holds; `nil` for what it does not say.
public struct WrittenTotals: Sendable, Equatable {
    /// Rows of the original source.
    public var rows: Int?
    /// Cards in the feed.
    public var giftCards: Int?
    /// Rows of the original source that were never good to be sent.
    public var invalid: Int?
    /// What the cards in the feed are worth.
    public var value: String?
}
