import Commerce
import Feeds
import Records
import Testing

/// A feed as values, and as the bytes that the writer makes of it.
struct SampleFeed: Equatable {
    var header: FeedHeader
    var cards: [FeedCard]
    var invalid = 0

    func written() throws -> [UInt8] {
        var writer = try ActivationFeedWriter(BytesSink(), header: header)
        for card in cards { try writer.write(card) }
        let value = Money(minorUnits: cards.reduce(0) { $0 + $1.value.minorUnits }, currency: header.currency)
        let totals = FeedTotals(rows: cards.count + invalid, giftCards: cards.count, invalid: invalid, value: value)
        return try writer.finish(totals).bytes
    }

    /// Reads a feed to its end.
    static func read(_ bytes: [UInt8], chunk: Int = 65_536) throws -> SampleFeed {
        var reader = try ActivationFeedReader(BytesSource(bytes, chunk: chunk))
        var cards: [FeedCard] = []
        while let card = try reader.next() { cards.append(card) }
        return SampleFeed(header: reader.header, cards: cards)
    }

    static func read(_ text: String) throws -> SampleFeed { try read(Array(text.utf8)) }

    static func sample(_ cards: [FeedCard] = []) throws -> SampleFeed {
        SampleFeed(
            header: FeedHeader(
                sourceFile: "a.csv",
                sourceDigest: "abcd",
                shop: "example.myshopify.com",
                currency: try #require(Currency("USD"))
            ),
            cards: cards
        )
    }
}

/// A card with the optional values that are given.
func card(
    _ line: Int,
    _ code: String,
    _ value: String,
    in currency: String = "USD",
    netSuite: String? = nil,
    shopify: String? = nil,
    customer: String? = nil,
    shipped: String? = nil
) throws -> FeedCard {
    FeedCard(
        line: line,
        code: try GiftCardCode(reading: code),
        value: try Money(value: value, in: #require(Currency(currency))),
        netSuiteOrder: netSuite,
        shopifyOrder: shopify,
        shopifyCustomer: customer,
        shippedDate: shipped
    )
}

/// The head of a feed in text, up to the bracket that opens its cards.
let head =
    #"{"feed":"gift-card-activation","version":1,"source":{"file":"a.csv","sha256":"abcd"},"#
    + #""shop":"example.myshopify.com","currency":"USD","giftCards":["#

/// What stands behind the cards.
let tail = #"],"totals":{"rows":1,"giftCards":1,"invalid":0,"value":"25.00"}}"#

/// The error that reading a feed ends with.
func fault(_ text: String) -> (any Error)? {
    do {
        _ = try SampleFeed.read(text)
        return nil
    } catch {
        return error
    }
}
