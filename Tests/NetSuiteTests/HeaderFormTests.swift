import NetSuite
import Records
import Testing

/// A header that is there in another form is named.
@Suite struct HeaderFormTests {
    private func error(_ text: String, quoting: CSVFormat.Quoting = .singleLine) -> String? {
        do {
            try GiftCardFulfillmentReader(BytesSource(text), quoting: quoting).requireClearHeader()
            return nil
        } catch {
            return "\(error)"
        }
    }

    private static let none = "line 1: the header has no column "

    @Test(arguments: [
        ("giftCardNumber;shippedDate;price\na;b;1\n", "semicolons"), ("giftCardNumber\tprice\na\t1\n", "tabs"),
        ("price|giftCardNumber\n1|a\n", "vertical bars"),
        ("giftCardNumber;shippedDate, local;price\n", "semicolons"), ("\"giftCardNumber\";\"price\"\n", "semicolons"),
        ("Price ; GiftCardNumber\n", "semicolons"),
    ])
    func `other separators are named`(_ text: String, _ words: String) {
        #expect(
            error(text) == Self.none
                + "'giftCardNumber' and no column 'price'; its names are there, separated by \(words): save the file with commas"
        )
    }

    @Test(arguments: [
        "sep=,\ngiftCardNumber,price\n", "sep=;\ngiftCardNumber;price\n", "SEP=\t\nx\n",
        "\"sep=,\"\ngiftCardNumber,price\n",
    ])
    func `a line for spreadsheets before the header is named`(_ text: String) {
        #expect(
            error(text)?.hasSuffix(
                "; a line 'sep=' is for spreadsheets only: remove it, so that the header is the first line"
            ) == true
        )
    }

    @Test(arguments: [
        ("giftCardNumber,price \n", "'price ' has blanks around it: it must be 'price'"),
        ("giftCardNumber,\tprice\n", "'\\u{9}price' has blanks around it: it must be 'price'"),
        ("giftCardNumber,Price\n", "'Price' is in another case: it must be 'price'"),
        ("giftCardNumber,'price'\n", "''price'' has quotes around it: it must be 'price'"),
        (
            "giftCardNumber, 'PRICE '\n",
            "' 'PRICE '' has blanks around it and has quotes around it and is in another case: it must be 'price'"
        ),
        ("giftCardNumber,“price”\n", "'“price”' has quotes around it: it must be 'price'"),
        ("gift_card_number,price\n", "'gift_card_number' is written otherwise: it must be 'giftCardNumber'"),
        ("Gift Card Number,price\n", "'Gift Card Number' is written otherwise: it must be 'giftCardNumber'"),
        (
            "\u{FEFF}\u{FEFF}giftCardNumber,price\n",
            "'\\u{FEFF}giftCardNumber' has blanks around it: it must be 'giftCardNumber'"
        ),
        ("giftCardNumber,\u{A0}price\n", "'\\u{A0}price' has blanks around it: it must be 'price'"),
        ("giftCardNumber,price\u{200B}\n", "'price\\u{200B}' has blanks around it: it must be 'price'"),
    ])
    func `a name that is nearly there is named with what is other`(_ text: String, _ hint: String) {
        #expect(error(text)?.hasSuffix("; " + hint) == true, "\(error(text) ?? "")")
    }

    @Test func `both columns get their hint`() {
        #expect(
            error("giftcardnumber,Price\n") == Self.none
                + "'giftCardNumber' and no column 'price'; 'giftcardnumber' is in another case: it must be 'giftCardNumber'; "
                + "'Price' is in another case: it must be 'price'"
        )
    }

    @Test(arguments: [
        "abcd1234efgh,25\n", "abcd1234efgh;25\n", "abcd1234efgh\t25\n", "value,code\n", "giftCardNumber;abcd1234efgh\n",
    ])
    func `what is no header is not shown`(_ text: String) {
        let words = error(text)
        #expect(words == Self.none + "'giftCardNumber' and no column 'price'")
    }

    @Test func `the line is the header's own`() {
        #expect(
            error("\n,,\nPrice,giftCardNumber\n")?.hasPrefix("line 3: the header has no column 'price'; 'Price'")
                == true
        )
    }

    @Test(arguments: [
        ("giftCardNumber,price,Price\n", "'price' and 'Price'"),
        ("giftCardNumber,price,price \n", "'price' and 'price '"),
        ("giftCardNumber,gift_card_number,price\n", "'giftCardNumber' and 'gift_card_number'"),
    ])
    func `two columns of which either may be meant are unclear`(_ text: String, _ names: String) {
        #expect(
            error(text)?.contains(
                "the header has the columns \(names); which of them holds what is needed can't be told"
            ) == true
        )
    }

    @Test(arguments: ["\u{2028}", "\u{2029}", "\u{85}", "\u{B}", "\u{C}"])
    func `other line separators than those of a CSV are no header's`(_ separator: String) {
        let text = "giftCardNumber,price,memo\(separator)abcd1234efgh,25,x\(separator)abcd1234efgi,26,y"
        #expect(error(text)?.contains("line separators that are no line breaks of a CSV") == true)
        #expect(error(text)?.contains("abcd") == false)
    }

    @Test(arguments: [
        "giftCardNumber,price\n", "price,giftCardNumber,orderId,OrderID\n", "giftCardNumber,price,priceList,prices\n",
        "giftCardNumber,price,,\n",
    ])
    func `a clear header is one`(_ text: String) {
        #expect(error(text) == nil)
    }

    @Test func `a name with a line break in its quotes is one`() {
        #expect(error("giftCardNumber,price,\"sold\nby\"\n", quoting: .rfc4180) == nil)
    }
}
