import Commerce
import Testing

/// Texts of other columns that may be a code, or hold one.
@Suite struct HidingTests {
    private static let prefix = "shopify-giftcard-"

    private func hides(_ text: String, besides written: String? = nil, isReadable: Bool = true) -> Bool {
        GiftCardCode.mayStand(in: text, besides: written, isReadable: isReadable, prefix: Self.prefix)
    }

    @Test(arguments: [
        "shopify-giftcard-1", "NS 12 Shopify-GiftCard-abcd", "abcd1234efgh", "x ABCD1234EFGH y", "ab-cd 12-34 ef-gh",
    ])
    func `the row's own code and the prefix are found, also behind other letters`(_ text: String) {
        for text in [text, text + "é", "ж" + text] {
            #expect(hides(text, besides: "Shopify-GiftCard-ABCD-1234 efgh"), "\(text)")
        }
    }

    @Test func `a code that is refused for the blanks in it is hidden all the same`() {
        #expect(hides("NS ABCDEFGHIJ", besides: "abcd efgh ij", isReadable: false))
        #expect(hides("NS abcdefghijé", besides: "abcd efgh ij", isReadable: false))
    }

    @Test(arguments: ["", "1200345", "5550000000101", "abcd1234efg", "bcd1234efgh", "shopify-giftcard", "Order é 12"])
    func `what holds neither is no code`(_ text: String) {
        #expect(!hides(text, besides: "shopify-giftcard-abcd1234efgh"))
        #expect(!hides(text))
    }

    @Test(arguments: [
        ("abcd1234", true), ("AB-CD 12 34", true), ("a1a1a1a1a1a1a1a1a1a1", true), ("abcd123", false),
        ("a1a1a1a1a1a1a1a1a1a1a", false), ("12345678", false), ("abcdefgh", false), ("abcd_1234", false),
        ("abcd1234é", false), ("", false),
    ])
    func `where the row's code can't be read, whatever looks like a code may be it`(_ text: String, _ isHidden: Bool) {
        #expect(hides(text, besides: "short", isReadable: false) == isHidden)
        #expect(!hides(text, besides: "short", isReadable: true))
    }

    @Test(arguments: [
        ("\t shopify-giftcard-abcd1234 \n", "abcd1234"), ("\u{B}abcd 1234\u{C}", "abcd1234"),
        ("\r\nabcd1234\r\n", "abcd1234"), ("\u{A0}Abcd-1234\u{2003}", "abcd1234"),
    ])
    func `white space of every kind around a code is dropped`(_ text: String, _ code: String) throws {
        #expect(try GiftCardCode(reading: text, prefix: Self.prefix).secret == code)
    }
}
