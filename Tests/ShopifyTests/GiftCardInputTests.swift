import Commerce
import Shopify
import Testing

struct GiftCardInputTests {
    private func text(_ input: GiftCardInput, _ version: APIVersion) -> String {
        String(decoding: input.variables(for: version), as: UTF8.self)
    }

    @Test(arguments: [APIVersion.v2026January, .v2026April])
    func `before July 2026 a card's value is a decimal`(_ version: APIVersion) throws {
        let expected =
            #"{"input":{"code":"abcd1234efgh","initialValue":"25.50","note":"Order 5550000000101 dl:0a1b2c3d4e5f:2"}}"#
        #expect(text(try card(), version) == expected)
    }

    @Test func `from July 2026 on a card's value is an amount with its currency`() throws {
        let expected =
            #"{"input":{"code":"abcd1234efgh","initialAmount":{"amount":"25.50","currencyCode":"USD"},"note":"Order 5550000000101 dl:0a1b2c3d4e5f:2"}}"#
        #expect(text(try card(), .v2026July) == expected)
    }

    @Test(arguments: ["77", "gid://shopify/Customer/77"])
    func `a customer is sent by its global id, and only if given`(_ id: String) throws {
        let expected =
            #"{"input":{"code":"abcd1234efgh","initialValue":"25.50","note":"Order 5550000000101 dl:0a1b2c3d4e5f:2","customerId":"gid://shopify/Customer/77"}}"#
        #expect(text(try card(customer: id), .v2026January) == expected)
    }
}
