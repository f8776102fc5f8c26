public import Records

/// Reads NetSuite's gift card fulfillment CSV row by row, columns by their names in any order.
///
/// `giftCardNumber,shippedDate,price,orderId,shopifyOrderNumber,shopifyCustomerNumber` is the header that NetSuite writes; `giftCardNumber` and
/// `price` must be there, the others may be missing, and unknown ones are ignored.
public struct GiftCardFulfillmentReader<Source: ByteSource> {
    /// A row, or why it can't be read.
    public enum Element: Sendable {
        case row(GiftCardFulfillment)
        case issue(line: Int, RowIssue)
    }

    private var records: CSVReader<Source>
    private let giftCardNumber: Int
    private let price: Int
    private let shippedDate: Int?
    private let orderID: Int?
    private let shopifyOrder: Int?
    private let shopifyCustomer: Int?
    private let shift: ValueShift?

    /// Reads the header.
    ///
    /// Throws `CSVError`, and `MissingColumns` for a header without a needed column. With `.fields` rows are read as they were before empty fields meant
    /// nothing.
    public init(
        _ source: Source,
        quoting: CSVFormat.Quoting = .singleLine,
        emptyFields: CSVFormat.EmptyFields = .nothing
    ) throws {
        records = try CSVReader(source, format: CSVFormat(quoting: quoting, emptyFields: emptyFields))
        guard let giftCardNumber = records.column("giftCardNumber"), let price = records.column("price") else {
            throw MissingColumns(
                names: ["giftCardNumber", "price"].filter { [records] in records.column($0) == nil },
                header: records.header,
                line: records.headerLine
            )
        }
        self.giftCardNumber = giftCardNumber
        self.price = price
        shippedDate = records.column("shippedDate")
        orderID = records.column("orderId")
        shopifyOrder = records.column("shopifyOrderNumber")
        shopifyCustomer = records.column("shopifyCustomerNumber")
        let ids = [orderID, shopifyOrder, shopifyCustomer].compactMap { $0 }
        shift =
            emptyFields == .nothing
            ? ValueShift(code: giftCardNumber, price: price, ids: ids, header: records.header) : nil
    }

    /// The names of the columns, in the file's order.
    public var header: [String] { records.header }

    /// Throws `UnclearHeader` where it can't be told which column holds what is needed, or whether rows follow: such a file is not begun.
    public func requireClearHeader() throws {
        try UnclearHeader.check(records.header, for: ["giftCardNumber", "price"], line: records.headerLine)
    }

    /// Whether the file's last line ends with a line break; known after the last row.
    public var endsWithLineBreak: Bool { records.endsWithLineBreak }

    /// The index of the column that holds the code.
    public var codeColumn: Int { giftCardNumber }

    /// The next row or issue, or `nil` after the last one.
    public mutating func next() throws -> Element? {
        guard let record = try records.next() else { return nil }
        if let issue = record.issue { return .issue(line: record.line, .record(issue)) }
        if let shift, shift.isLikely(in: record) { return .issue(line: record.line, .commaInValue) }
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

/// Why a row's fields are not those of its columns; it holds nothing of the row.
public enum RowIssue: Sendable, Equatable, CustomStringConvertible {
    /// What is wrong with the record.
    case record(CSVIssue)
    /// The value seems to be written with a comma, which made two fields of it.
    case commaInValue

    /// The issue in words.
    public var description: String {
        switch self {
        case .record(let issue): "\(issue)"
        case .commaInValue:
            "the value seems to have a comma in it: the rest of it stands in the next column, and the row ends with an empty field too many"
        }
    }
}
