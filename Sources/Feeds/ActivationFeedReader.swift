import Commerce
public import Records

/// Reads an activation feed as a stream, card by card, whatever the order of its members within a card.
public struct ActivationFeedReader<Source: ByteSource> {
    /// The head of the feed.
    public let header: FeedHeader
    /// What the feed says that it holds; known after its last card, and `nil` where it says nothing.
    public private(set) var totals: WrittenTotals?
    private var json: JSONReader<Source>
    private var isInCards = true

    /// Reads the head, up to the first card; a byte order mark before it is passed over.
    ///
    /// Throws `JSONError`, and `FeedError` for a document that is not an activation feed of version 1.
    public init(_ source: Source) throws {
        json = JSONReader(source, mayHaveMark: true)
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

    /// The next card, or `nil` after the last one; the document is then read to its end, for it may be cut there too.
    ///
    /// Of its code the form alone is looked at: whoever takes cards from a feed that was dropped reads its entries.
    public mutating func next() throws -> FeedCard? {
        try nextEntry().map(card)
    }

    fileprivate func card(_ entry: FeedEntry) throws -> FeedCard {
        let line = entry.line
        guard let code = entry[.giftCardNumber], let value = entry[.initialValue] else {
            throw FeedError("the card of line \(line) lacks its code or its value")
        }
        do {
            return entry.card(
                code: try GiftCardCode(accepted: code),
                value: try Money(value: value, in: header.currency)
            )
        } catch let fault as GiftCardCode.Fault {
            throw FeedError("the card of line \(line): \(fault.rawValue)")
        } catch let fault as Money.Fault {
            throw FeedError("the card of line \(line): \(fault.rawValue)")
        }
    }

    /// The next card as it is written, its code and value unread, or `nil` after the last one; then `totals` is known.
    public mutating func nextEntry() throws -> FeedEntry? {
        guard isInCards else { return nil }
        guard let card = try json.readValue() else {
            isInCards = false
            try readTail()
            return nil
        }
        guard case .number(let line) = card["line"], let line = Int(line), line > 0 else {
            throw FeedError("a card has no 'line'")
        }
        return FeedEntry(line: line, members: card)
    }

    private mutating func readTail() throws {
        while let event = try json.next() {
            guard case .key(let key) = event else { continue }
            guard key == "totals" else {
                try json.skipValue()
                continue
            }
            let value = try json.readValue()
            totals = WrittenTotals(
                rows: value?["rows"]?.integer,
                giftCards: value?["giftCards"]?.integer,
                invalid: value?["invalid"]?.integer,
                value: value?["value"]?.string
            )
        }
    }
}

extension ActivationFeedReader {
    /// The card of a line, cards before it being passed over; `nil` when the feed has none of this line.
    ///
    /// Lines are asked for in ascending order, and only such as the feed is known to have: a card after the line is passed over too.
    /// What is passed over may be no good card.
    public mutating func card(line: Int) throws -> FeedCard? {
        try entry(line: line).map(card)
    }

    /// The same, as it is written.
    public mutating func entry(line: Int) throws -> FeedEntry? {
        while let entry = try nextEntry(), entry.line <= line {
            if entry.line == line { return entry }
        }
        return nil
    }
}

/// Why a document is not an activation feed that can be read.
public struct FeedError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, without any code.
    public let description: String

    /// Describes a fault.
    public init(_ description: String) { self.description = description }
}
