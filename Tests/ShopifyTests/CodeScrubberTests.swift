import Commerce
import Sealing
import SeededRandom
import Testing

@testable import Shopify

struct CodeScrubberTests {
    @Test(arguments: [
        ("Code abcd1234efgh is bad", "Code … is bad"),
        ("ABCD-1234-EFGH", "…"),
        ("shopify-giftcard-abcd1234efgh", "…"),
        ("12345678", "…"),
        ("\"code\":\"zlrz1zlrz\"", "\"code\":\"…\""),
        ("token shpat_0123456789abcdef0123456789abcdef", "token …"),
        ("gid://shopify/GiftCard/abcd1234efgh", "gid://shopify/GiftCard/…"),
        ("https://shopify/GiftCard/12345678", "https://shopify/GiftCard/…"),
        ("0123abcd-1234-5678-9abc-0123456789abcd", "…"),
        ("2026-91-99", "…"),
        ("two\nlines", "two lines"),
    ])
    func `what may be anybody's code or token is taken out`(_ text: String, _ scrubbed: String) {
        #expect(CodeScrubber().scrubbed(text) == scrubbed)
    }

    @Test(arguments: [
        "Code must be at most 20 characters long",
        "Code has already been taken",
        "can't exceed $3,000.00 CAD",
        "The customer could not be found.",
        "You must use an allowed mutation name.",
        "The input file size exceeds the maximum allowed size of 100 MB.",
        "Access denied for giftCards field. Required access: `read_gift_cards` access scope.",
        "Code can only contain letters(a-z) and numbers(0-9)",
        "The JSONL file could not be found. Try uploading the file again, and check that you've entered the URL correctly for the stagedUploadPath mutation argument.",
        "Internal error. Looks like something went wrong on our end.",
        "Bulk mutations cannot contain more than 1 connection.",
        "[API] Invalid API key or access token (unrecognized login or wrong password)",
        "Variable $input of type GiftCardCreateInput! was provided invalid value for initialAmount (Field is not defined on GiftCardCreateInput), initialValue (Expected value to not be null)",
        "Gift card creation is not enabled for this shop",
        "Field 'giftCards' doesn't exist on type 'QueryRoot'",
        "input.0.fileSize: file size is required for video resources",
        "Oauth error shop_not_permitted: Client credentials cannot be performed on this shop.",
        "A bulk mutation operation for this app and shop is already in progress: gid://shopify/BulkOperation/7749099127090, gid://shopify/BulkOperation/7749099127091.",
        "Invalid id: gid://shopify/InventoryLevel/143273001266?inventory_item_id=5",
        "Argument 'first' on Field 'giftCards' has an invalid value. Expected type 'UnsignedInt64'.",
        "Internal error. Request ID: fd7f10e2-aca0-4dda-902f-a27e398a9f9b-1756166634 (include this in support requests).",
        "This version is unsupported since 2026-07-01T00:00:00Z; use 2026-07",
        "Unavailable Shop",
        "All connection fields in a bulk query must select their contents using 'edges' > 'node', e.g: 'orders { edges { node {'.",
        "Inventory synchronization misconfigured: recipientAttributes.sendNotificationAt, crossCurrencyRedemptionStrategy",
    ])
    func `Shopify's sentences stay as they are`(_ text: String) {
        #expect(CodeScrubber().scrubbed(text) == text)
    }

    @Test(arguments: [
        "abcdefghij", "ABCDEFGHIJ", "abcd-efgh-ij", "ABCD EFGH IJ", "ab_cd.ef/gh ij", "a b c d e f g h i j",
        "abcd\nefgh\u{A0}ij", "(abcdefghij)", "xabcdefghijx", "code:abcdefghij", "\\nabcdefghij",
    ])
    func `a code of letters alone that was sent is taken out, in every form`(_ form: String) throws {
        let scrubber = CodeScrubber(codes: [try GiftCardCode(reading: "abcdefghij")])
        let text = scrubber.scrubbed("The creation of \(form) failed")
        #expect(text.hasPrefix("The creation of ") && text.hasSuffix(" failed") && text.contains("…"), "\(text)")
        #expect(!text.lowercased().filter { $0.isLetter }.contains("abcdefghij"))
    }

    @Test func `of many codes that were sent those that stand in a text are taken out`() {
        let sent: Set<String> = ["abcdefghij", "qwertyuiop", "creation"]
        let scrubber = CodeScrubber { sent.contains($0) }
        #expect(
            scrubber.scrubbed("Codes abcdefghij, QWER TYUI-OP: gift card already taken")
                == "Codes …, …: gift card already taken"
        )
        // Whoever has a word for a code can't read it in a sentence.
        #expect(scrubber.scrubbed("the creation failed") == "the … failed")
        #expect(scrubber.scrubbed("{\\\"code\\\":\\\"abcdefghij\\\"}") == "{\\\"code\\\":\\\"…\\\"}")
    }

    @Test func `a secret that was sent is taken out, whatever it looks like`() {
        let scrubber = CodeScrubber(secrets: [Secret("s+cret="), Secret("")])
        #expect(scrubber.scrubbed("client_secret s+cret= is wrong") == "client_secret … is wrong")
    }

    @Test func `a long text is cut, and shows no part of a code there`() throws {
        let text = String(repeating: "ab ", count: 98) + "abcd1234efgh"
        #expect(CodeScrubber().scrubbed(text) == String(repeating: "ab ", count: 98) + "…")
        let scrubber = CodeScrubber(codes: [try GiftCardCode(reading: "abcdefghij")])
        for length in 270...310 {
            let filled = String(repeating: "x", count: length) + " abcd efgh ij " + String(repeating: "y", count: 3_000)
            let shown = scrubber.scrubbed(filled)
            #expect(!shown.contains("abcd") && shown.count <= 301, "\(shown)")
        }
    }

    @Test func `no code that was sent is in any words of Shopify's, whatever they are`() throws {
        var random = SplitMix64(seed: 11)
        let alphabets = [
            Array("abcdefghijklmnopqrstuvwxyz"), Array("0123456789"), Array("abcdefghijklmnopqrstuvwxyz0123456789"),
        ]
        let separators = ["", "", "", " ", "-", "_", ".", "/", "\u{A0}", " - "]
        let words = [
            "Code", "creation", "of", "giftCardCreate", "failed:", "'", "(", "2026-07", "gid://shopify/GiftCard/", "…",
            "é", "\n", "\\n",
        ]
        for _ in 0..<3_000 {
            let alphabet = alphabets[random.below(alphabets.count)]
            let code = String((0..<(8 + random.below(13))).map { _ in alphabet[random.below(alphabet.count)] })
            let separator = separators[random.below(separators.count)]
            let isUpper = random.below(2) == 1
            let form = code.map { isUpper ? $0.uppercased() : String($0) }.joined(separator: separator)
            var parts = (0..<random.below(120)).map { _ in words[random.below(words.count)] }
            parts.insert(form, at: random.below(parts.count + 1))
            let text = parts.joined(separator: random.below(3) == 0 ? "" : " ")
            let error = UserError(
                code: random.below(4) == 0 ? form : "INVALID",
                field: random.below(4) == 0 ? ["input", form] : ["input", "code"],
                message: text,
                CodeScrubber(codes: [try GiftCardCode(reading: code)])
            )
            let shown = "\(error)".lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
            #expect(!shown.contains(code), "\(code) is in '\(error)', made of '\(text)'")
        }
    }
}
