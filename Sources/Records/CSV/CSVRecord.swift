/// One record of a CSV file: its line and its fields, unescaped.
///
/// A record owns its bytes: keeping one keeps nothing else of the file. It may hold a card's code: what describes it shows its line only.
public struct CSVRecord: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The physical line on which the record begins; the file's first line is 1, and line breaks inside quoted fields count.
    public let line: Int

    /// What is wrong with the record, if anything.
    ///
    /// A record with `.fieldCount` or `.textWithoutColumn` carries the fields that it has; with any other issue it has none, since where one ends can't be
    /// told.
    public internal(set) var issue: CSVIssue?

    /// The unescaped fields with one byte between each two.
    private let bytes: [UInt8]
    /// Where each field ends in `bytes`.
    private let ends: [Int]

    init(line: Int, issue: CSVIssue?, bytes: [UInt8] = [], ends: [Int] = []) {
        self.line = line
        self.issue = issue
        self.bytes = bytes
        self.ends = ends
    }

    /// How many fields the record has, empty ones beyond the header's columns included.
    public var count: Int { ends.count }

    /// The bytes of a field, counted from 0, always UTF-8; an index beyond the record's fields gives none.
    public subscript(index: Int) -> ArraySlice<UInt8> {
        guard ends.indices.contains(index) else { return [] }
        return bytes[(index == 0 ? 0 : ends[index - 1] + 1)..<ends[index]]
    }

    /// The text of a field, counted from 0; an index beyond the record's fields gives the empty text.
    public func text(_ index: Int) -> String {
        String(decoding: self[index], as: UTF8.self)
    }

    /// Whether nothing but white space stands in a field, counted from 0.
    public func isEmpty(_ index: Int) -> Bool {
        let field = self[index]
        guard let first = field.first(where: { !Byte.isBlank($0) }) else { return true }
        // White space beyond ASCII.
        return first >= 0x80 && text(index).unicodeScalars.allSatisfy(\.properties.isWhitespace)
    }

    /// Whether nothing but white space stands in any field.
    var isEmpty: Bool {
        // Nearly every record begins with a letter or a digit.
        if let first = bytes.first, first < 0x80, first != Byte.comma, !Byte.isBlank(first) { return false }
        return ends.indices.allSatisfy(isEmpty)
    }

    /// The record's line, and nothing of its fields.
    public var description: String { "the record of line \(line), \(count) fields" }
    /// The record's line, and nothing of its fields.
    public var debugDescription: String { description }
    /// A mirror of the line alone.
    public var customMirror: Mirror { Mirror(self, children: ["line": line]) }

    /// The texts of all fields.
    public var texts: [String] { ends.indices.map(text) }
}
