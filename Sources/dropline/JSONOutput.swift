import FileDrops
import Records

/// Prints a JSON value and a line break on standard output; what a terminal would act on is escaped, which changes nothing of the value.
func printJSON(_ value: JSONValue) {
    let text = String(decoding: value.encoded(), as: UTF8.self)
    guard text != ShownText.harmless(text) else { return print(text) }
    var shown = ""
    for scalar in text.unicodeScalars {
        let isHarmless = ShownText.harmless(String(scalar)) == String(scalar)
        shown += isHarmless ? String(scalar) : String(scalar).utf16.map(\.jsonEscape).joined()
    }
    print(shown)
}

extension UInt16 {
    /// `\u202e`.
    fileprivate var jsonEscape: String {
        let digits = String(self, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}

/// An object with its members in this order.
func jsonObject(_ members: (String, JSONValue)...) -> JSONValue {
    .object(JSONObject(members.map { (key: $0.0, value: $0.1) }))
}
