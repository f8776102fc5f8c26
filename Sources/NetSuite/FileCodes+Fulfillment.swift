public import Commerce
public import Records

extension FileCodes {
    /// The codes of a gift card fulfillment CSV.
    public static func ofFulfillment(
        prefix: String,
        quoting: CSVFormat.Quoting,
        _ source: @escaping () throws -> some ByteSource
    ) -> FileCodes {
        FileCodes(prefix: prefix) { found in
            var rows = try GiftCardFulfillmentReader(try source(), quoting: quoting)
            while let element = try rows.next() {
                if case .row(let row) = element { row.giftCardNumber.map(found) }
            }
        }
    }
}
