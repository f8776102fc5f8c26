import Testing

@testable import ShopifySandbox

struct GiftCardTests {
    @Test func `a card is made and shown without its code`() async throws {
        try await withShop { shop in
            let payload = try await shop.create("ABCD-efgh 1234 5678", "25.50")
            #expect(payload["userErrors"] == .array([]))
            #expect(payload["giftCardCode"] == "abcdefgh12345678")
            #expect(payload["giftCard"]?["lastCharacters"] == "5678")
            #expect(payload["giftCard"]?["maskedCode"] == "•••• •••• •••• 5678")
            #expect(payload["giftCard"]?["initialValue"] == ["amount": "25.5", "currencyCode": "USD"])
            #expect(payload["giftCard"]?["enabled"] == .bool(true))
        }
    }
}
