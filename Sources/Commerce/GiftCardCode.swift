/// The secret code of a gift card in the form that is sent to Shopify: 8 to 20 of `a-z0-9`.
///
/// A code is money: its `description` is masked, and it is not `Codable`.
public struct GiftCardCode: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
    /// The whole code.
    ///
    /// It may be written to the activation feed, the bulk file and the shop, and nowhere else.
    public let secret: String

    /// Why a text is not the code of a card; it never holds the text.
    public enum Fault: String, Error, Sendable {
        case missing = "the gift card code is missing"
        case tooShort = "the gift card code has fewer than 8 letters and digits"
        case tooLong = "the gift card code has more than 20 letters and digits"
        case badCharacter = "the gift card code holds something else than letters and digits"
        case textWithBlank = "a totals line or a note, not a gift card code: text of letters with a blank in it"
        case reportWords = "a totals line or a note, not a gift card code: words that reports and spreadsheets end with"
    }

    /// Reads a code as a person or NetSuite wrote it: trimmed, lower-cased, prefix removed, spaces and dashes removed.
    ///
    /// `Shopify-GiftCard-ABCD 1234-efgh` with the prefix `shopify-giftcard-` gives `abcd1234efgh`. The prefix is compared without case and need not be there.
    /// Shopify: "8-20 characters … only letters(a-z) and numbers(0-9) … isn't case sensitive" (`GiftCardCreateInput.code`).
    ///
    /// Anybody could guess the card that a totals line would become, so its text is no code: letters only with a blank in it (`Overall Total`), the words of
    /// `ReportWords`, and `null` and `undefined`, which a script may have put after a prefix.
    public init(reading text: String, prefix: String = "") throws(Fault) {
        try self.init(text, prefix: prefix, refusesWords: true)
    }

    /// Reads a code that was accepted when its row was read: only its form is looked at.
    ///
    /// What was sent must be found again, also where a later version would not take such a text for a code.
    public init(accepted text: String) throws(Fault) {
        try self.init(text, prefix: "", refusesWords: false)
    }

    private init(_ text: String, prefix: String, refusesWords: Bool) throws(Fault) {
        let (plain, hasBlank) = Self.normalized(text, prefix: prefix)
        guard !plain.isEmpty else { throw .missing }
        if refusesWords, let fault = Self.fault(ofWords: plain, hasBlank: hasBlank) { throw fault }
        guard plain.utf8.allSatisfy(Self.isAllowed) else { throw .badCharacter }
        guard plain.utf8.count >= 8 else { throw .tooShort }
        guard plain.utf8.count <= 20 else { throw .tooLong }
        secret = plain
    }

    /// The last four characters, by which people speak of a card.
    public var lastCharacters: String { String(secret.suffix(4)) }

    /// The code as it may be shown: `…x3w6`.
    public var masked: String { "…" + lastCharacters }

    /// Whether the code is words that reports end with: as an earlier version took it, never as it is read now.
    public var isReportWords: Bool { ReportWords.spell(secret) }

    /// Any text of a code column as it may be shown: the last four characters where there are eight or more, else nothing of it.
    public static func masked(_ text: String, prefix: String = "") -> String {
        let plain = normalized(text, prefix: prefix).plain
        return plain.count >= 8 ? "…" + plain.suffix(4) : "…"
    }

    /// The masked code.
    public var description: String { masked }
    /// The masked code.
    public var debugDescription: String { masked }
    /// The masked code alone, so that no dump shows the secret.
    public var customMirror: Mirror { Mirror(self, children: ["masked": masked]) }

    /// Why a text in its plain form is words and no code; `nil` where it may be one, or is none for another reason.
    private static func fault(ofWords plain: String, hasBlank: Bool) -> Fault? {
        if plain == "null" || plain == "undefined" { return .missing }
        if hasBlank, plain.allSatisfy({ $0.isLetter || $0.isWhitespace }) { return .textWithBlank }
        return ReportWords.spell(plain) ? .reportWords : nil
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
    }
}

// MARK: - The plain form

extension GiftCardCode {
    /// A text of a code column trimmed, lower-cased, without prefix, spaces and dashes, and whether a blank stood inside of what was left of the prefix.
    ///
    /// White space other than spaces stays in the plain form, which makes it no code.
    static func normalized(_ text: String, prefix: String) -> (plain: String, hasBlank: Bool) {
        if let ascii = normalizedASCII(text, prefix: prefix) { return ascii }
        var rest = Substring(text.asciiLowercased)
        rest = rest.drop(while: \.isWhitespace)
        while rest.last?.isWhitespace == true { rest.removeLast() }
        let start = prefix.asciiLowercased
        if !start.isEmpty, rest.hasPrefix(start) { rest = rest.dropFirst(start.count) }
        let plain = String(rest.filter { $0 != " " && $0 != "-" })
        let isFiller = { (character: Character) in character.isWhitespace || character == "-" }
        while let first = rest.first, isFiller(first) { rest.removeFirst() }
        while let last = rest.last, isFiller(last) { rest.removeLast() }
        return (plain, rest.contains(where: \.isWhitespace))
    }

    /// The same for a text of ASCII alone, byte by byte; `nil` for any other.
    private static func normalizedASCII(_ text: String, prefix: String) -> (plain: String, hasBlank: Bool)? {
        guard text.utf8.allSatisfy({ $0 < 0x80 && $0 != 0x0D }) else { return nil }
        var rest = text.asciiLowercased.utf8[...]
        // Tab to form feed, and the space, are the white space of ASCII.
        let isBlank = { (byte: UInt8) in byte == 0x20 || (0x09...0x0C).contains(byte) }
        rest = rest.drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        let start = prefix.asciiLowercased.utf8
        if !start.isEmpty, rest.starts(with: start) { rest = rest.dropFirst(start.count) }
        let plain = String(decoding: rest.filter { $0 != 0x20 && $0 != 0x2D }, as: UTF8.self)
        let isFiller = { (byte: UInt8) in isBlank(byte) || byte == 0x2D }
        while let first = rest.first, isFiller(first) { rest.removeFirst() }
        while let last = rest.last, isFiller(last) { rest.removeLast() }
        return (plain, rest.contains(where: isBlank))
    }
}

extension String {
    /// With `A-Z` in lower case and nothing else changed: a Kelvin sign is no `k`.
    fileprivate var asciiLowercased: String {
        // Nearly every code and prefix is written so: nothing is copied then.
        guard utf8.contains(where: { (0x41...0x5A).contains($0) }) else { return self }
        return String(decoding: utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }, as: UTF8.self)
    }
}
