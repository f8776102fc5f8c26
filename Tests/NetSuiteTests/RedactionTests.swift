import NetSuite
import Records
import Testing

/// Rows hold codes, in whatever column somebody typed them.
@Suite struct RedactionTests {
    @Test func `nothing that describes a row shows a field of it`() throws {
        let text = "giftCardNumber,price,orderId\nabcd1234efgh,50,also abcd1234efgh\n"
        var reader = try GiftCardFulfillmentReader(BytesSource(text))
        var records = try CSVReader(BytesSource(text))
        let (row, record) = (try reader.next(), try records.next())
        var shown = ["\(row as Any)", String(reflecting: row), "\(record as Any)", String(reflecting: [record])]
        shown.append("")
        dump(row, to: &shown[shown.count - 1])
        shown.append("")
        dump([record], to: &shown[shown.count - 1])
        for text in shown {
            #expect(
                !text.contains("abcd1234") && !text.contains("\(UInt8(ascii: "a")), \(UInt8(ascii: "b"))"),
                "\(text)"
            )
        }
        #expect(shown.allSatisfy { $0.contains("2") })
    }
}
