import Commerce
import Feeds
import Records
import Testing

@Suite struct FeedFaultTests {
    private static let good = #"{"line":2,"giftCardNumber":"abcd1234x3w6","initialValue":"25.00"}"#

    @Test func `the feed that the others are made from is good`() throws {
        #expect(try SampleFeed.read(head + Self.good + tail).cards == [card(2, "abcd1234x3w6", "25")])
    }

    @Test func `a byte order mark before a feed is passed over`() throws {
        #expect(try SampleFeed.read("\u{FEFF}" + head + Self.good + tail).cards == [card(2, "abcd1234x3w6", "25")])
    }

    @Test(arguments: [
        "[]", "[\(head)]}]", "\"feed\"", "12", "null", "true",
    ])
    func `a document that is no object is no feed`(_ text: String) {
        #expect(fault(text) is FeedError)
    }

    @Test(arguments: [
        ("gift-card-activation", "gift-card-redemption"), ("gift-card-activation", "Gift-Card-Activation"),
        (#""feed":"gift-card-activation","#, ""), (#""feed":"gift-card-activation""#, #""feed":1"#),
        (#""version":1"#, #""version":2"#), (#""version":1"#, #""version":"1""#), (#""version":1"#, #""version":1.0"#),
        (#""version":1,"#, ""), (#""version":1"#, #""version":null"#),
    ])
    func `a document of another kind or version is no feed`(_ part: String, _ other: String) {
        let error = fault((head + Self.good + tail).replacing(part, with: other)) as? FeedError
        #expect(error?.description == "it is not a gift-card-activation feed of version 1")
    }

    @Test(arguments: [
        #""shop":"example.myshopify.com","#, #""source":{"file":"a.csv","sha256":"abcd"},"#, #""file":"a.csv","#,
        #","sha256":"abcd""#, #""currency":"USD","#,
    ])
    func `a feed whose head lacks something is refused`(_ part: String) {
        #expect(fault((head + Self.good + tail).replacing(part, with: "")) is FeedError)
    }

    @Test(arguments: [
        (#""USD""#, #""US""#), (#""USD""#, "840"), (#""USD""#, "null"), (#""a.csv""#, "1"), (#""abcd""#, "[]"),
        (#"{"file":"a.csv","sha256":"abcd"}"#, #""a.csv""#), (#""example.myshopify.com""#, "null"),
    ])
    func `a head with a value of another kind is refused`(_ part: String, _ other: String) {
        #expect(fault((head + Self.good + tail).replacing(part, with: other)) is FeedError)
    }

    @Test func `cards before the head are refused`() {
        let text = #"{"giftCards":[\#(Self.good)],"# + head.dropFirst().replacing(#","giftCards":["#, with: "}")
        #expect(fault(text) is FeedError)
    }

    @Test func `cards before the shop are refused, though all else stands before them`() {
        let text = (head + Self.good + tail).replacing(#""shop":"example.myshopify.com","#, with: "")
        #expect(fault(text.dropLast() + #","shop":"example.myshopify.com"}"#) is FeedError)
    }

    @Test func `a document without cards is no feed`() {
        #expect(fault(head.replacing(#","giftCards":["#, with: "}")) is FeedError)
    }

    @Test(arguments: ["{}", "null", "\"\"", "1"])
    func `cards that are no list are refused`(_ other: String) {
        #expect(fault(head.dropLast() + other + "}") is FeedError)
    }

    @Test(arguments: [
        (#""line":2,"#, ""), ("2", #""2""#), ("2", "0"), ("2", "-2"), ("2", "2.5"), ("2", "2e1"), ("2", "null"),
        ("2", "99999999999999999999"),
    ])
    func `a card without a line is refused`(_ part: String, _ other: String) {
        let card = Self.good.replacing(part, with: other, maxReplacements: 1)
        #expect((fault(head + card + tail) as? FeedError)?.description == "a card has no 'line'")
    }

    @Test(arguments: ["null", "1", "\"abcd1234x3w6\"", "[]", "true"])
    func `a card that is no object is refused`(_ card: String) {
        #expect(fault(head + card + tail) is FeedError)
    }

    @Test(arguments: [
        (#""giftCardNumber":"abcd1234x3w6","#, ""), (#""abcd1234x3w6""#, "12345678"), (#""abcd1234x3w6""#, "null"),
        (#","initialValue":"25.00""#, ""), (#""25.00""#, "25.00"), (#""25.00""#, "null"),
    ])
    func `a card without its code or its value is refused, and its line named`(_ part: String, _ other: String) {
        let error = fault(head + Self.good.replacing(part, with: other) + tail) as? FeedError
        #expect(error?.description == "the card of line 2 lacks its code or its value")
    }

    @Test(arguments: [
        ("abcd1234x3w6", "", GiftCardCode.Fault.missing), ("abcd1234x3w6", "abc", .tooShort),
        ("abcd1234x3w6", "abcd1234x3w6abcd1234x3w6", .tooLong), ("abcd1234x3w6", "abcd_1234_x3w6", .badCharacter),
    ])
    func `a card with a bad code is refused, and its line named`(
        _ part: String,
        _ other: String,
        _ why: GiftCardCode.Fault
    ) {
        let error = fault(head + Self.good.replacing(part, with: other) + tail) as? FeedError
        #expect(error?.description == "the card of line 2: \(why.rawValue)")
    }

    @Test(arguments: [
        ("", Money.Fault.missing), ("-25.00", .notPlainDigits), ("25.001", .tooManyDecimals), ("0.00", .notPositive),
        ("1000000000", .tooLarge),
    ])
    func `a card with a bad value is refused, and its line named`(_ value: String, _ why: Money.Fault) {
        let error = fault(head + Self.good.replacing("25.00", with: value) + tail) as? FeedError
        #expect(error?.description == "the card of line 2: \(why.rawValue)")
    }

    @Test func `a card with the same member twice is refused`() {
        let card = Self.good.replacing(#""line":2"#, with: #""line":2,"initialValue":"99.00""#)
        #expect((fault(head + card + tail) as? JSONError)?.code == .duplicateKey)
    }

    @Test func `cards before a bad one are read`() throws {
        var reader = try ActivationFeedReader(BytesSource(head + Self.good + ",{}" + tail))
        #expect(try reader.next()?.line == 2)
        #expect(throws: FeedError.self) { try reader.next() }
    }

    @Test func `a feed that was cut anywhere is refused`() throws {
        let whole = head + Self.good + tail
        let read = (0..<whole.utf8.count).filter {
            fault(String(decoding: whole.utf8.prefix($0), as: UTF8.self)) == nil
        }
        #expect(read == [], "read as whole though cut behind so many bytes")
    }

    @Test(arguments: ["x", "{}", "]", ",", "\u{0}"])
    func `a feed with something behind it is refused`(_ more: String) {
        #expect(fault(head + Self.good + tail + more) is JSONError)
    }

    @Test func `behind the last card there is none, however often it is asked for`() throws {
        var reader = try ActivationFeedReader(BytesSource(head + tail))
        for _ in 1...3 { #expect(try reader.next() == nil) }
    }

    @Test(arguments: [
        #"{"line":2,"giftCardNumber":"secret99x","initialValue":25}"#,
        #"{"line":2,"giftCardNumber":"secret99_x","initialValue":"25"}"#,
        #"{"line":2,"giftCardNumber":"secret99secret99secret99","initialValue":"25"}"#,
        #"{"line":2,"giftCardNumber":"secret99x","initialValue":"x"}"#, #"{"line":0,"giftCardNumber":"secret99x"}"#,
        #"{"line":2,"giftCardNumber":"secret99x","giftCardNumber":"secret99y"}"#,
        #"{"line":2,"giftCardNumber":"secret99x"#,
        #"{"line":2,"giftCardNumber":secret99x}"#, #"{"secret99x"}"#, #"{"giftCardNumber":"secret99\x"}"#,
        #""secret99x""#,
    ])
    func `no error shows anything of a code`(_ card: String) throws {
        let error = try #require(fault(head + card + tail))
        for text in ["\(error)", String(reflecting: error), String(describingForTest: error)] {
            #expect(!text.contains("secret"), "\(text)")
        }
    }
}
