import Records

/// Tells rows whose value was written with a comma, `50,75` or `1,000.00`, where an empty last field hides that there is a field too many.
///
/// `code,3/16/2026,50,75,1200345,5550000000101,` is a guest's row of a card of 50.75: the decimals stand under `orderId`, each id under the next column, and
/// what is too many is the customer that a guest doesn't have. A row of a card of 50.00 with an empty field too many has an order's id after its value, and
/// none of so few digits.
struct ValueShift: Sendable {
    private let price: Int
    /// Where the columns with a name end.
    private let named: Int

    /// `nil` where the column after the value is none for an id, so that a few digits may stand there, or where the code may be shifted too.
    init?(code: Int, price: Int, ids: [Int], header: [String]) {
        guard code < price, ids.contains(price + 1) else { return nil }
        self.price = price
        named = (header.lastIndex { !$0.allSatisfy(\.isWhitespace) } ?? -1) + 1
    }

    /// Whether a record without an issue looks so: after whole digits at most three more, perhaps with decimals, then an id, and empty fields after the
    /// columns with a name.
    func isLikely(in record: CSVRecord) -> Bool {
        guard record.count > named else { return false }
        let (value, rest, id) = (trimmed(record, price), trimmed(record, price + 1), trimmed(record, price + 2))
        let parts = rest.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        return isDigits(value, 1...9) && isDigits(parts[0], 1...3)
            && parts.dropFirst().allSatisfy { isDigits($0, 0...9) }
            && isDigits(id, 4...30)
    }

    private func trimmed(_ record: CSVRecord, _ column: Int) -> ArraySlice<UInt8> {
        var text = record[column]
        while text.first == UInt8(ascii: " ") { text.removeFirst() }
        while text.last == UInt8(ascii: " ") { text.removeLast() }
        return text
    }

    private func isDigits(_ text: ArraySlice<UInt8>, _ counts: ClosedRange<Int>) -> Bool {
        counts.contains(text.count) && text.allSatisfy { (0x30...0x39).contains($0) }
    }
}
