/// What a created card's note says of the row it was made from: `dl:‹12 hex of the source's digest›:‹line›`.
///
/// Shopify lets nobody read a code again, so a card found by a look-up is told to be ours, from this very row, by its marker.
public struct RowMarker: Hashable, Sendable, CustomStringConvertible {
    /// The first 12 hexadecimal digits of the SHA-256 of the original source file.
    public let source: String

    /// The line of the row in the original source; a CSV header is line 1.
    public let line: Int

    /// Makes the marker of a row; of the digest's hexadecimal digits the first 12 are taken.
    public init(digest: String, line: Int) {
        source = String(digest.prefix(12))
        self.line = line
    }

    /// Finds the marker in a card's note: the last word that begins with `dl:`.
    public init?(in note: String) {
        for word in note.split(whereSeparator: \.isWhitespace).reversed() where word.hasPrefix("dl:") {
            let parts = word.dropFirst(3).split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0].count == 12, parts[0].allSatisfy(\.isHexDigit), let line = Int(parts[1])
            else { continue }
            source = String(parts[0])
            self.line = line
            return
        }
        return nil
    }

    /// The marker as it stands in a note.
    public var description: String { "dl:\(source):\(line)" }

    /// The note of a card: `Order 5550000000101 dl:0a1b2c3d4e5f:2`, or `Order NS1200345 …` where no Shopify order is known.
    ///
    /// An order's text that is longer than 100 bytes is cut and ends with `…`; the marker is always whole, and the note shorter than 150 bytes. How long
    /// Shopify lets a gift card's note be is written nowhere; the least that it allows any text of a gift card is 200 characters (a recipient's message).
    public func note(shopifyOrder: String?, netSuiteOrder: String?) -> String {
        let order = shopifyOrder ?? netSuiteOrder.map { "NS" + $0 }
        return order.map { "Order \(Self.bounded($0)) \(self)" } ?? description
    }

    /// The text if it is short enough, else as many of its first characters as fit.
    private static func bounded(_ order: String) -> String {
        guard order.utf8.count > mostOrderBytes else { return order }
        var (kept, bytes) = ("", "…".utf8.count)
        for character in order {
            bytes += character.utf8.count
            guard bytes <= mostOrderBytes else { break }
            kept.append(character)
        }
        return kept + "…"
    }

    private static let mostOrderBytes = 100
}
