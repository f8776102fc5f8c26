/// Which JSON values the Admin API's scalars accept.
enum ScalarRules {
    /// Why a value is none of the scalar's, in the words of an INVALID_VARIABLE problem; nil if it is.
    static func problem(with value: JSON, as scalar: String) -> String? {
        switch (scalar, value) {
        case ("String", .string), ("Boolean", .bool):
            return nil
        case ("ID", .string(let id)):
            return isGlobalID(id) ? nil : "Invalid global id '\(id)'"
        case ("Int", .number(let text)):
            return Int32(text) != nil ? nil : could(value, scalar)
        case ("Float", .number):
            return nil
        case ("Decimal", .number(let text)), ("Decimal", .string(let text)):
            return Amount(text) != nil ? nil : "invalid decimal '\(text)'"
        case ("UnsignedInt64", .number(let text)), ("UnsignedInt64", .string(let text)):
            return UInt64(text) != nil ? nil : could(value, scalar)
        case ("Date", .string(let text)):
            return Timestamp.isDay(text) ? nil : could(value, scalar)
        case ("DateTime", .string(let text)):
            return Timestamp.parse(text) != nil ? nil : could(value, scalar)
        case ("URL", .string(let text)):
            return text.contains("://") ? nil : "Invalid url '\(text)'"
        default:
            return could(value, scalar)
        }
    }

    private static func could(_ value: JSON, _ scalar: String) -> String {
        "Could not coerce value \(JSONWriter.text(value)) to \(scalar)"
    }

    /// Shopify takes for an ID a global id or a bare number.
    private static func isGlobalID(_ text: String) -> Bool {
        if UInt64(text) != nil { return true }
        let prefix = "gid://shopify/"
        guard text.hasPrefix(prefix) else { return false }
        return text.dropFirst(prefix.count).split(separator: "/", omittingEmptySubsequences: false).count == 2
    }
}
