import Commerce
import Ledgers
import NetSuite
import Pipelines
import Records

/// The values of a NetSuite file's rows, with their lines.
struct RowValues<Source: ByteSource> {
    private var rows: GiftCardFulfillmentReader<Source>

    init(_ rows: GiftCardFulfillmentReader<Source>) { self.rows = rows }

    /// The next row's line, and its value as it is written, or `nil` after the last one.
    mutating func next() throws -> (line: Int, text: String?)? {
        switch try rows.next() {
        case nil: nil
        case .row(let row): (row.line, row.price)
        case .issue(let line, _): (line, nil)
        }
    }
}

extension Reports {
    /// Whether each recorded row is the source's row of that line, by the rules of reading that hold now or by those before.
    ///
    /// Until empty fields meant nothing, a record of them was an invalid row, one with empty fields too many was invalid, and one with text under no name was
    /// none. A run may have been begun by such a version, and rows of it were perhaps read again since.
    func fitsFormerReading(_ currency: Currency) async throws -> Bool {
        guard case .giftCardFulfillment(_, let quoting) = form else { return false }
        func values(_ emptyFields: CSVFormat.EmptyFields) throws -> RowValues<some ByteSource> {
            RowValues(
                try GiftCardFulfillmentReader(try context.open(source), quoting: quoting, emptyFields: emptyFields)
            )
        }
        func units(_ text: String?) -> Int64 { (try? Money(value: text ?? "", in: currency))?.minorUnits ?? 0 }
        var (former, present) = (try values(.fields), try values(.nothing))
        var recorded = RowPages(context: context)
        var (row, now) = (try await recorded.next(), try present.next())
        // Where a record is a row now, it was one before.
        while let then = try former.next() {
            let isRow = now?.line == then.line
            if row?.line == then.line {
                guard [units(then.text), units(isRow ? now?.text : then.text)].contains(row?.value ?? 0) else {
                    return false
                }
                row = try await recorded.next()
            } else if isRow {
                return false
            }
            if isRow { now = try present.next() }
        }
        return row == nil && now == nil
    }
}
