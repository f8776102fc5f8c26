import Commerce
import Records
import Shopify
import Testing

struct ProfileTests {
    private let shopJSON =
        #""shop":{"id":"gid://shopify/Shop/1","name":"Cards","myshopifyDomain":"cards.myshopify.com","currencyCode":"USD"}"#
    private let limitJSON = #""giftCardConfiguration":{"issueLimit":{"amount":"2000.0","currencyCode":"USD"}}"#
    private let scopesJSON =
        #""currentAppInstallation":{"accessScopes":[{"handle":"write_gift_cards"},{"handle":"read_gift_cards"}]}"#

    private func denied(_ field: String, data: String) -> ScriptedAnswer {
        .json(
            #"{"data":\#(data),"errors":[{"message":"Access denied for \#(field) field.","extensions":{"code":"ACCESS_DENIED"},"path":["\#(field)"]}]}"#
        )
    }

    private func profile(limit: Bool, scopes: Bool) throws -> ShopProfile {
        ShopProfile(
            domain: "cards.myshopify.com",
            name: "Cards",
            currency: try dollars(),
            issueLimit: limit ? Money(minorUnits: 200_000, currency: try dollars()) : nil,
            scopes: scopes ? ["write_gift_cards", "read_gift_cards"] : nil
        )
    }

    @Test func `a shop tells its name, currency, limit and scopes`() async throws {
        try await withClient(.json("{\"data\":{\(shopJSON),\(limitJSON),\(scopesJSON)}}")) { client, shop in
            let expected = try self.profile(limit: true, scopes: true)
            let profile = try await client.profile()
            #expect(profile == expected)
            #expect(shop.requests.count == 1)
        }
    }

    @Test func `what is denied beside the rest is left out`() async throws {
        try await withClient(
            denied("giftCardConfiguration", data: "{\(shopJSON),\"giftCardConfiguration\":null,\(scopesJSON)}")
        ) { client, shop in
            let expected = try self.profile(limit: false, scopes: true)
            let profile = try await client.profile()
            #expect(profile == expected)
            #expect(shop.requests.count == 1)
        }
    }

    @Test func `what is denied and takes the rest with it is not asked for again`() async throws {
        try await withClient(
            denied("giftCardConfiguration", data: "null"),
            denied("currentAppInstallation", data: "null"),
            .json("{\"data\":{\(shopJSON)}}")
        ) { client, shop in
            let expected = try self.profile(limit: false, scopes: false)
            let profile = try await client.profile()
            #expect(profile == expected)
            let asked = try shop.requests.map { try JSONValue(parsing: $0.body)["variables"] }
            #expect(
                asked == [
                    ["withIssueLimit": true, "withScopes": true], ["withIssueLimit": false, "withScopes": true],
                    ["withIssueLimit": false, "withScopes": false],
                ]
            )
        }
    }

    @Test func `the stages of many files ask the shop once a minute who it is`() async throws {
        let clock = TestTiming()
        let answer = ScriptedAnswer.json("{\"data\":{\(shopJSON),\(limitJSON),\(scopesJSON)}}")
        try await withClient(answer, answer, clock: clock) { client, shop in
            for _ in 0..<20 { _ = try await client.verifiedProfile(expecting: "cards.myshopify.com") }
            #expect(shop.requests.count == 1)
            let other = try await shopError { try await client.verifiedProfile(expecting: "other.myshopify.com") }
            #expect(other.code == .otherShop)
            clock.advance(by: .seconds(60))
            _ = try await client.verifiedProfile(expecting: "cards.myshopify.com")
            #expect(shop.requests.count == 2)
        }
    }

    @Test func `a shop that could not be asked is asked again`() async throws {
        let answer = ScriptedAnswer.json("{\"data\":{\(shopJSON),\(limitJSON),\(scopesJSON)}}")
        try await withClient(denied("shop", data: "null"), answer) { client, shop in
            _ = try await shopError { try await client.verifiedProfile(expecting: nil) }
            _ = try await client.verifiedProfile(expecting: nil)
            #expect(shop.requests.count == 2)
        }
    }

    @Test func `a shop that may not be read at all is an error`() async throws {
        try await withClient(denied("shop", data: "null")) { client, shop in
            let error = try await shopError { try await client.profile() }
            #expect(error.code == .accessDenied)
            #expect(shop.requests.count == 1)
        }
    }
}
