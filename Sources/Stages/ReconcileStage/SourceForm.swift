import Feeds
import NetSuite
public import Records

/// What a pipeline's files are, so that their rows can be counted and written back.
public enum SourceForm: Sendable {
    /// NetSuite's gift card CSV: what may stand before a code, and when a quote counts.
    case giftCardFulfillment(codePrefix: String, quoting: CSVFormat.Quoting)
    /// A dropped activation feed.
    case activationFeed

    /// Whether the source itself is the feed that is sent from.
    var isFeed: Bool {
        if case .activationFeed = self { true } else { false }
    }

    /// Gives the value of each row as it is written; `nil` where it has none.
    func forEachValue(of source: some ByteSource, _ body: (String?) -> Void) throws {
        switch self {
        case .giftCardFulfillment(_, let quoting):
            var values = RowValues(try GiftCardFulfillmentReader(source, quoting: quoting))
            while let value = try values.next() { body(value.text) }
        case .activationFeed:
            var feed = try ActivationFeedReader(source)
            while let entry = try feed.nextEntry() { body(entry[.initialValue]) }
        }
    }

    /// Reads the rows to be written back of a source, which is opened again where it must be looked whether another row's code stands in one.
    func records(of source: @escaping () throws -> some ByteSource) throws -> any WritableRecords {
        switch self {
        case .giftCardFulfillment(let codePrefix, let quoting):
            try CSVRecords(codePrefix: codePrefix, quoting: quoting, source)
        case .activationFeed: try FeedRecords(source)
        }
    }

    /// Begins a file of this form for the rows of a source.
    func file(
        _ sink: some ByteSink,
        of source: @escaping () throws -> some ByteSource,
        reveal: Bool
    ) throws -> any RejectsFile {
        switch self {
        case .giftCardFulfillment(let codePrefix, let quoting):
            try CSVRejects(sink, try CSVRecords(codePrefix: codePrefix, quoting: quoting, source), reveal: reveal)
        case .activationFeed: try FeedRejects(sink, try FeedRecords(source), reveal: reveal)
        }
    }
}

/// The rows of a source as columns, to be written back; lines are asked for in ascending order.
protocol WritableRecords {
    /// The names of the columns.
    var header: [String] { get }
    /// The fields of a line, its code masked wherever it stands.
    mutating func masked(line: Int) throws -> [String]
}

/// A file in the form of a source that is written row by row.
protocol RejectsFile {
    mutating func write(line: Int) throws
    mutating func finish() throws
}
