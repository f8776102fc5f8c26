import Commerce
import Testing

@Suite struct GiftCardCodeTests {
    private static let prefix = "shopify-giftcard-"

    @Test(arguments: [
        "abcd1234efgh", "ABCD1234EFGH", "  abcd1234efgh\t", "\r\nabcd1234efgh\n", "\u{A0}abcd1234efgh\u{3000}",
        "abcd 1234 efgh", "abcd-1234-efgh", "a-b c-d1234ef--gh", "abcd1234efgh-", "-abcd1234efgh",
        "shopify-giftcard-abcd1234efgh", "Shopify-GiftCard-ABCD 1234-efgh", " SHOPIFY-GIFTCARD-abcd1234efgh ",
        "shopify-giftcard- abcd1234efgh",
    ])
    func `a code is brought to the one form that is sent`(_ text: String) throws {
        #expect(try GiftCardCode(reading: text, prefix: Self.prefix).secret == "abcd1234efgh")
    }

    @Test func `the prefix of the configuration is compared without case too`() throws {
        #expect(try GiftCardCode(reading: "gc-abcd1234", prefix: "GC-").secret == "abcd1234")
    }

    @Test func `a prefix is taken off once, and only in front`() throws {
        #expect(try GiftCardCode(reading: "gcgcabcd1234gc", prefix: "gc").secret == "gcabcd1234gc")
    }

    @Test func `without a prefix nothing is taken off`() throws {
        #expect(try GiftCardCode(reading: "shopify-1234").secret == "shopify1234")
    }

    @Test(arguments: ["abcd1234", "12345678", "abcdefgh", "abcdefghij1234567890"])
    func `eight to twenty letters and digits are a code`(_ text: String) throws {
        #expect(try GiftCardCode(reading: text).secret == text)
    }

    @Test(arguments: ["", " ", "\n", "-", " - - ", "shopify-giftcard-", " Shopify-GiftCard- - "])
    func `a text of which nothing is left is a missing code`(_ text: String) {
        #expect(throws: GiftCardCode.Fault.missing) { try GiftCardCode(reading: text, prefix: Self.prefix) }
    }

    @Test(arguments: ["a", "abcd123", "a-b-c-d-1-2-3", "shopify-giftcard-abcd123"])
    func `fewer than eight are too short, whatever stands between them`(_ text: String) {
        #expect(throws: GiftCardCode.Fault.tooShort) { try GiftCardCode(reading: text, prefix: Self.prefix) }
    }

    @Test(arguments: [
        "abcdefghij12345678901", "abcdefghij-12345678901", "shopify-giftcard-abcdefghij12345678901",
        String(repeating: "a", count: 100_000),
    ])
    func `more than twenty are too long`(_ text: String) {
        #expect(throws: GiftCardCode.Fault.tooLong) { try GiftCardCode(reading: text, prefix: Self.prefix) }
    }

    @Test(arguments: [
        "abcd_1234", "abcd.1234", "abcd/1234", "abcd,1234", "abcd\t1234", "abcd\n1234", "abcd\u{0}1234",
        "abcd\u{A0}1234",
        "abcd–1234", "abcd—1234", "abcd\u{2010}1234", "äbcd1234", "abcd1234é", "abcd123e\u{301}", "аbcd1234",
        "ａｂｃｄ１２３４",
        "abcd٣٤٥٦", "abcd1234\u{200B}", "\u{FEFF}abcd1234", "İbcd1234", "ßbcd1234", "abcd1234🎁", "\"abcd1234\"", "é",
        "abcd-\u{301}1234",
    ])
    func `anything but letters and digits of ASCII is refused, however long it is`(_ text: String) {
        #expect(throws: GiftCardCode.Fault.badCharacter) { try GiftCardCode(reading: text) }
    }

    @Test func `an accent on the prefix's end is not taken off with it`() {
        #expect(throws: GiftCardCode.Fault.badCharacter) {
            try GiftCardCode(reading: "shopify-giftcard-\u{301}abcd1234", prefix: Self.prefix)
        }
    }

    @Test func `two spellings of one code are one code`() throws {
        let spellings = try Set(
            ["ABCD-1234", "abcd 1234", "Shopify-Giftcard-abcd1234"].map {
                try GiftCardCode(reading: $0, prefix: Self.prefix)
            }
        )
        #expect(spellings.count == 1)
    }

    @Test(arguments: [
        ("abcd1234", "…1234"), ("ABCD-12-x3W6", "…x3w6"), ("shopify-giftcard-abcd1234", "…1234"),
        ("abcd_123456", "…3456"),
        ("abcdefghij12345678901", "…8901"),
    ])
    func `of eight characters or more the last four are shown`(_ text: String, _ masked: String) {
        #expect(GiftCardCode.masked(text, prefix: Self.prefix) == masked)
    }

    @Test(arguments: [
        "", " ", "a", "1234", "abcd123", "abcd-12-3", "shopify-giftcard-abcd123", "shopify-giftcard-1234",
    ])
    func `of fewer than eight characters nothing is shown`(_ text: String) {
        #expect(GiftCardCode.masked(text, prefix: Self.prefix) == "…")
    }

    @Test func `the last four characters are told on their own`() throws {
        #expect(try GiftCardCode(reading: "abcd-1234-x3w6").lastCharacters == "x3w6")
    }

    @Test(arguments: Showing.allCases)
    func `no way of showing a code shows more than its last four characters`(_ showing: Showing) throws {
        let secret = "q7k2m9zx4w8v1b5n3t6y"
        let shown = showing.text(of: try GiftCardCode(reading: secret))
        for start in 0..<(secret.count - 4) {
            let part = secret.dropFirst(start).prefix(5)
            #expect(!shown.lowercased().contains(part), "\(shown)")
        }
    }

    @Test(arguments: Showing.allCases)
    func `every way of showing a code shows its last four characters`(_ showing: Showing) throws {
        #expect(showing.text(of: try GiftCardCode(reading: "abcd1234x3w6")).contains("…x3w6"))
    }

    @Test func `a code can't be encoded by accident`() throws {
        let code: any Sendable = try GiftCardCode(reading: "abcd1234")
        #expect(!(code is any Encodable))
    }

    /// A way in which a value comes to be read by a person.
    enum Showing: String, CaseIterable, CustomTestStringConvertible {
        case description, interpolation, reflection, debugDescription, dump, mirror, dumpOfOwner, reflectionOfOwner
        case array, optional, dictionary, failedExpectation

        struct Owner { let code: GiftCardCode }

        var testDescription: String { rawValue }

        func text(of code: GiftCardCode) -> String {
            switch self {
            case .description: return code.description
            case .interpolation: return "\(code)"
            case .reflection: return String(reflecting: code)
            case .debugDescription: return code.debugDescription
            case .dump: return dumped(code)
            case .mirror: return Mirror(reflecting: code).children.map { "\($0.label ?? ""): \($0.value)" }.joined()
            case .dumpOfOwner: return dumped(Owner(code: code))
            case .reflectionOfOwner: return String(reflecting: Owner(code: code))
            case .array: return String(reflecting: [code])
            case .optional: return String(reflecting: Optional(code))
            case .dictionary: return String(describing: [code: code])
            case .failedExpectation: return String(describingForTest: code)
            }
        }

        private func dumped(_ value: Any) -> String {
            var text = ""
            Swift.dump(value, to: &text)
            return text
        }
    }
}
