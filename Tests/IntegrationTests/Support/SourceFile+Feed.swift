import CommandSupport

extension SourceFile {
    /// The activation feed that another system made of this file, for the sandbox's shop.
    ///
    /// It lacks the row whose code is too short; the one that is worth nothing is in it all the same. Codes have no prefix.
    func asFeed() -> SourceFile {
        var file = self
        file.name = name.replacing("-GiftCardFulfillment.csv", with: "-GiftCardActivation.json")
        file.rows = rows.filter { $0.code != nil || $0.hundredths == nil }
        var feed = DroppedFeed()
        feed.digest = String(repeating: String(fingerprint, radix: 16).leftPadded(to: 16), count: 4)
        feed.cards = file.rows.map { row in
            let value = row.hundredths.map { "\($0 / 100).\("\($0 % 100)".leftPadded(to: 2))" }
            return (row.line, row.rawCode.replacing("shopify-giftcard-", with: ""), value ?? "0")
        }
        file.content = feed.text
        return file
    }

    /// Sixty-four bits of what the file holds (FNV-1a), for want of its SHA-256: rows of different feeds are to have different markers.
    private var fingerprint: UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}

extension String {
    /// With zeros in front.
    fileprivate func leftPadded(to width: Int) -> String {
        String(repeating: "0", count: max(0, width - count)) + self
    }
}
