import Commerce
public import Records

/// Writes an activation feed as a stream: one JSON document, one card a line.
///
/// `{"feed":"gift-card-activation","version":1,"source":{"file","sha256"},"shop","currency","giftCards":[…],"totals":{…}}`. A value that is missing
/// is absent, never `"null"`.
public struct ActivationFeedWriter<Sink: ByteSink> {
    private var json: JSONWriter<Sink>

    /// Writes the head of a feed.
    public init(_ sink: Sink, header: FeedHeader) throws {
        json = JSONWriter(sink, layout: .elementPerLine)
        try json.beginObject()
        try json.member("feed", "gift-card-activation")
        try json.key("version")
        try json.number("1")
        try json.key("source")
        try json.beginObject()
        try json.member("file", header.sourceFile)
        try json.member("sha256", header.sourceDigest)
        try json.endObject()
        try json.member("shop", header.shop)
        try json.member("currency", header.currency.code)
        try json.key("giftCards")
        try json.beginArray()
    }

    /// Writes one card; cards come in the order of their lines.
    public mutating func write(_ card: FeedCard) throws {
        try write(
            line: card.line,
            [
                (.giftCardNumber, card.code.secret), (.initialValue, card.value.decimal),
                (.netsuiteOrderId, card.netSuiteOrder), (.shopifyOrderId, card.shopifyOrder),
                (.shopifyCustomerId, card.shopifyCustomer), (.shippedDate, card.shippedDate),
            ]
        )
    }

    /// Writes one card from texts, which may be no good ones: for a person to correct.
    public mutating func write(line: Int, _ texts: [(FeedEntry.Field, String?)]) throws {
        try json.beginObject()
        try json.key("line")
        try json.number(String(line))
        for (field, text) in texts { try json.member(field.rawValue, text) }
        try json.endObject()
    }

    /// Ends the feed.
    public mutating func finish(_ totals: FeedTotals) throws -> Sink {
        try json.endArray()
        try json.key("totals")
        try json.beginObject()
        for (name, number) in [("rows", totals.rows), ("giftCards", totals.giftCards), ("invalid", totals.invalid)] {
            try json.key(name)
            try json.number(String(number))
        }
        try json.member("value", totals.value.decimal)
        try json.endObject()
        try json.endObject()
        json.lineBreak()
        return try json.finish()
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: String, _ text: String?) throws {
        guard let text else { return }
        try key(name)
        try string(text)
    }
}
