import Commerce
import Feeds
import Records

/// The cards of an activation feed, to be written back, with their codes masked or as they are.
struct FeedRecords<Source: ByteSource>: WritableRecords {
    private var feed: ActivationFeedReader<Source>
    private var codes: FileCodes

    init(_ source: @escaping () throws -> Source) throws {
        feed = try ActivationFeedReader(try source())
        codes = .ofFeed(source)
    }

    /// The feed's head.
    var head: FeedHeader { feed.header }

    let header = FeedEntry.Field.allCases.map(\.rawValue)

    mutating func masked(line: Int) throws -> [String] {
        guard let entry = try feed.entry(line: line) else { return header.map { _ in "" } }
        return FeedEntry.Field.allCases.map { masked($0, of: entry) ?? "" }
    }

    /// The text of a member, a card's code masked wherever it stands, the entry's own or another's.
    mutating func masked(_ field: FeedEntry.Field, of entry: FeedEntry) -> String? {
        guard let text = entry[field] else { return nil }
        guard field != .giftCardNumber else { return GiftCardCode.masked(text) }
        // The card was not accepted, so its code may well stand in the wrong member.
        let hides = GiftCardCode.mayStand(in: text, besides: entry[.giftCardNumber], isReadable: false, prefix: "")
        return hides || codes.stand(in: text) ? "…" : text
    }

    /// The card of a line; `nil` where there is none.
    mutating func entry(line: Int) throws -> FeedEntry? { try feed.entry(line: line) }
}

/// Rejected cards as an activation feed, with the head of the one that they came from and totals of their own.
struct FeedRejects<Sink: ByteSink, Source: ByteSource>: RejectsFile {
    private var feed: ActivationFeedWriter<Sink>
    private var records: FeedRecords<Source>
    private let reveal: Bool
    private var cards = 0
    private var units: Int64 = 0

    init(_ sink: Sink, _ records: FeedRecords<Source>, reveal: Bool) throws {
        self.records = records
        self.reveal = reveal
        feed = try ActivationFeedWriter(sink, header: records.head)
    }

    mutating func write(line: Int) throws {
        guard let entry = try records.entry(line: line) else { return }
        let texts = FeedEntry.Field.allCases.map { field in
            (field, reveal ? entry[field] : records.masked(field, of: entry))
        }
        try feed.write(line: line, texts)
        cards += 1
        if let value = entry[.initialValue], let money = try? Money(value: value, in: records.head.currency) {
            units += money.minorUnits
        }
    }

    mutating func finish() throws {
        let value = Money(minorUnits: units, currency: records.head.currency)
        _ = try feed.finish(FeedTotals(rows: cards, giftCards: cards, invalid: 0, value: value))
    }
}
