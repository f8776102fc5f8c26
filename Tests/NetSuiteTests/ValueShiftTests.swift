import NetSuite
import Records
import Testing

/// A comma in a value, and an empty field at the row's end that hides it.
@Suite struct ValueShiftTests {
    private static let header = "giftCardNumber,shippedDate,price,orderId,shopifyOrderNumber,shopifyCustomerNumber"

    private func first(_ text: String) throws -> GiftCardFulfillmentReader<BytesSource>.Element? {
        var reader = try GiftCardFulfillmentReader(BytesSource(text))
        return try reader.next()
    }

    private func issue(_ text: String) throws -> RowIssue? {
        if case .issue(_, let issue)? = try first(text) { issue } else { nil }
    }

    @Test(arguments: ["50,75", "50,5", "1,000", "1,000.00", "50, 75", " 1,000.5", "1,0"])
    func `a guest's row whose value has a comma is none of a smaller value`(_ value: String) throws {
        for last in [",1200345,5550000000101,", ",1200345,null,", ",1200345,5550000000101,,,"] {
            #expect(try issue("\(Self.header)\nabcd1234,3/16/2026,\(value)\(last)\n") == .commaInValue, "\(last)")
        }
        #expect(try issue("\(Self.header),\nabcd1234,3/16/2026,\(value),1200345,5550000000101,\n") == .commaInValue)
    }

    @Test func `a customer's row whose value has a comma has a field too many`() throws {
        let row = "abcd1234,3/16/2026,50,75,1200345,5550000000101,77"
        #expect(try issue("\(Self.header)\n\(row)\n") == .record(.fieldCount(expected: 6, found: 7)))
        #expect(try issue("\(Self.header),\n\(row)\n") == .record(.textWithoutColumn(7)))
        #expect(try issue("\(Self.header),\n\(row),\n") == .record(.textWithoutColumn(7)))
    }

    @Test(arguments: [
        "abcd1234,3/16/2026,50,1200345,5550000000101,", "abcd1234,3/16/2026,50,1200345,5550000000101,77,",
        "abcd1234,3/16/2026,50.75,1200345,5550000000101,,,",
        "abcd1234,3/16/2026,50,1,2,3,", "abcd1234,3/16/2026,50,,5550000000101,77,,",
        "abcd1234,3/16/2026,50,null,5550000000101,77,",
        "abcd1234,3/16/2026,50,75,1200345,5550000000101", "abcd1234,3/16/2026,50,,,,,,",
    ])
    func `any other row with or without empty fields too many is a row`(_ row: String) throws {
        #expect(try issue("\(Self.header)\n\(row)\n") == nil)
    }

    @Test(arguments: [
        ("giftCardNumber,price,quantity,orderId", "abcd1234,50,12,1200345,"),
        ("price,orderId,giftCardNumber", "50,12,12345678,"),
        ("giftCardNumber,price", "abcd1234,50,"),
    ])
    func `where a few digits may stand after the value nothing is said`(_ header: String, _ row: String) throws {
        #expect(try issue("\(header)\n\(row)\n") == nil)
    }

    @Test func `rows that are read as before empty fields meant nothing are read so`() throws {
        let text = "\(Self.header),\nabcd1234,d,50,75,1200345,5550000000101,\n,,,,,,\nabcd1235,d,50,75,1,2,3\n"
        var reader = try GiftCardFulfillmentReader(BytesSource(text), emptyFields: .fields)
        var prices: [String?] = []
        while case .row(let row)? = try reader.next() { prices.append(row.price) }
        #expect(prices == ["50", nil, "50"])
    }
}
