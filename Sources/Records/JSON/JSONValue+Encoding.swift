extension JSONValue {
    /// The value as compact JSON in UTF-8: members in their order, control characters escaped, slashes not.
    ///
    /// A `.number` whose text is no number of JSON is written as a string, so that what comes out is always JSON; the writers refuse it.
    public func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        JSONText.append(self, to: &bytes)
        return bytes
    }
}

/// The bytes of JSON's parts.
enum JSONText {
    /// Appends a value.
    ///
    /// - Returns: Whether the text of every number in it was one; one that was not is appended as a string.
    @discardableResult
    static func append(_ value: JSONValue, to bytes: inout [UInt8]) -> Bool {
        switch value {
        case .null: bytes += "null".utf8
        case .bool(let flag): bytes += (flag ? "true" : "false").utf8
        case .number(let text):
            guard isNumber(text) else {
                append(string: text, to: &bytes)
                return false
            }
            bytes += text.utf8
        case .string(let text): append(string: text, to: &bytes)
        case .array(let elements):
            var isSound = true
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(Byte.comma) }
                isSound = append(element, to: &bytes) && isSound
            }
            bytes.append(UInt8(ascii: "]"))
            return isSound
        case .object(let object):
            var isSound = true
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in object.members.enumerated() {
                if index > 0 { bytes.append(Byte.comma) }
                append(string: member.key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                isSound = append(member.value, to: &bytes) && isSound
            }
            bytes.append(UInt8(ascii: "}"))
            return isSound
        }
        return true
    }

    /// Appends a string with its quotes.
    static func append(string: String, to bytes: inout [UInt8]) {
        bytes.append(Byte.quote)
        var string = string
        string.withUTF8 { text in
            if text.contains(where: needsEscape) {
                for byte in text { append(escaping: byte, to: &bytes) }
            } else {
                bytes.append(contentsOf: text)
            }
        }
        bytes.append(Byte.quote)
    }

    /// Whether a text is a number of RFC 8259.
    static func isNumber(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { JSONNumber.isValid($0) }
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == Byte.quote || byte == Byte.backslash
    }

    private static func append(escaping byte: UInt8, to bytes: inout [UInt8]) {
        switch byte {
        case Byte.quote: bytes += #"\""#.utf8
        case Byte.backslash: bytes += #"\\"#.utf8
        case 0x08: bytes += #"\b"#.utf8
        case 0x09: bytes += #"\t"#.utf8
        case 0x0A: bytes += #"\n"#.utf8
        case 0x0C: bytes += #"\f"#.utf8
        case 0x0D: bytes += #"\r"#.utf8
        case 0x00..<0x20:
            let digits = Array("0123456789abcdef".utf8)
            bytes += #"\u00"#.utf8
            bytes += [digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
        default: bytes.append(byte)
        }
    }
}
