/// A fault of a whole CSV file, after which nothing more of it can be read.
///
/// What is wrong with one record is no error: it is the record's `CSVIssue`. Neither holds anything of the file's content.
public struct CSVError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Which fault it is, as a stable word.
    public enum Code: String, Sendable, CaseIterable {
        /// The file holds no header: zero bytes, or a byte order mark and blank lines at most.
        case empty
        /// A line is not UTF-8.
        case notUTF8 = "not-utf8"
        /// A line holds a NUL byte.
        case nulByte = "nul-byte"
        /// Two columns of the header have the same name; nameless columns may repeat.
        case duplicateColumn = "duplicate-column"
        /// The header, or one of its names, is longer than the format allows.
        case headerTooLong = "header-too-long"
        /// The quotes of the header do not fit together.
        case unreadableHeader = "unreadable-header"
    }

    /// Which fault it is.
    public let code: Code
    /// The physical line of the file, counted from 1.
    public let line: Int
    /// The column in question, counted from 1, where there is one.
    public let column: Int?

    /// Makes an error.
    public init(_ code: Code, line: Int, column: Int? = nil) {
        self.code = code
        self.line = line
        self.column = column
    }

    /// The fault and its line, in words.
    public var description: String {
        let place = column.map { "line \(line), column \($0)" } ?? "line \(line)"
        return switch code {
        case .empty: "the file is empty: it has no header"
        case .notUTF8: "\(place): not UTF-8; the file may have another encoding, or be no text"
        case .nulByte: "\(place): a NUL byte; the file is damaged, or no text"
        case .duplicateColumn: "\(place): the header has an earlier column of the same name"
        case .headerTooLong: "\(place): the header is longer than allowed"
        case .unreadableHeader: "\(place): the quotes of the header do not fit together"
        }
    }
}
