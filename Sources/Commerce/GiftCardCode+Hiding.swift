extension GiftCardCode {
    /// Whether a text of another column could be a code, or hold the row's own: then it is shown nowhere.
    ///
    /// It could be one when it holds the prefix that codes are written with, when it holds the row's code as written or as sent, or, where the row's own code could
    /// not be read and may stand in the wrong column, when it is 8 to 20 letters and digits with at least one of each.
    public static func mayStand(in text: String, besides written: String?, isReadable: Bool, prefix: String) -> Bool {
        let lower = text.lowercased()
        let plain = lower.filter { $0 != " " && $0 != "-" }
        if prefix.count >= 4, lower.contains(prefix.lowercased()) { return true }
        if let written = written?.lowercased(), written.utf8.count >= 8 {
            if lower.contains(written) { return true }
            if let code = try? GiftCardCode(reading: written, prefix: prefix), plain.contains(code.secret) {
                return true
            }
        }
        guard !isReadable, (8...20).contains(plain.utf8.count) else { return false }
        return plain.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
            && plain.contains(where: \.isLetter) && plain.contains(where: \.isNumber)
    }
}
