public import Records

/// Reads NetSuite's gift card fulfillment CSV row by row, columns by their names in any order.
///
/// `giftCardNumber,shippedDate,price,orderId,shopifyOrderNumber,shopifyCustomerNumber` is the header that NetSuite writes; `giftCardNumber` and
/// `price` must be there, the others may be missing, and unknown ones are ignored.
public struct GiftCardFulfillmentReader<Source: ByteSource> {
    /// A row, or why it can't be read.
    public enum Element: Sendable {
        case row(GiftCardFulfillment)
        case issue(line: Int, CSVIssue)
    }

    private var records: CSVReader<Source>
    private let giftCardNumber: Int
    private let price: Int
    private let shippedDate: Int?
    private let orderID: Int?
    private let shopifyOrder: Int?
    private let shopifyCustomer: Int?

    /// Reads the header.
    ///
    /// Throws `CSVError`, and `MissingColumns` for a header without a needed column.
    public init(_ source: Source, quoting: CSVFormat.Quoting = .singleLine) throws {
        var format = CSVFormat()
        format.quoting = quoting
        records = try CSVReader(source, format: format)
        guard let giftCardNumber = records.column("giftCardNumber"), let price = records.column("price") else {
            throw MissingColumns(names: ["giftCardNumber", "price"].filter { [records] in records.column($0) == nil })
        }
        self.giftCardNumber = giftCardNumber
        self.price = price
        shippedDate = records.column("shippedDate")
        orderID = records.column("orderId")
        shopifyOrder = records.column("shopifyOrderNumber")
        shopifyCustomer = records.column("shopifyCustomerNumber")
    }

    /// The names of the columns, in the file's order.
    public var header: [String] { records.header }

    /// Whether the file's last line ends with a line break; known behind the last row.
    public var endsWithLineBreak: Bool { records.endsWithLineBreak }

    /// The index of the column that holds the code.
    public var codeColumn: Int { giftCardNumber }

    /// The next row or issue, or `nil` behind the last one.
    public mutating func next() throws -> Element? {
        guard let record = try records.next() else { return nil }
        if let issue = record.issue { return .issue(line: record.line, issue) }
        func text(_ column: Int?) -> String? { column.flatMap { present(record.text($0)) } }
        return .row(
            GiftCardFulfillment(
                line: record.line,
                giftCardNumber: text(giftCardNumber),
                price: text(price),
                shippedDate: text(shippedDate),
                orderID: text(orderID),
                shopifyOrder: text(shopifyOrder),
                shopifyCustomer: text(shopifyCustomer)
            )
        )
    }
}

/// A header that lacks columns which nothing can be done without.
public struct MissingColumns: Error, Sendable, Equatable, CustomStringConvertible {
    /// The missing names.
    public let names: [String]

    /// What is missing, in words.
    public var description: String {
        "line 1: the header has no column \(names.map { "'\($0)'" }.joined(separator: " and no column "))"
    }
}
