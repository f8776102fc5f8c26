/// One row of NetSuite's gift card fulfillment export, as written: nothing is checked yet.
///
/// One line is one card. What is empty, `null` or `undefined` in any case is missing: the export concatenates JavaScript values.
/// A code may stand in any column: what describes a row shows its line only.
public struct GiftCardFulfillment: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The row's line in the file; the header is line 1.
    public var line: Int
    /// `giftCardNumber`: the code, typed by staff.
    public var giftCardNumber: String?
    /// `price`: the value, in plain digits.
    public var price: String?
    /// `shippedDate`: in truth when the fulfillment was last changed, in the account's date format, without a time zone.
    public var shippedDate: String?
    /// `orderId`: the internal id of the NetSuite sales order.
    public var orderID: String?
    /// `shopifyOrderNumber`: in truth the Shopify order's id.
    public var shopifyOrder: String?
    /// `shopifyCustomerNumber`: the Shopify customer's id; missing for guests.
    public var shopifyCustomer: String?

    /// The row's line, and nothing of the row.
    public var description: String { "the row of line \(line)" }
    /// The row's line, and nothing of the row.
    public var debugDescription: String { description }
    /// A mirror of the line alone.
    public var customMirror: Mirror { Mirror(self, children: ["line": line]) }
}

/// A text of a NetSuite file, or `nil` where it stands for nothing.
///
/// `" 12 "` gives `12`; an empty text, `null` and `Undefined` give `nil`.
public func present(_ text: String) -> String? {
    var trimmed = Substring(text)
    trimmed = trimmed.drop(while: \.isWhitespace)
    while trimmed.last?.isWhitespace == true { trimmed.removeLast() }
    guard !trimmed.isEmpty else { return nil }
    guard trimmed.utf8.count <= 9 else { return String(trimmed) }
    let lower = trimmed.lowercased()
    return lower == "null" || lower == "undefined" ? nil : String(trimmed)
}
