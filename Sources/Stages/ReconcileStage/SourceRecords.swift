import Commerce
import NetSuite
import Records

/// The records of a source file, to be written back, with their codes masked or as they are.
struct SourceRecords<Source: ByteSource> {
    private var records: CSVReader<Source>
    private let codeColumn: Int?
    private let codePrefix: String

    init(_ source: Source, format: RejectsFormat) throws {
        var csv = CSVFormat()
        csv.quoting = format.quoting
        records = try CSVReader(source, format: csv)
        codeColumn = records.column("giftCardNumber")
        codePrefix = format.codePrefix
    }

    var header: [String] { records.header }

    /// The fields of a line, its code masked wherever it stands; empty ones where the fields could not be told apart,
    /// for then nobody knows which of them is the code.
    mutating func masked(line: Int) throws -> [String] {
        while let record = try records.next(), record.line <= line {
            guard record.line == line else { continue }
            guard record.issue == nil, let codeColumn else { break }
            let code = record.text(codeColumn)
            let written = present(code)
            return (0..<record.count).map { index in
                let text = record.text(index)
                guard index != codeColumn else {
                    return written == nil ? code : GiftCardCode.masked(code, prefix: codePrefix)
                }
                let hides = GiftCardCode.mayStand(
                    in: text,
                    besides: written,
                    // The row was not accepted, so its code may well stand in the wrong column.
                    isReadable: false,
                    prefix: codePrefix
                )
                return hides ? "…" : text
            }
        }
        return header.map { _ in "" }
    }

    /// The fields of a line as they are; none where they could not be told apart.
    mutating func clear(line: Int) throws -> [String] {
        while let record = try records.next(), record.line <= line {
            if record.line == line { return record.texts }
        }
        return []
    }
}
