/// What is wrong with one record; the others go on.
///
/// Its text never holds anything of the record, which may carry a card's code.
public enum CSVIssue: Sendable, Equatable, CustomStringConvertible {
    /// The record has more or fewer fields than the header; it carries those that it has.
    case fieldCount(expected: Int, found: Int)
    /// A quote was opened and not closed before the end of the file or the limit of a record; it costs the line it stands on.
    case unterminatedQuote
    /// A closing quote is followed by text; it costs the line on which the record begins.
    case textAfterQuote
    /// A field has more bytes than `CSVFormat.maximumFieldBytes`.
    case fieldTooLong(limit: Int)
    /// The record has more bytes than `CSVFormat.maximumRecordBytes`; it costs the line on which the record begins.
    case recordTooLong(limit: Int)

    /// The issue in words, for the reason column of a rejects file.
    public var description: String {
        switch self {
        case .fieldCount(let expected, let found):
            "the row has \(found) \(found == 1 ? "field" : "fields"), the header has \(expected)"
        case .unterminatedQuote: "a quote is opened and never closed"
        case .textAfterQuote: "text follows a closing quote"
        case .fieldTooLong(let limit): "a field is longer than \(limit) bytes"
        case .recordTooLong(let limit): "the row is longer than \(limit) bytes"
        }
    }
}
