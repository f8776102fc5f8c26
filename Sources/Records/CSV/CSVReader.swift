/// Reads records from CSV bytes, one at a time, without holding the file.
///
/// - Shape: UTF-8, with or without a byte order mark; LF, CRLF or CR, mixed too; a header of unique names, then records. Blank lines are
///   skipped but counted. `code,qty⏎a1,4⏎` has the header `["code", "qty"]` and one record, at line 2, with the fields `a1` and `4`. A record in whose
///   fields nothing stands but white space is a blank line too (`CSVFormat.EmptyFields`).
/// - Limits: those of `CSVFormat`; the reader holds one record and one chunk.
/// - Errors: a fault of one record is its `issue`, and reading goes on after it; where its end can't be told, it costs the physical line on
///   which it begins and no other. A fault of the whole file is thrown as `CSVError`. Errors of the source pass through unchanged.
public struct CSVReader<Source: ByteSource> {
    /// The names of the columns, exactly as they stand in the file.
    public let header: [String]
    /// The physical line on which the header begins.
    public let headerLine: Int

    private var source: Source
    private var parser: CSVParser
    private let recordLimit: Int
    private let columns: [String: Int]

    /// Reads the header.
    ///
    /// - Parameters:
    ///   - source: The file's bytes.
    ///   - format: What a quote means, and how long things may be.
    /// - Throws: `CSVError` with any of its codes, and what the source throws.
    public init(_ source: Source, format: CSVFormat = CSVFormat()) throws {
        self.source = source
        parser = CSVParser(format: format)
        recordLimit = format.maximumRecordBytes
        guard let record = try Self.next(&parser, &self.source, limit: recordLimit) else {
            throw CSVError(.empty, line: 1)
        }
        switch record.issue {
        case nil, .fieldCount, .textWithoutColumn: break
        case .fieldTooLong, .recordTooLong: throw CSVError(.headerTooLong, line: record.line)
        case .unterminatedQuote, .textAfterQuote: throw CSVError(.unreadableHeader, line: record.line)
        }
        header = record.texts
        headerLine = record.line
        var columns: [String: Int] = [:]
        for (index, name) in header.enumerated() where !record.isEmpty(index) {
            guard columns.updateValue(index, forKey: name) == nil else {
                throw CSVError(.duplicateColumn, line: record.line, column: index + 1)
            }
        }
        self.columns = columns
        parser.columns = CSVColumns(record)
    }

    /// Whether the last line read so far had its line break; of the whole file, once `next()` has returned `nil`.
    ///
    /// `false` for a file whose last line was perhaps cut off.
    public var endsWithLineBreak: Bool { parser.endsWithLineBreak }

    /// The position of a column in each record; a column without a name can't be asked for.
    public func column(_ name: String) -> Int? { columns[name] }

    /// The next record, or `nil` at the end of the file.
    ///
    /// - Throws: `CSVError` with `.notUTF8` or `.nulByte`, and what the source throws. A record that can't be read is not thrown.
    public mutating func next() throws -> CSVRecord? {
        try Self.next(&parser, &source, limit: recordLimit)
    }

    private static func next(_ parser: inout CSVParser, _ source: inout Source, limit: Int) throws -> CSVRecord? {
        while true {
            switch try parser.step() {
            case .record(let record): return record
            case .end: return nil
            case .needsBytes: try parser.input.pull(from: &source, limit: limit)
            }
        }
    }
}

extension CSVReader: Sendable where Source: Sendable {}
