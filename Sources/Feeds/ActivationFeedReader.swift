import Commerce
public import Records

/// Reads an activation feed as a stream, card by card, whatever the order of its members within a card.
public struct ActivationFeedReader<Source: ByteSource> {
    /// The head of the feed.
    public let header: FeedHeader
    private var json: JSONReader<Source>
    private var isInCards = true

    /// Reads the head, up to the first card.
    ///
    /// Throws `JSONError`, and `FeedError` for a document that is not an activation feed of version 1.
    public init(_ source: Source) throws {
        json = JSONReader(source)
        var kind: String?
        var version: String?
        var file: String?
        var digest: String?
        var shop: String?
        var currency: String?
        var hasCards = false
        guard case .objectStart = try json.next() else { throw FeedError("it is not a JSON object") }
        reading: while let event = try json.next() {
            guard case .key(let key) = event else { break }
            switch key {
            case "feed": kind = try json.readValue()?.string
            case "version": if case .number(let text)? = try json.readValue() { version = text }
            case "source":
                let value = try json.readValue()
                (file, digest) = (value?["file"]?.string, value?["sha256"]?.string)
            case "shop": shop = try json.readValue()?.string
            case "currency": currency = try json.readValue()?.string
            case "giftCards":
                guard case .arrayStart = try json.next() else { throw FeedError("'giftCards' is not an array") }
                hasCards = true
                break reading
            default: try json.skipValue()
            }
        }
        guard kind == "gift-card-activation", version == "1" else {
            throw FeedError("it is not a gift-card-activation feed of version 1")
        }
        guard let file, let digest, let shop, let currency = currency.flatMap(Currency.init) else {
            throw FeedError("'source', 'shop' and 'currency' must stand before 'giftCards'")
        }
        guard hasCards else { throw FeedError("it has no 'giftCards'") }
        header = FeedHeader(sourceFile: file, sourceDigest: digest, shop: shop, currency: currency)
    }

    /// The next card, or `nil` behind the last one; the document is then read to its end, for it may be cut there too.
    public mutating func next() throws -> FeedCard? {
        guard isInCards else { return nil }
        guard let card = try json.readValue() else {
            while try json.next() != nil {}
            isInCards = false
            return nil
        }
        guard case .number(let line) = card["line"], let line = Int(line), line > 0 else {
            throw FeedError("a card has no 'line'")
        }
        guard let code = card["giftCardNumber"]?.string, let value = card["initialValue"]?.string else {
            throw FeedError("the card of line \(line) lacks its code or its value")
        }
        do {
            return FeedCard(
                line: line,
                code: try GiftCardCode(reading: code),
                value: try Money(value: value, in: header.currency),
                netSuiteOrder: card["netsuiteOrderId"]?.string,
                shopifyOrder: card["shopifyOrderId"]?.string,
                shopifyCustomer: card["shopifyCustomerId"]?.string,
                shippedDate: card["shippedDate"]?.string
            )
        } catch let fault as GiftCardCode.Fault {
            throw FeedError("the card of line \(line): \(fault.rawValue)")
        } catch let fault as Money.Fault {
            throw FeedError("the card of line \(line): \(fault.rawValue)")
        }
    }

}

extension ActivationFeedReader {
    /// The card of a line, cards before it being passed over; `nil` when the feed has none of this line.
    ///
    /// Lines are asked for in ascending order, and only such as the feed is known to have: a card behind the line is passed over too.
    public mutating func card(line: Int) throws -> FeedCard? {
        while let card = try next(), card.line <= line {
            if card.line == line { return card }
        }
        return nil
    }
}

/// Why a document is not an activation feed that can be read.
public struct FeedError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, without any code.
    public let description: String

    init(_ description: String) { self.description = description }
}
