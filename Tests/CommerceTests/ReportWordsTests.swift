import Commerce
import Testing

/// A totals line would become a card that anybody can guess.
@Suite struct ReportWordsTests {
    private static let prefix = "shopify-giftcard-"

    private func fault(_ text: String) -> GiftCardCode.Fault? {
        do throws(GiftCardCode.Fault) {
            _ = try GiftCardCode(reading: text, prefix: Self.prefix)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        "Overall Total", "Grand Total", "End of file", "Record Count", "Test Card", "abcd efgh", "ABCD EFGH IJKL",
        "Sub - Total", "  Grand   Total  ",
        "Grand\tTotal", "Grand\u{A0}Total", "Gesamt Summe", "total général", "Summe für März",
        "shopify-giftcard-Gift Card", "Thank you for your order",
        "a b", "Prepared by Jane Doe", "ABCD - EFGH", "Grand -Total", "grand- total",
    ])
    func `text of letters with a blank in it is no code`(_ text: String) {
        #expect(fault(text) == .textWithBlank)
    }

    @Test(arguments: [
        "abcdefghij", "ABCD-EFGH-IJ", " abcdefghij ", "shopify-giftcard- abcdefghij", "shopify-giftcard-abcdefghij ",
        "abcdefgh-", "- abcdefgh -",
        "zzzzzzzzzzzzzzzzzzzz", "happybirthday",
    ])
    func `a code of letters without a blank in it is one`(_ text: String) {
        #expect(fault(text) == nil)
    }

    @Test(arguments: ["abcd 1234", "ABCD EFGH 1JKL", "1234 5678 9012 3456", "dlsp 1234 aced", "g1ft c4rd"])
    func `a blank among letters and digits is only how a code was written`(_ text: String) {
        #expect(fault(text) == nil)
    }

    @Test(arguments: [
        "OverallTotal", "GrandTotal", "grand-totals", "Sub-Total", "Subtotal", "subtotals", "EndOfFile",
        "end-of-report", "RecordCount", "Row-Count",
        "TotalRows", "TotalGiftCards", "NumberOfCards", "TestCard", "testcards", "SampleCode", "examplecard",
        "giftCardNumber", "giftCardCodes",
        "GiftCard", "ordernumber", "Cancelled", "refunded", "nullnull", "undefinedundefined", "Infinity", "placeholder",
        "total", "EOF", "Sum", "Count",
        "pagetotal", "shopify-giftcard-GrandTotal",
    ])
    func `the words that reports end with are no codes, however they are joined`(_ text: String) {
        #expect(fault(text) == .reportWords)
    }

    @Test(arguments: [
        "Grand Total:", "Total:", "*** End of file ***", "Total = ", "Sub_Total", "(Grand Total)", "Overall – Total",
    ])
    func `other signs around such words are the words' own`(_ text: String) {
        #expect(fault(text) == .reportWords)
    }

    @Test(arguments: [
        "total150", "Total 150", "Total Rows 12", "12 rows total", "Record Count 00012", "grand-total-15000",
        "Subtotal 2", "count000123", "150 total",
        "Total: 150.00", "page1of3", "Page 1 of 3", "totals2026",
    ])
    func `such words with digits are no code where they count`(_ text: String) {
        #expect(fault(text) == .reportWords)
    }

    @Test(arguments: [
        "giftcard0001", "testcard0001", "test12345678", "card12345678", "sample123456", "order1234567", "file00012345",
        "page12345678", "totalabcd123",
        "abtotal12345", "t0tal1234567", "endx12345678", "total1x23456", "xtotalxtotal", "count1account", "totals1a2b3c",
    ])
    func `codes that only begin or end with such words are codes`(_ text: String) {
        #expect(fault(text) == nil)
    }

    @Test(arguments: [
        "shopify-giftcard-null", "shopify-giftcard-undefined", "Undefined", "Shopify-GiftCard-NULL", "unde-fined",
    ])
    func `what a script writes for nothing is a missing code, also after the prefix`(_ text: String) {
        #expect(fault(text) == .missing)
    }

    @Test(arguments: ["Overall Total", "GrandTotal", "total150"])
    func `the reason says what it is, and shows nothing of it`(_ text: String) {
        let words = fault(text)?.rawValue ?? ""
        #expect(words.hasPrefix("a totals line or a note, not a gift card code: "))
        #expect(!words.lowercased().contains("overall") && !words.contains("150"))
    }

    @Test(arguments: ["overalltotal", "GRAND-TOTAL"])
    func `a code that was accepted before is found again, and told`(_ text: String) throws {
        let code = try GiftCardCode(accepted: text)
        #expect(code.isReportWords)
        #expect(try !GiftCardCode(accepted: "abcd1234efgh").isReportWords)
    }

    @Test func `drawn codes are hardly ever words`() throws {
        var state: UInt64 = 42
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
        for alphabet in [26, 36] {
            let faults = (0..<20_000).filter { _ in fault(String((0..<8).map { _ in letters[next(alphabet)] })) != nil }
            #expect(faults.isEmpty)
        }
    }
}
