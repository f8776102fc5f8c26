import Foundation

/// An exact amount of money in the shop's currency.
///
/// Input: plain decimal text, `10`, `10.5`, `-3.00`. Output: `10.0`, `10.5`, `-3.0`, as Shopify writes its Decimal.
struct Amount: Sendable, Hashable, Comparable {
    let value: Decimal

    init(value: Decimal) {
        self.value = value
    }

    /// Reads decimal text; nil for anything else (`1e3`, ` 1`, `1,000`, the empty text) and above 20 digits.
    init?(_ text: String) {
        var digits = 0
        var hasPoint = false
        for (offset, byte) in text.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "-") where offset == 0: continue
            case UInt8(ascii: ".") where !hasPoint && digits > 0: hasPoint = true
            case 0x30...0x39: digits += 1
            default: return nil
            }
        }
        guard digits > 0, digits <= 20, !text.hasSuffix("."), let value = Decimal(string: text, locale: nil) else {
            return nil
        }
        self.value = value
    }

    static let zero = Amount(value: 0)

    static func < (left: Amount, right: Amount) -> Bool { left.value < right.value }

    var text: String {
        let text = value.description
        return text.contains(".") ? text : text + ".0"
    }

    /// The amount rounded to the decimals of a currency.
    func rounded(for currency: String) -> Amount {
        var source = value
        var result = Decimal()
        NSDecimalRound(&result, &source, Self.decimals(of: currency), .plain)
        return Amount(value: result)
    }

    /// `$2,000.00 USD`: as the captured limit message of a gift card writes it.
    func formatted(currency: String) -> String {
        let decimals = Self.decimals(of: currency)
        let plain = rounded(for: currency).value.description
        let parts = plain.split(separator: ".", omittingEmptySubsequences: false)
        var whole = ""
        for (offset, digit) in parts[0].reversed().enumerated() {
            if offset > 0, offset % 3 == 0, digit != "-" { whole.insert(",", at: whole.startIndex) }
            whole.insert(digit, at: whole.startIndex)
        }
        guard decimals > 0 else { return "\(Self.symbol(of: currency))\(whole) \(currency)" }
        let fraction = parts.count > 1 ? String(parts[1]) : ""
        let padded = fraction + String(repeating: "0", count: max(0, decimals - fraction.count))
        return "\(Self.symbol(of: currency))\(whole).\(padded) \(currency)"
    }

    private static func decimals(of currency: String) -> Int {
        switch currency {
        case "JPY", "KRW", "VND", "CLP", "ISK", "XAF", "XOF", "XPF", "UGX", "PYG": 0
        case "BHD", "JOD", "KWD", "OMR", "TND": 3
        default: 2
        }
    }

    private static func symbol(of currency: String) -> String {
        switch currency {
        case "USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN": "$"
        case "EUR": "€"
        case "GBP": "£"
        case "JPY", "CNY": "¥"
        default: ""
        }
    }
}
