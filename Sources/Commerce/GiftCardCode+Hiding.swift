extension GiftCardCode {
    /// Whether a text of another column could be a code, or hold the row's own: then it is shown nowhere.
    ///
    /// It could be one when it holds the prefix that codes are written with, when it holds the row's code as written or as sent, or, where the row's own code could
    /// not be read and may stand in the wrong column, when it is 8 to 20 letters and digits with at least one of each.
    public static func mayStand(in text: String, besides written: String?, isReadable: Bool, prefix: String) -> Bool {
        guard let text = Plain(text) else {
            return mayStand(in: text.lowercased(), besides: written, isReadable, prefix)
        }
        if prefix.count >= 4, text.lower.holds(Array(prefix.lowercased().utf8)) { return true }
        if let written = written?.lowercased(), written.utf8.count >= 8, text.lower.count >= 8 {
            if text.lower.holds(Array(written.utf8)) { return true }
            let code = normalized(written, prefix: prefix).plain
            if code.utf8.count >= 8, text.joined.holds(Array(code.utf8)) { return true }
        }
        guard !isReadable, (8...20).contains(text.joined.count) else { return false }
        return text.joined.allSatisfy { $0.isLowerCaseLetter || $0.isDigit }
            && text.joined.contains(where: \.isLowerCaseLetter) && text.joined.contains(where: \.isDigit)
    }

    /// The same for a text in lower case that holds more than ASCII.
    private static func mayStand(in lower: String, besides written: String?, _ isReadable: Bool, _ prefix: String)
        -> Bool
    {
        let plain = lower.filter { $0 != " " && $0 != "-" }
        if prefix.count >= 4, lower.contains(prefix.lowercased()) { return true }
        if let written = written?.lowercased(), written.utf8.count >= 8 {
            if lower.contains(written) { return true }
            let code = normalized(written, prefix: prefix).plain
            if code.utf8.count >= 8, plain.contains(code) { return true }
        }
        guard !isReadable, (8...20).contains(plain.utf8.count) else { return false }
        return plain.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
            && plain.contains(where: \.isLetter) && plain.contains(where: \.isNumber)
    }
}

/// A text of ASCII alone, as nearly every order's id is: every row of every file is looked at, and bytes are compared much quicker than characters.
private struct Plain {
    /// In lower case.
    let lower: [UInt8]
    /// The same without spaces and dashes.
    let joined: [UInt8]

    init?(_ text: String) {
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        lower = text.utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
        joined = lower.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "-") }
    }
}

extension [UInt8] {
    /// Whether these bytes stand somewhere in it.
    fileprivate func holds(_ piece: [UInt8]) -> Bool {
        guard !piece.isEmpty, count >= piece.count else { return piece.isEmpty }
        return (0...(count - piece.count)).contains { start in self[start..<start + piece.count].elementsEqual(piece) }
    }
}

extension UInt8 {
    fileprivate var isLowerCaseLetter: Bool { (0x61...0x7A).contains(self) }
    fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }
}
