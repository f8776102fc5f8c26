import Records
import SeededRandom

/// A text and what is wrong with it.
struct BadJSON: Sendable {
    let bytes: [UInt8]
    let error: JSONError

    init(_ bytes: [UInt8], _ code: JSONError.Code, _ line: Int, _ column: Int) {
        self.bytes = bytes
        error = JSONError(code, line: line, column: column)
    }

    init(_ text: String, _ code: JSONError.Code, _ line: Int, _ column: Int) {
        self.init(Array(text.utf8), code, line, column)
    }

    static let samples = [
        BadJSON("", .unexpectedEnd, 1, 1),
        BadJSON(" \n ", .unexpectedEnd, 2, 2),
        BadJSON("{\"a\":1", .unexpectedEnd, 1, 7),
        BadJSON("{\"a\"", .unexpectedEnd, 1, 5),
        BadJSON("[\"a", .unexpectedEnd, 1, 4),
        BadJSON("[\"a\\\"", .unexpectedEnd, 1, 6),
        BadJSON("tru", .unexpectedEnd, 1, 4),
        BadJSON("trux", .unexpectedByte, 1, 4),
        BadJSON("True", .unexpectedByte, 1, 1),
        BadJSON("[1,]", .unexpectedByte, 1, 4),
        BadJSON("{\"a\":1,}", .unexpectedByte, 1, 8),
        BadJSON("[,1]", .unexpectedByte, 1, 2),
        BadJSON("[1 2]", .unexpectedByte, 1, 4),
        BadJSON("[1}", .unexpectedByte, 1, 3),
        BadJSON("{\"a\":1]", .unexpectedByte, 1, 7),
        BadJSON("{\"a\" 1}", .unexpectedByte, 1, 6),
        BadJSON("{a:1}", .unexpectedByte, 1, 2),
        BadJSON("{1:1}", .unexpectedByte, 1, 2),
        BadJSON("]", .unexpectedByte, 1, 1),
        BadJSON("'a'", .unexpectedByte, 1, 1),
        BadJSON("NaN", .unexpectedByte, 1, 1),
        BadJSON("[1] // x", .trailingContent, 1, 5),
        BadJSON("1 2", .trailingContent, 1, 3),
        BadJSON("{}{}", .trailingContent, 1, 3),
        BadJSON("\u{FEFF}1", .unexpectedByte, 1, 1),
        BadJSON("\u{A0}1", .unexpectedByte, 1, 1),
        BadJSON("01", .invalidNumber, 1, 1),
        BadJSON("-", .invalidNumber, 1, 1),
        BadJSON("-01", .invalidNumber, 1, 1),
        BadJSON("1.", .invalidNumber, 1, 1),
        BadJSON("[\r\n  1.e5]", .invalidNumber, 2, 3),
        BadJSON("1e", .invalidNumber, 1, 1),
        BadJSON("1e+", .invalidNumber, 1, 1),
        BadJSON("1-2", .invalidNumber, 1, 1),
        BadJSON(".5", .unexpectedByte, 1, 1),
        BadJSON("+1", .unexpectedByte, 1, 1),
        BadJSON("0x10", .trailingContent, 1, 2),
        BadJSON("\"a\nb\"", .controlCharacter, 1, 3),
        BadJSON("\"abcdefgh\tb\"", .controlCharacter, 1, 10),
        BadJSON("\"a\u{0}b\"", .controlCharacter, 1, 3),
        BadJSON("\"a\\x\"", .invalidEscape, 1, 3),
        BadJSON("\"a\\u12g4\"", .invalidEscape, 1, 3),
        BadJSON("\"a\\u123\"", .invalidEscape, 1, 3),
        BadJSON("\"\\u+123\"", .invalidEscape, 1, 2),
        BadJSON("\"a\\ud800\"", .loneSurrogate, 1, 3),
        BadJSON("\"a\\ud800\\n\"", .loneSurrogate, 1, 3),
        BadJSON("\"\\ud83cx\\udf81\"", .loneSurrogate, 1, 2),
        BadJSON("\"\\udf81\\ud83c\"", .loneSurrogate, 1, 2),
        BadJSON("\"\\ud83c\\ud83c\"", .loneSurrogate, 1, 2),
        BadJSON([0x22, 0xFF, 0x22], .notUTF8, 1, 1),
        BadJSON([0x22, 0xC3, 0x22], .notUTF8, 1, 1),
        BadJSON([0x22, 0xED, 0xA0, 0x80, 0x22], .notUTF8, 1, 1),
        BadJSON([0x22, 0x5C, 0x6E, 0xC3, 0x5C, 0x6E, 0xA9, 0x22], .notUTF8, 1, 1),
        BadJSON([0x5B, 0x0D, 0x0D, 0x0A, 0x20, 0xFF], .unexpectedByte, 3, 2),
        BadJSON("{\"a\":1,\r\n \"a\":2}", .duplicateKey, 2, 2),
        BadJSON("{\"a\":1,\"\\u0061\":2}", .duplicateKey, 1, 8),
        BadJSON("{\"é\":{\"a\":1},\"a\":2,\"b\":[{\"c\":1,\"c\":2}]}", .duplicateKey, 1, 33),
        BadJSON(String(repeating: "[", count: 65), .tooDeep, 1, 65),
        BadJSON(String(repeating: "{\"a\":", count: 65), .tooDeep, 1, 321),
        BadJSON(String(repeating: "[", count: 1_000_000), .tooDeep, 1, 65),
    ]
}

/// Everything that comes of reading a document event by event.
struct JSONOutcome: Equatable, Sendable {
    var events: [JSONEvent] = []
    var error: JSONError?

    init(_ bytes: [UInt8], limits: JSONLimits = .default, chunk: Int = 65536) {
        var reader = JSONReader(BytesSource(bytes, chunk: chunk), limits: limits)
        do {
            while let event = try reader.next() { events.append(event) }
        } catch {
            self.error = error as? JSONError
        }
    }
}

extension SplitMix64 {
    /// Any value, up to a depth.
    mutating func value(depth: Int) -> JSONValue {
        switch below(depth > 0 ? 8 : 6) {
        case 0: .null
        case 1: .bool(below(2) == 0)
        case 2, 3: .number(numberText())
        case 4, 5: .string(text())
        case 6: .array((0..<below(5)).map { _ in value(depth: depth - 1) })
        default: .object(JSONObject((0..<below(5)).map { _ in (key: text(), value: value(depth: depth - 1)) }))
        }
    }

    mutating func text() -> String {
        let pieces = [
            "a", "\"", "\\", "/", "\n", "\u{0}", "\u{1F}", "\u{7F}", "é", "e\u{301}", "日", "🎁", "\u{2028}", "longer",
        ]
        return (0..<below(8)).map { _ in pieces[below(pieces.count)] }.joined()
    }

    mutating func numberText() -> String {
        let whole = below(3) == 0 ? "0" : "\(1 + below(9))\(below(1_000_000))"
        let fraction = below(2) == 0 ? "" : ".\(below(100))0"
        let exponents = ["", "", "e5", "E-07", "e+400"]
        return (below(2) == 0 ? "-" : "") + whole + fraction + exponents[below(exponents.count)]
    }
}
