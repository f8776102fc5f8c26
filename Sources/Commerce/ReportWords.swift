/// The words with which reports and spreadsheets end, and which people type where a code is missing: what they spell is no gift card code.
///
/// `grandtotal`, `endoffile`, `recordcount` and `testcard` are spelt by these words alone. Where digits stand among them, one must be a word of counting:
/// `total150` and `totalrows12` are no codes, `giftcard0001` and `test12345678` may be some. A code that was drawn by chance hardly ever looks so: of codes
/// of 8 letters one in forty million, of 10 one in two thousand million, of codes of letters and digits fewer still.
enum ReportWords {
    /// Words that count rows or money.
    private static let counting = ["count", "counts", "records", "rows", "subtotal", "subtotals", "total", "totals"]

    /// Words that stand with them, and those of headers, samples, and values that are not there.
    private static let others = [
        "all", "amount", "amounts", "and", "applicable", "assigned", "available", "average", "batch", "begin", "blank",
        "by", "canceled",
        "cancelled", "card", "cards", "certificate", "certificates", "code", "codes", "column", "counted", "customer",
        "customers", "data", "date",
        "deleted", "document", "dummy", "empty", "end", "entries", "entry", "eof", "example", "examples", "export",
        "file", "files", "final",
        "footer", "for", "found", "gift", "grand", "gross", "header", "id", "ids", "in", "infinity", "invalid", "item",
        "items", "line", "lines",
        "list", "maximum", "mean", "minimum", "missing", "nan", "net", "no", "none", "not", "null", "number", "numbers",
        "of", "order", "orders",
        "overall", "page", "pages", "placeholder", "price", "prices", "quantity", "record", "refunded", "report",
        "reports", "returned", "row",
        "running", "sales", "sample", "samples", "section", "shipped", "shopify", "start", "sub", "sum", "summary",
        "test", "testing", "tests",
        "the", "undefined", "unknown", "value", "values", "void", "voided",
    ]

    /// The words by their first letter.
    private static let byLetter: [[Word]] = {
        var table = [[Word]](repeating: [], count: 26)
        for (words, isCounting) in [(counting, true), (others, false)] {
            for word in words {
                let letters = Array(word.utf8)
                table[Int(letters[0] - UInt8(ascii: "a"))].append(Word(letters: letters, isCounting: isCounting))
            }
        }
        return table
    }()

    private struct Word {
        let letters: [UInt8]
        let isCounting: Bool
    }

    /// Whether a text in lower case is spelt by these words; what is neither a letter nor a digit separates them.
    ///
    /// `page1of3` is, too: it counts pages.
    static func spell(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var (start, hasWord, hasCounting, hasDigit) = (0, false, false, false)
            while start < bytes.count {
                guard isLetter(bytes[start]) else {
                    hasDigit = hasDigit || (0x30...0x39).contains(bytes[start])
                    start += 1
                    continue
                }
                var end = start
                while end < bytes.count, isLetter(bytes[end]) { end += 1 }
                guard let isCounting = spelling(UnsafeBufferPointer(rebasing: bytes[start..<end])) else {
                    return false
                }
                (hasWord, hasCounting, start) = (true, hasCounting || isCounting, end)
            }
            return hasWord && (hasCounting || !hasDigit || bytes.filter(isLetter).elementsEqual("pageof".utf8))
        }
    }

    /// Whether one of the words that letters are made of is a word of counting; `nil` where they are not made of words.
    private static func spelling(_ letters: UnsafeBufferPointer<UInt8>) -> Bool? {
        guard letters.count < UInt64.bitWidth else { return nil }
        // Bit n stands for the first n letters: they are words, or words of which one counts.
        var (plain, counting): (UInt64, UInt64) = (1, 0)
        for start in letters.indices where (plain | counting) >> UInt64(start) & 1 == 1 {
            let rest = letters[start...]
            for word in byLetter[Int(letters[start] - UInt8(ascii: "a"))] where rest.starts(with: word.letters) {
                let end = UInt64(start + word.letters.count)
                counting |= (word.isCounting ? 1 : counting >> UInt64(start) & 1) << end
                if !word.isCounting { plain |= (plain >> UInt64(start) & 1) << end }
            }
        }
        let end = UInt64(letters.count)
        guard (plain | counting) >> end & 1 == 1 else { return nil }
        return counting >> end & 1 == 1
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
}
