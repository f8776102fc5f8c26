/// A CSV file (RFC 4180, UTF-8) read whole, by a reader that has nothing in common with Dropline's.
public struct CSVTable: Sendable, Equatable {
    /// The names of the columns.
    public let header: [String]
    /// The rows, each by its columns' names.
    public let rows: [[String: String]]
    /// All records as they stand, the header first.
    public let records: [[String]]

    /// Parses a text.
    public init(parsing text: String) throws {
        let records = try Self.parse(text)
        guard let header = records.first else { throw SupportError("the CSV file has no header") }
        for record in records where record.count != header.count {
            throw SupportError("a record has \(record.count) fields, the header \(header.count): \(record)")
        }
        self.header = header
        self.records = records
        rows = records.dropFirst().map { Dictionary(zip(header, $0), uniquingKeysWith: { $1 }) }
    }

    /// A column from the first row to the last.
    public func column(_ name: String) -> [String] { rows.map { $0[name] ?? "?" } }

    /// The row of a line of the source.
    public func row(line: Int) -> [String: String]? { rows.first { $0["line"] == String(line) } }

    private static func parse(_ text: String) throws -> [[String]] {
        var records: [[String]] = []
        var record: [String] = []
        var field: [UInt8] = []
        var isQuoted = false
        var bytes = Array(text.utf8)[...]
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "\"") where isQuoted && bytes.first == UInt8(ascii: "\""):
                bytes.removeFirst()
                field.append(byte)
            case UInt8(ascii: "\"") where isQuoted || field.isEmpty:
                isQuoted.toggle()
            case UInt8(ascii: ",") where !isQuoted:
                record.append(String(decoding: field, as: UTF8.self))
                field = []
            case UInt8(ascii: "\n") where !isQuoted:
                records.append(record + [String(decoding: field, as: UTF8.self)])
                (record, field) = ([], [])
            default: field.append(byte)
            }
        }
        guard record.isEmpty, field.isEmpty, !isQuoted else {
            throw SupportError("the CSV file is cut: \(text.suffix(80))")
        }
        return records
    }
}
