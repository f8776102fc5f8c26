/// How names that others chose are shown in messages.
package enum ShownText {
    /// The text with control characters, line separators, bidirectional controls and backslashes escaped, so that a name can't forge lines of a log.
    package static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: mustBeEscaped) else { return text }
        var shown = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": shown += "\\n"
            case "\r": shown += "\\r"
            case "\t": shown += "\\t"
            case "\\": shown += "\\\\"
            case _ where mustBeEscaped(scalar): shown += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    /// A text of others, cut in its middle where it is longer than anybody would read: the beginning, `…`, the end, and how many bytes it has.
    package static func shortened(_ text: String) -> String {
        let bytes = text.utf8
        guard bytes.count > longest else { return text }
        // By scalars, for a single character may be as long as its sender likes.
        let (begin, end) = (text.unicodeScalars.prefix(longest / 2), text.unicodeScalars.suffix(longest / 4))
        return "\(String(begin))…\(String(end)) (\(bytes.count) bytes)"
    }

    /// In bytes; a file's name on Linux has at most 255.
    private static let longest = 300

    /// A text of our own that may hold names: as `escaped`, but backslashes stay, so that what was escaped before isn't again.
    ///
    /// - Parameters:
    ///   - text: What is to be shown.
    ///   - keepsLines: Whether line feeds stay too, for a text of several lines.
    /// - Returns: A text that makes a terminal do nothing but show it.
    package static func harmless(_ text: String, keepsLines: Bool = false) -> String {
        guard text.unicodeScalars.contains(where: { $0 != "\\" && mustBeEscaped($0) }) else { return text }
        var shown = ""
        for scalar in text.unicodeScalars {
            let stays = scalar == "\\" || (keepsLines && scalar == "\n")
            shown += stays ? String(scalar) : escaped(String(scalar))
        }
        return shown
    }

    /// A name that is no UTF-8, with each byte that doesn't fit as `\xE9`.
    package static func repaired(_ bytes: some Collection<UInt8>) -> String {
        var shown = ""
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            if let (text, length) = leadingCharacter(rest) {
                shown += text
                rest = rest.dropFirst(length)
            } else {
                let byte = rest.removeFirst()
                shown += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return shown
    }

    private static func leadingCharacter(_ bytes: ArraySlice<UInt8>) -> (String, Int)? {
        for length in 1...4 where length <= bytes.count {
            if let text = String(validating: bytes.prefix(length), as: UTF8.self) { return (text, length) }
        }
        return nil
    }

    private static func mustBeEscaped(_ scalar: Unicode.Scalar) -> Bool {
        if 0x20..<0x7F ~= scalar.value { return scalar == "\\" }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: return true
        default: return false
        }
    }
}
