import NetSuite
import Records
import Testing

@Suite struct GiftCardFulfillmentReaderTests {
    private static let header = "giftCardNumber,shippedDate,price,orderId,shopifyOrderNumber,shopifyCustomerNumber\n"

    @Test func `a row has the fields of its columns, as written`() throws {
        let rows = try read(Self.header + "ABCD-1234,11/20/2026,25.00,1200345,5550000000101,77\n").rows
        #expect(
            rows == [
                row(
                    2,
                    "ABCD-1234",
                    "25.00",
                    shipped: "11/20/2026",
                    order: "1200345",
                    shopify: "5550000000101",
                    customer: "77"
                )
            ]
        )
    }

    @Test(arguments: [
        "price,shopifyCustomerNumber,giftCardNumber,shopifyOrderNumber,orderId,shippedDate\n25,77,abcd1234,555,120,d\n",
        "shopifyCustomerNumber,shopifyOrderNumber,orderId,price,shippedDate,giftCardNumber\r\n77,555,120,25,d,abcd1234\r\n",
        "\u{FEFF}giftCardNumber,price,orderId,shippedDate,shopifyOrderNumber,shopifyCustomerNumber\nabcd1234,25,120,d,555,77",
    ])
    func `columns are known by their names, in any order`(_ text: String) throws {
        #expect(
            try read(text).rows == [
                row(2, "abcd1234", "25", shipped: "d", order: "120", shopify: "555", customer: "77")
            ]
        )
    }

    @Test func `unknown columns are passed over`() throws {
        let rows = try read("memo,giftCardNumber,,price,x\nnull,abcd1234, ,25,y\n").rows
        #expect(rows == [row(2, "abcd1234", "25")])
    }

    @Test func `columns that may be missing are missing values`() throws {
        #expect(try read("giftCardNumber,price\nabcd1234,25\n").rows == [row(2, "abcd1234", "25")])
    }

    @Test(arguments: [
        ("orderId\n1\n", ["giftCardNumber", "price"]), ("giftCardNumber,orderId\na,b\n", ["price"]),
        ("price\n25\n", ["giftCardNumber"]),
        ("giftcardnumber,Price\na,b\n", ["giftCardNumber", "price"]),
        (" giftCardNumber,price\na,b\n", ["giftCardNumber"]),
        ("giftCardNumber;price\na;b\n", ["giftCardNumber", "price"]), ("abcd1234,25\n", ["giftCardNumber", "price"]),
    ])
    func `a header without a needed column is refused, and the columns named`(_ text: String, _ names: [String]) throws
    {
        let error = #expect(throws: MissingColumns.self) { try read(text) }
        #expect(error?.names == names)
    }

    @Test(arguments: [
        ("giftCardNumber\na\n", "line 1: the header has no column 'price'"),
        ("orderId\n1\n", "line 1: the header has no column 'giftCardNumber' and no column 'price'"),
    ])
    func `missing columns are told in words`(_ text: String, _ words: String) {
        let error = #expect(throws: MissingColumns.self) { try read(text) }
        #expect(error?.description == words)
    }

    @Test(arguments: [
        ("", CSVError.Code.empty), ("\n\n", .empty), ("giftCardNumber,price,price\n", .duplicateColumn),
    ])
    func `a header that can't be read is a fault of the file`(_ text: String, _ code: CSVError.Code) {
        let error = #expect(throws: CSVError.self) { try read(text) }
        #expect(error?.code == code)
    }

    @Test(arguments: ["", " ", "null", "NULL", "Null", "undefined", "Undefined", " undefined "], 0..<6)
    func `what stands for nothing is missing in every column`(_ nothing: String, _ column: Int) throws {
        var fields = ["abcd1234", "d", "25", "120", "555", "77"]
        fields[column] = nothing
        let rows = try read(Self.header + fields.joined(separator: ",") + "\n").rows
        let values = fields.enumerated().map { $0 == column ? nil : $1 }
        #expect(rows == [Expected(["2", values[0], values[2], values[1], values[3], values[4], values[5]])])
    }

    @Test func `a row with the wrong number of fields is an issue, and the others go on`() throws {
        let read = try read("giftCardNumber,price\na1,1\na2\na3,3,3\n\na4,4\n")
        #expect(read.rows == [row(2, "a1", "1"), row(6, "a4", "4")])
        #expect(read.issues.map(\.line) == [3, 4])
        let issues = [CSVIssue.fieldCount(expected: 2, found: 1), .fieldCount(expected: 2, found: 3)]
        #expect(read.issues.map(\.issue) == issues.map { .record($0) })
    }

    @Test func `a stray quote costs nothing, for NetSuite never quotes`() throws {
        let rows = try read("giftCardNumber,price\n\"a1,1\na\"2\",2\n").rows
        #expect(rows == [row(2, "\"a1", "1"), row(3, "a\"2\"", "2")])
    }

    @Test func `where the pipeline says that quotes are RFC 4180's a field may hold a comma`() throws {
        let rows = try read("giftCardNumber,price\n\"a1\",\"1,5\"\n", quoting: .rfc4180).rows
        #expect(rows == [row(2, "a1", "1,5")])
    }

    @Test func `bytes that are not UTF-8 are a fault of the file`() throws {
        var reader = try GiftCardFulfillmentReader(
            BytesSource(Array("giftCardNumber,price\n".utf8) + [0xE9, 0x2C, 0x31, 0x0A])
        )
        let error = #expect(throws: CSVError.self) { try reader.next() }
        #expect(error?.code == .notUTF8)
    }

    @Test(arguments: [("giftCardNumber,price\na,1\n", true), ("giftCardNumber,price\na,1", false)])
    func `whether the last line ends is known behind it`(_ text: String, _ ends: Bool) throws {
        var reader = try GiftCardFulfillmentReader(BytesSource(text))
        while try reader.next() != nil {}
        #expect(reader.endsWithLineBreak == ends)
    }

    @Test func `the header and the column of the code are told`() throws {
        let reader = try GiftCardFulfillmentReader(BytesSource("price,giftCardNumber,x\n"))
        #expect(reader.header == ["price", "giftCardNumber", "x"])
        #expect(reader.codeColumn == 1)
    }

    // MARK: -

    private func read(
        _ text: String,
        quoting: CSVFormat.Quoting = .singleLine
    ) throws -> (rows: [Expected], issues: [(line: Int, issue: RowIssue)]) {
        var reader = try GiftCardFulfillmentReader(BytesSource(text, chunk: 5), quoting: quoting)
        var (rows, issues): ([Expected], [(line: Int, issue: RowIssue)]) = ([], [])
        while let element = try reader.next() {
            switch element {
            case .row(let row): rows.append(Expected(row))
            case .issue(let line, let issue): issues.append((line, issue))
            }
        }
        return (rows, issues)
    }

    private func row(
        _ line: Int,
        _ code: String,
        _ price: String,
        shipped: String? = nil,
        order: String? = nil,
        shopify: String? = nil,
        customer: String? = nil
    ) -> Expected {
        Expected([String(line), code, price, shipped, order, shopify, customer])
    }
}

/// A row as its line and fields, in one order.
private struct Expected: Equatable {
    var fields: [String?]

    init(_ fields: [String?]) { self.fields = fields }

    init(_ row: GiftCardFulfillment) {
        fields = [
            String(row.line), row.giftCardNumber, row.price, row.shippedDate, row.orderID, row.shopifyOrder,
            row.shopifyCustomer,
        ]
    }
}
