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
    }

    /// Reads a code as a person or NetSuite wrote it: trimmed, lower-cased, prefix removed, spaces and dashes removed.
    ///
    /// `Shopify-GiftCard-ABCD 1234-efgh` with the prefix `shopify-giftcard-` gives `abcd1234efgh`. The prefix is compared without case and need not be there.
    /// Shopify: "8-20 characters … only letters(a-z) and numbers(0-9) … isn't case sensitive" (`GiftCardCreateInput.code`).
    public init(reading text: String, prefix: String = "") throws(Fault) {
        let plain = Self.normalized(text, prefix: prefix)
        guard !plain.isEmpty else { throw .missing }
        guard plain.utf8.allSatisfy(Self.isAllowed) else { throw .badCharacter }
        guard plain.utf8.count >= 8 else { throw .tooShort }
        guard plain.utf8.count <= 20 else { throw .tooLong }
        secret = plain
    }

    /// The last four characters, by which people speak of a card.
    public var lastCharacters: String { String(secret.suffix(4)) }

    /// The code as it may be shown: `…x3w6`.
    public var masked: String { "…" + lastCharacters }

    /// Any text of a code column as it may be shown: the last four characters where there are eight or more, else nothing of it.
    public static func masked(_ text: String, prefix: String = "") -> String {
        let plain = normalized(text, prefix: prefix)
        return plain.count >= 8 ? "…" + plain.suffix(4) : "…"
    }

    /// The masked code.
    public var description: String { masked }
    /// The masked code.
    public var debugDescription: String { masked }
    /// The masked code alone, so that no dump shows the secret.
    public var customMirror: Mirror { Mirror(self, children: ["masked": masked]) }

    private static func normalized(_ text: String, prefix: String) -> String {
        if let plain = normalizedASCII(text, prefix: prefix) { return plain }
        var rest = Substring(text.asciiLowercased)
        rest = rest.drop(while: \.isWhitespace)
        while rest.last?.isWhitespace == true { rest.removeLast() }
        let start = prefix.asciiLowercased
        if !start.isEmpty, rest.hasPrefix(start) { rest = rest.dropFirst(start.count) }
        return String(rest.filter { $0 != " " && $0 != "-" })
    }

    /// The same for a text of ASCII alone, byte by byte; `nil` for any other.
    private static func normalizedASCII(_ text: String, prefix: String) -> String? {
        guard text.utf8.allSatisfy({ $0 < 0x80 && $0 != 0x0D }) else { return nil }
        var rest = text.asciiLowercased.utf8[...]
        // Tab to form feed, and the space, are the white space of ASCII.
        let isBlank = { (byte: UInt8) in byte == 0x20 || (0x09...0x0C).contains(byte) }
        rest = rest.drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        let start = prefix.asciiLowercased.utf8
        if !start.isEmpty, rest.starts(with: start) { rest = rest.dropFirst(start.count) }
        return String(decoding: rest.filter { $0 != 0x20 && $0 != 0x2D }, as: UTF8.self)
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
    }
}

extension String {
    /// With `A-Z` in lower case and nothing else changed: a Kelvin sign is no `k`.
    fileprivate var asciiLowercased: String {
        String(decoding: utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }, as: UTF8.self)
    }
}
