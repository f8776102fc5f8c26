import Commerce
import Feeds
import Records
import SeededRandom
import Testing

@Suite struct ActivationFeedTests {
    @Test func `a feed is one JSON document with one card a line`() throws {
        var feed = try SampleFeed.sample([
            card(
                2,
                "abcd1234x3w6",
                "25.5",
                netSuite: "1200345",
                shopify: "5550000000101",
                customer: "77",
                shipped: "11/20/2026"
            ),
            card(4, "efgh5678", "100"),
        ])
        feed.invalid = 1
        let text = String(decoding: try feed.written(), as: UTF8.self)
        #expect(
            text == """
                {"feed":"gift-card-activation","version":1,"source":{"file":"a.csv","sha256":"abcd"},"shop":"example.myshopify.com",\
                "currency":"USD","giftCards":[
                {"line":2,"giftCardNumber":"abcd1234x3w6","initialValue":"25.50","netsuiteOrderId":"1200345",\
                "shopifyOrderId":"5550000000101","shopifyCustomerId":"77","shippedDate":"11/20/2026"},
                {"line":4,"giftCardNumber":"efgh5678","initialValue":"100.00"}
                ],"totals":{"rows":3,"giftCards":2,"invalid":1,"value":"125.50"}}

                """
        )
    }

    @Test func `a feed without cards has an empty list`() throws {
        let text = String(decoding: try SampleFeed.sample().written(), as: UTF8.self)
        #expect(text.contains(#""giftCards":[],"totals":{"rows":0,"giftCards":0,"invalid":0,"value":"0.00"}}"#))
    }

    @Test func `a value that is missing is absent`() throws {
        let text = String(decoding: try SampleFeed.sample([card(2, "abcd1234", "1")]).written(), as: UTF8.self)
        for name in ["netsuiteOrderId", "shopifyOrderId", "shopifyCustomerId", "shippedDate", "null"] {
            #expect(!text.contains(name), "\(name)")
        }
    }

    @Test func `the same feed gives the same bytes`() throws {
        var random = SplitMix64(seed: 7)
        let feed = try Self.random(&random)
        #expect(try feed.written() == feed.written())
    }

    @Test(arguments: [("JPY", "500", "500"), ("KWD", "0.5", "0.500"), ("USD", "0.5", "0.50")])
    func `a value is written with all of its currency's decimals`(_ code: String, _ value: String, _ written: String)
        throws
    {
        var feed = try SampleFeed.sample([card(2, "abcd1234", value, in: code)])
        feed.header.currency = try #require(Currency(code))
        let text = String(decoding: try feed.written(), as: UTF8.self)
        #expect(text.contains(#""initialValue":"\#(written)""#))
    }

    @Test(arguments: UInt64(1)...20)
    func `what is written reads back the same, whatever the chunks`(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let feed = try Self.random(&random)
        let bytes = try feed.written()
        for chunk in [1, 2, 3, 7, 64, 1 + random.below(bytes.count), bytes.count] {
            let read = try SampleFeed.read(bytes, chunk: chunk)
            #expect(read == feed, "seed \(seed), chunks of \(chunk)")
        }
    }

    @Test func `members may come in any order within a card, and unknown ones are passed over`() throws {
        let feed = try SampleFeed.read(
            head + #"{"shippedDate":"x","new":{"a":[1]},"initialValue":"25","giftCardNumber":"ABCD-1234","line":2}"#
                + tail
        )
        #expect(try feed.cards == [card(2, "abcd1234", "25", shipped: "x")])
    }

    @Test func `unknown members of the document are passed over`() throws {
        let feed = try SampleFeed.read(
            #"{"note":{"x":[{}]},"# + head.dropFirst() + tail.dropLast() + #","more":[1,{"a":null}]}"#
        )
        #expect(feed.header == (try SampleFeed.sample().header))
    }

    /// A feed with random cards and texts that JSON has to escape.
    private static func random(_ random: inout SplitMix64) throws -> SampleFeed {
        let texts: [String?] = [
            nil, "", "1200345", "11/20/2026 1:02 pm", "\"quoted\" \\ / \u{8}\u{C}\n\r\t\u{1F}", "日本語 🎁", "null",
            "\u{2028}", "],}",
        ]
        let code = ["JPY", "USD", "KWD"][random.below(3)]
        let currency = try #require(Currency(code))
        let cards = (0..<random.below(30)).map { index in
            (
                index, texts.shuffled(using: &random),
                String(
                    (0..<(8 + random.below(13))).map { _ in
                        "abcdefghijklmnopqrstuvwxyz0123456789".randomElement(using: &random) ?? "a"
                    }
                ), Int64(1 + random.below(99_999_999))
            )
        }
        return SampleFeed(
            header: FeedHeader(
                sourceFile: "Tue Mar 10 2026 12:39:39 GMT-0700 (PDT)-\"é\".csv",
                sourceDigest: "abcd",
                shop: "example.myshopify.com",
                currency: currency
            ),
            cards: try cards.map { index, texts, code, units in
                FeedCard(
                    line: index * 3 + 2,
                    code: try GiftCardCode(reading: code),
                    value: Money(minorUnits: units, currency: currency),
                    netSuiteOrder: texts[0],
                    shopifyOrder: texts[1],
                    shopifyCustomer: texts[2],
                    shippedDate: texts[3]
                )
            }
        )
    }
}
