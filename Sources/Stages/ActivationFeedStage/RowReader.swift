public import Commerce
import Feeds
import Ledgers
import NetSuite
import Pipelines
public import Records
import Sealing

/// How rows are to be read.
public struct RowReading: Sendable {
    /// What may stand before a code.
    public var codePrefix: String
    /// What codes look like; `nil` where any code of 8 to 20 letters and digits is one.
    public var codePattern: CodePattern?
    /// What a quote means.
    public var quoting: CSVFormat.Quoting

    /// Describes how rows are read.
    public init(codePrefix: String = "", codePattern: CodePattern? = nil, quoting: CSVFormat.Quoting) {
        self.codePrefix = codePrefix
        self.codePattern = codePattern
        self.quoting = quoting
    }

    /// Why a file that begins with a line has not the header of a pipeline's files; `nil` where it has.
    func fault(ofFirstLine line: [UInt8]) -> String? {
        do {
            try GiftCardFulfillmentReader(BytesSource(line), quoting: quoting).requireClearHeader()
            return nil
        } catch {
            return "\(error)"
        }
    }
}

/// A row as it was read and checked on its own.
struct ReadRow {
    var line: Int
    var code: GiftCardCode?
    var value: Money?
    /// The row as NetSuite wrote it; `nil` where its fields could not be told apart.
    var written: GiftCardFulfillment?
    /// The code as it may be shown.
    var masked: String?
    /// Why the row can't be sent; `nil` for a good row.
    var fault: String?

    /// The row as the ledger keeps it.
    func row(keyring: Keyring, shop: String, prefix: String, codes: inout FileCodes) -> Row {
        Row(
            line: line,
            status: fault == nil ? .planned : .invalid,
            key: fault == nil ? code.map { keyring.hash($0, shop: shop).bytes } : nil,
            value: value?.minorUnits,
            masked: masked,
            netSuiteOrder: withoutCode(written?.orderID, prefix: prefix, &codes),
            shopifyOrder: withoutCode(written?.shopifyOrder, prefix: prefix, &codes),
            reason: fault
        )
    }

    /// An order's id as ledger and results may hold it: nothing of it where somebody typed a card's code there, the row's own or another's.
    private func withoutCode(_ order: String?, prefix: String, _ codes: inout FileCodes) -> String? {
        guard let order else { return nil }
        let hides = GiftCardCode.mayStand(
            in: order,
            besides: written?.giftCardNumber,
            isReadable: code != nil,
            prefix: prefix
        )
        return hides || codes.stand(in: order) ? "…" : order
    }
}

/// The rows of a file as the ledger keeps them; a file that can't be read is put aside.
struct RecordedRows<Source: ByteSource>: SourceRows {
    private let keyring: Keyring
    private let domain: String
    private let prefix: String
    private var rows: RowReader.Rows<Source>
    private var codes: FileCodes

    init(reader: RowReader, keyring: Keyring, domain: String, _ source: @escaping () throws -> Source) throws {
        self.keyring = keyring
        self.domain = domain
        prefix = reader.codePrefix
        codes = .ofFulfillment(prefix: prefix, quoting: reader.quoting, source)
        let source = try source()
        rows = try StageError.quarantining(fileFaults) {
            let rows = try reader.open(source)
            try rows.records.requireClearHeader()
            return rows
        }
    }

    mutating func next() throws -> Row? {
        try StageError.quarantining(fileFaults) {
            try rows.next()?.row(keyring: keyring, shop: domain, prefix: prefix, codes: &codes)
        }
    }
}

/// What is wrong with the whole of a file.
private let fileFaults: [any Error.Type] = [CSVError.self, MissingColumns.self, UnclearHeader.self]

/// Reads and checks rows one by one; the same file gives the same rows.
struct RowReader {
    private let reading: RowReading
    private let currency: Currency
    /// What the shop issues at most on one card; `nil` where it is not looked at.
    private let issueLimit: Money?

    init(_ reading: RowReading, currency: Currency, issueLimit: Money?) {
        self.reading = reading
        self.currency = currency
        self.issueLimit = issueLimit
    }

    /// What may stand before a code.
    var codePrefix: String { reading.codePrefix }
    /// What a quote means.
    var quoting: CSVFormat.Quoting { reading.quoting }

    /// Reads the header.
    func open<Source: ByteSource>(_ source: Source) throws -> Rows<Source> {
        Rows(reader: self, records: try GiftCardFulfillmentReader(source, quoting: reading.quoting))
    }

    /// The rows of one file, from the first to the last.
    struct Rows<Source: ByteSource> {
        fileprivate let reader: RowReader
        fileprivate var records: GiftCardFulfillmentReader<Source>

        /// The next row, or `nil` after the last one.
        mutating func next() throws -> ReadRow? {
            switch try records.next() {
            case nil: nil
            case .issue(let line, let issue): ReadRow(line: line, fault: "\(issue)")
            case .row(let written): reader.check(written)
            }
        }

        /// The card of a line that was good when it was recorded; rows before it are passed over.
        mutating func card(line: Int) throws -> FeedCard? {
            while let row = try next() {
                guard row.line == line else { continue }
                guard row.fault == nil, let code = row.code, let value = row.value, let written = row.written else {
                    return nil
                }
                return FeedCard(
                    line: line,
                    code: code,
                    value: value,
                    netSuiteOrder: written.orderID,
                    shopifyOrder: written.shopifyOrder,
                    shopifyCustomer: written.shopifyCustomer,
                    shippedDate: written.shippedDate
                )
            }
            return nil
        }
    }

    private func check(_ written: GiftCardFulfillment) -> ReadRow {
        var row = ReadRow(line: written.line, written: written)
        var faults: [String] = []
        do throws(GiftCardCode.Fault) {
            let code = try GiftCardCode(reading: written.giftCardNumber ?? "", prefix: reading.codePrefix)
            row.code = code
            row.masked = code.masked
            if let pattern = reading.codePattern, !pattern.matches(code) { faults.append(CodePattern.mismatch) }
        } catch {
            faults.append(error.rawValue)
            row.masked = written.giftCardNumber.map { GiftCardCode.masked($0, prefix: reading.codePrefix) }
        }
        do throws(Money.Fault) {
            let value = try Money(value: written.price ?? "", in: currency)
            row.value = value
            if let issueLimit, value.minorUnits > issueLimit.minorUnits {
                faults.append("the value is above \(issueLimit), the most that the shop issues on one card")
            }
        } catch {
            faults.append(error.rawValue)
        }
        if !faults.isEmpty { row.fault = faults.joined(separator: "; ") }
        return row
    }
}
