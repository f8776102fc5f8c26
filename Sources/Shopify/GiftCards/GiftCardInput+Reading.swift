public import Commerce
import Records

extension GiftCardInput {
    /// Reads a line of a bulk file, of any API version, as `variables(for:)` writes it.
    ///
    /// - Throws: `JSONError`, `GiftCardCode.Fault` and `Money.Fault` for a line that this module did not write.
    public init(reading line: [UInt8], currency: Currency) throws {
        let input = try JSONValue(parsing: line)["input"]
        let amount = input?["initialAmount"]?["amount"]?.string ?? input?["initialValue"]?.string
        self.init(
            code: try GiftCardCode(accepted: input?["code"]?.string ?? ""),
            value: try Money(value: amount ?? "", in: currency),
            note: input?["note"]?.string ?? "",
            customerID: input?["customerId"]?.string
        )
    }
}
