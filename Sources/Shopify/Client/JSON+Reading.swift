import Records

/// How this module reads Shopify's JSON.
extension JSONValue {
    /// Reads a whole answer; `nil` if it is not JSON.
    static func reading(_ bytes: [UInt8]) -> JSONValue? {
        try? JSONValue(parsing: bytes)
    }

    /// The value, unless it is JSON's `null`.
    var present: JSONValue? {
        if case .null = self { nil } else { self }
    }

    /// A number for reckoning with time and cost, never with money; Shopify writes some as text.
    var figure: Double? {
        switch self {
        case .number(let text), .string(let text): Double(text).flatMap { $0.isFinite ? $0 : nil }
        default: nil
        }
    }

    /// A whole number; `UnsignedInt64` comes as text: `"objectCount":"12"`.
    var whole: Int? {
        switch self {
        case .number(let text), .string(let text): Int(text)
        default: nil
        }
    }

    /// The text of a decimal, which comes as text, or as a number whose text is kept.
    var decimalText: String? {
        switch self {
        case .number(let text), .string(let text): text
        default: nil
        }
    }
}
