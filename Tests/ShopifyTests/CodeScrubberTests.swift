import Testing

@testable import Shopify

struct CodeScrubberTests {
    @Test(arguments: [
        ("Code abcd1234efgh is bad", "Code … is bad"),
        ("value 'qwertyuiop'", "value '…'"),
        ("ABCD-1234-EFGH", "…"),
        ("abcd-efgh-ijkl", "…"),
        ("shopify-giftcard-abcd1234efgh", "…"),
        ("12345678", "…"),
        ("\"code\":\"zlrzzlrz\"", "\"code\":\"…\""),
        ("token shpat_0123456789abcdef0123456789abcdef", "token …"),
        ("two\nlines", "two lines"),
    ])
    func `what may be a code is taken out`(_ text: String, _ scrubbed: String) {
        #expect(CodeScrubber.scrubbed(text) == scrubbed)
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
    ])
    func `Shopify's known sentences stay as they are`(_ text: String) {
        #expect(CodeScrubber.scrubbed(text) == text)
    }

    @Test func `a long text is cut before a word that would be a code`() {
        let text = String(repeating: "ab ", count: 98) + "abcd1234efgh"
        #expect(CodeScrubber.scrubbed(text) == String(repeating: "ab ", count: 98) + "…")
    }
}
