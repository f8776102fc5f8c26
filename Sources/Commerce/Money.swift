/// An exact amount of money: a whole number of the currency's smallest units.
///
/// `25.5` in dollars is 2550 minor units and is written `25.50`; nothing here passes through floating point.
public struct Money: Hashable, Sendable, CustomStringConvertible {
    /// The amount in the currency's smallest unit (cents for `USD`, whole yen for `JPY`).
    public let minorUnits: Int64

    /// The currency of the amount.
    public let currency: Currency

    /// Makes an amount of smallest units.
    public init(minorUnits: Int64, currency: Currency) {
        self.minorUnits = minorUnits
        self.currency = currency
    }

    /// Why a text is not the value of a card.
    public enum Fault: String, Error, Sendable {
        case missing = "the value is missing"
        case notPlainDigits = "the value is not a plain number"
        case tooManyDecimals = "the value has more decimals than its currency"
        case notPositive = "the value is not above zero"
        case tooLarge = "the value is larger than any card's"
    }

    /// Reads the value of a card: plain digits, at most the currency's decimals, above zero.
    ///
    /// `100`, `25.5` and `100.00` are values in dollars; zeros beyond the currency's decimals are allowed (`100.00` in yen). A sign, an exponent,
    /// a thousands separator and a bare `.5` or `5.` are not. At most nine digits may stand before the point.
    public init(value text: String, in currency: Currency) throws(Fault) {
        guard !text.isEmpty else { throw .missing }
        let parts = text.utf8.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(Self.isDigit) }) else {
            throw .notPlainDigits
        }
        var decimals = parts.count == 2 ? Array(parts[1]) : []
        while decimals.count > currency.fractionDigits, decimals.last == UInt8(ascii: "0") { decimals.removeLast() }
        guard decimals.count <= currency.fractionDigits else { throw .tooManyDecimals }
        let significant = whole.drop { $0 == UInt8(ascii: "0") }
        guard significant.count <= 9 else { throw .tooLarge }
        decimals += Array(repeating: UInt8(ascii: "0"), count: currency.fractionDigits - decimals.count)
        var units: Int64 = 0
        for digit in significant { units = units * 10 + Int64(digit - UInt8(ascii: "0")) }
        for digit in decimals { units = units * 10 + Int64(digit - UInt8(ascii: "0")) }
        guard units > 0 else { throw .notPositive }
        self.init(minorUnits: units, currency: currency)
    }

    /// Nothing, in the given currency.
    public static func zero(_ currency: Currency) -> Money { Money(minorUnits: 0, currency: currency) }

    /// The amount as a decimal text with all of the currency's decimals: `100.00`, or `100` where there are none.
    public var decimal: String {
        let digits = String(minorUnits.magnitude)
        let sign = minorUnits < 0 ? "-" : ""
        guard currency.fractionDigits > 0 else { return sign + digits }
        let padded = String(repeating: "0", count: max(0, currency.fractionDigits + 1 - digits.count)) + digits
        return sign + padded.dropLast(currency.fractionDigits) + "." + padded.suffix(currency.fractionDigits)
    }

    /// The amount and its currency: `25.50 USD`.
    public var description: String { "\(decimal) \(currency)" }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
