import Commerce
import Ledgers
import Shopify
import Testing

/// What the shop shows, compared with what a row asked for.
@Suite struct ExpectedCardTests {
    private static let note = "Order 5550000000101 dl:0a1b2c3d4e5f:2"

    private func expected(_ value: String = "100.00", _ currency: String = "USD") throws -> ExpectedCard {
        let money = try Money(value: value, in: try #require(Currency(currency)))
        let input = GiftCardInput(code: try GiftCardCode(reading: "abcd1234efgh"), value: money, note: Self.note)
        return try #require(input.expected)
    }

    /// The shop's own text of a card, as a result line holds it.
    private func created(
        _ amount: String,
        _ currency: String = "USD",
        last: String = "efgh",
        note: String? = ExpectedCardTests.note
    ) -> CreationOutcome {
        let note = note.map { "\"\($0)\"" } ?? "null"
        let card =
            #"{"id":"gid://shopify/GiftCard/10","lastCharacters":"\#(last)","note":\#(note),"initialValue":{"amount":"\#(amount)","currencyCode":"\#(currency)"}}"#
        let line = #"{"data":{"giftCardCreate":{"giftCard":\#(card),"userErrors":[]}},"__lineNumber":0}"#
        return BulkResultLine(parsing: Array(line.utf8)).outcome
    }

    private func found(_ amount: Money?, last: String = "efgh", note: String? = ExpectedCardTests.note, id: Int = 10)
        -> FoundCard
    {
        FoundCard(
            id: "gid://shopify/GiftCard/\(id)",
            lastCharacters: last,
            note: note,
            isEnabled: true,
            expiresOn: nil,
            deactivatedAt: nil,
            amount: amount
        )
    }

    @Test(arguments: ["100", "100.0", "100.00", "0100.000"])
    func `amounts are compared by what they are worth, however many decimals are written`(_ amount: String) throws {
        #expect(created(amount).outcome(for: try expected()) == .active(cardID: "gid://shopify/GiftCard/10"))
    }

    @Test(arguments: [
        ("1000.0", "USD", "efgh", "another value: 1000.00 USD"), ("10.0", "USD", "efgh", "another value: 10.00 USD"),
        ("100.01", "USD", "efgh", "another value: 100.01 USD"), ("0.0", "USD", "efgh", "another value: 0.00 USD"),
        ("100.0", "CAD", "efgh", "another currency: 100.00 CAD"),
        ("1000.0", "CAD", "efgh", "another value: 1000.00 CAD"),
        ("10000", "JPY", "efgh", "another currency: 10000 JPY"), ("100.0", "USD", "efgi", "another code: …efgi"),
        ("1000.0", "USD", "zzzz", "another value: 1000.00 USD, and another code: …zzzz"),
        // A code that the shop should show the end of is shown no more of here.
        ("100.0", "USD", "abcd1234efgh", "another code: …efgh"), ("100.0", "USD", "", "another code: …"),
    ])
    func `a card that bears our marker and is another one contradicts its row`(
        _ amount: String,
        _ currency: String,
        _ last: String,
        _ difference: String
    ) throws {
        let outcome = created(amount, currency, last: last).outcome(for: try expected())
        let reason = "our card at the shop has \(difference)"
        #expect(outcome == .contradicted(cardID: "gid://shopify/GiftCard/10", reason))
        #expect(!reason.contains("abcd1234"))
    }

    @Test(arguments: [
        "Order 5550000000101 dl:0a1b2c3d4e5f:3", "Order 5550000000101 dl:ffffffffffff:2", "Order 5550000000101", "",
        "changed by a flow", nil,
    ])
    func `a card with a foreign marker, or none, settles nothing, though all else is the row's`(_ note: String?) throws
    {
        let outcome = created("100.0", note: note).outcome(for: try expected())
        guard case .unknown(.unanswered, let reason) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(reason.hasSuffix("(gid://shopify/GiftCard/10)"))
    }

    @Test func `only the marker of a note counts, not what people wrote around it`() throws {
        let note = "Order … dl:0a1b2c3d4e5f:2 given to Ann"
        #expect(
            created("100.0", note: note).outcome(for: try expected()) == .active(cardID: "gid://shopify/GiftCard/10")
        )
    }

    @Test(arguments: ["\"amount\":\"1,00\"", "\"amount\":null", "\"x\":1"])
    func `a created card whose value can't be read is looked up`(_ member: String) throws {
        let line =
            #"{"data":{"giftCardCreate":{"giftCard":{"id":"gid://shopify/GiftCard/10","lastCharacters":"efgh","note":"\#(Self.note)","initialValue":{\#(member),"currencyCode":"USD"}},"userErrors":[]}},"__lineNumber":0}"#
        let outcome = BulkResultLine(parsing: Array(line.utf8)).outcome.outcome(for: try expected())
        #expect(outcome == .unknown(.unanswered, "the created card cannot be read"))
    }

    @Test func `a card found is compared as a created one is`() throws {
        let dollars = try dollars()
        let expected = try expected()
        #expect(expected.match(found(expected.value)) == .same)
        #expect(
            expected.match(found(Money(minorUnits: 100_000, currency: dollars)))
                == .contradiction("our card at the shop has another value: 1000.00 USD")
        )
        #expect(
            expected.match(found(expected.value, last: "zzzz"))
                == .contradiction("our card at the shop has another code: …zzzz")
        )
        for unsure in [found(nil), found(expected.value, note: nil)] {
            guard case .undecided = expected.match(unsure) else {
                Issue.record("\(unsure): \(expected.match(unsure))")
                return
            }
        }
    }

    @Test func `of several cards with our marker the one that is as asked for is ours`() throws {
        let expected = try expected()
        let cards = [
            found(expected.value, note: "dl:ffffffffffff:2", id: 1), found(expected.value, last: "zzzz", id: 2),
            found(expected.value, id: 3),
        ]
        #expect(cards.made(as: expected)?.id == "gid://shopify/GiftCard/3")
        #expect(cards.dropLast().map(\.self).made(as: expected)?.id == "gid://shopify/GiftCard/2")
        #expect([cards[0]].made(as: expected) == nil)
    }

    @Test func `an input without a marker asks for no card that could be told`() throws {
        let input = GiftCardInput(
            code: try GiftCardCode(reading: "abcd1234efgh"),
            value: .zero(try dollars()),
            note: "x"
        )
        #expect(input.expected == nil)
    }
}
