import Commerce
import NetSuite
import Records

/// The records of a CSV, to be written back, with their codes masked or as they are.
struct CSVRecords<Source: ByteSource>: WritableRecords {
    private var records: CSVReader<Source>
    /// A record after the line that was asked for.
    private var pending: CSVRecord?
    private let codeColumn: Int?
    private let codePrefix: String
    private var codes: FileCodes

    init(codePrefix: String, quoting: CSVFormat.Quoting, _ source: @escaping () throws -> Source) throws {
        var csv = CSVFormat()
        csv.quoting = quoting
        codes = .ofFulfillment(prefix: codePrefix, quoting: quoting, source)
        records = try CSVReader(try source(), format: csv)
        codeColumn = records.column("giftCardNumber")
        self.codePrefix = codePrefix
    }

    var header: [String] { records.header }

    /// The fields of a line, its code masked wherever it stands; empty ones where the fields could not be told apart,
    /// for then nobody knows which of them is the code.
    mutating func masked(line: Int) throws -> [String] {
        guard let record = try record(line: line), record.issue == nil, let codeColumn else {
            return header.map { _ in "" }
        }
        let code = record.text(codeColumn)
        let written = present(code)
        return header.indices.map { index in
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
            return hides || codes.stand(in: text) ? "…" : text
        }
    }

    /// The fields of a line as they are; none where they could not be told apart.
    mutating func clear(line: Int) throws -> [String] {
        try record(line: line)?.texts ?? []
    }

    /// The record of a line; `nil` where there is none: an earlier version may have taken a blank line for a row.
    private mutating func record(line: Int) throws -> CSVRecord? {
        if pending == nil { pending = try records.next() }
        while let record = pending, record.line <= line {
            pending = nil
            if record.line == line { return record }
            pending = try records.next()
        }
        return nil
    }
}

/// Rejected rows as the CSV that they came from.
struct CSVRejects<Sink: ByteSink, Source: ByteSource>: RejectsFile {
    private var csv: CSVWriter<Sink>
    private var records: CSVRecords<Source>
    private let reveal: Bool

    init(_ sink: Sink, _ records: CSVRecords<Source>, reveal: Bool) throws {
        self.records = records
        self.reveal = reveal
        // What is to be dropped again is kept as it is; what is only looked at may be opened in a spreadsheet.
        csv = CSVWriter(sink, neutralizesFormulas: !reveal)
        try csv.write(records.header)
    }

    mutating func write(line: Int) throws {
        try csv.write(try reveal ? records.clear(line: line) : records.masked(line: line))
    }

    mutating func finish() throws { _ = try csv.finish() }
}
