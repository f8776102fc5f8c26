import Commerce
import Testing

/// Whether another row's code is recognized where somebody typed it as something else.
struct FileCodesTests {
    private func codes(_ texts: String...) -> FileCodes {
        FileCodes(prefix: "gc-") { found in for text in texts { found(text) } }
    }

    @Test(arguments: [
        "abcd1234efgh", "ABCD-1234-EFGH", "abcd 1234 efgh", "order abcd1234efgh", "#abcd1234efgh!", "12345678",
    ])
    func `a code of the file is found alone and among words, however it is written`(_ text: String) {
        var codes = codes("GC-abcd1234EFGH", "1234 5678")
        let stands = codes.stand(in: text)
        #expect(stands)
    }

    @Test(arguments: ["abcd1234efgx", "7710000009004", "", "1200391", "Ada Lovelace", "3/18/2026"])
    func `what is no code of the file is shown`(_ text: String) {
        var codes = codes("abcd1234efgh", "not a code", "short")
        let stands = codes.stand(in: text)
        #expect(!stands)
    }

    @Test func `the file is read once, and only for a text that could be a code`() {
        var count = 0
        var codes = FileCodes(prefix: "") { found in
            count += 1
            found("abcd1234efgh")
        }
        _ = codes.stand(in: "1200391")
        #expect(count == 0)
        let stand = ["abcd1234efgh", "7710000009004"].map { codes.stand(in: $0) }
        #expect(stand == [true, false])
        #expect(count == 1)
    }

    @Test func `where the file can't be read, any text that could be a code counts as one`() {
        struct Unreadable: Error {}
        var codes = FileCodes(prefix: "") { _ in throw Unreadable() }
        let stand = ["7710000009004", "1200391"].map { codes.stand(in: $0) }
        #expect(stand == [true, false])
    }
}
