/// What is wrong with one record; the others go on.
///
/// Its text never holds anything of the record, which may carry a card's code.
public enum CSVIssue: Sendable, Equatable, CustomStringConvertible {
    /// The record has fewer fields than the header, or text in more; it carries those that it has.
    case fieldCount(expected: Int, found: Int)
    /// Text stands under a column without a name, counted from 1, so that those beside it may stand in the wrong column too; the record carries its fields.
    case textWithoutColumn(Int)
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
        case .textWithoutColumn(let column):
            "the row has text in field \(column), where the header has no name; the other fields may have been shifted"
        case .unterminatedQuote: "a quote is opened and never closed"
        case .textAfterQuote: "text follows a closing quote"
        case .fieldTooLong(let limit): "a field is longer than \(limit) bytes"
        case .recordTooLong(let limit): "the row is longer than \(limit) bytes"
        }
    }
}
