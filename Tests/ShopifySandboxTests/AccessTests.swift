import Foundation
import Testing

@testable import ShopifySandbox

struct AccessTests {
    @Test(arguments: [nil, "", "shpat_other"])
    func `a wrong token is refused with a text`(token: String?) async throws {
        try await withShop { shop in
            let answer = try await shop.call("{ shop { id } }", token: token)
            #expect(answer.status == 401)
            #expect(
                answer.text
                    == #"{"errors":"[API] Invalid API key or access token (unrecognized login or wrong password)"}"#
            )
        }
    }

    @Test func `client credentials give a token that expires`() async throws {
        try await withShop { shop in
            func grant(_ form: String) async throws -> TestShop.Answer {
                try await shop.send(
                    "POST",
                    "/admin/oauth/access_token",
                    headers: ["Content-Type": "application/x-www-form-urlencoded"],
                    body: Data(form.utf8)
                )
            }
            let form = "grant_type=client_credentials&client_id=sandbox-client&client_secret=sandbox-secret"
            let answer = try await grant(form)
            #expect(answer.json["expires_in"] == .int(86_399))
            let token = try #require(answer.json["access_token"]?.string)
            #expect(try await shop.call("{ shop { id } }", token: token).status == 200)
            await shop.sandbox.advanceClock(by: .seconds(86_400))
            #expect(try await shop.call("{ shop { id } }", token: token).status == 401)
            #expect(try await grant(form + "x").status == 400)
            #expect(
                try await grant(form.replacingOccurrences(of: "client_credentials", with: "password")).status == 400
            )
        }
    }

    @Test(arguments: [
        ("2026-01", "2026-01"), ("2026-04", "2026-04"), ("2026-07", "2026-07"), ("2025-01", "2026-01"),
        ("unstable", "2026-01"),
    ])
    func `the header tells the version that served`(asked: String, served: String) async throws {
        try await withShop(version: asked) { shop in
            let answer = try await shop.call("{ shop { id } }")
            #expect(answer.headers["x-shopify-api-version"] == served)
        }
    }

    @Test func `what a version does not have it refuses`() async throws {
        try await withShop(version: "2026-04") { shop in
            let answer = try await shop.ask("{ giftCards(first: 1) { nodes { isRedeemable } } }")
            #expect(
                answer["errors"]?.array?.first?["message"] == "Field 'isRedeemable' doesn't exist on type 'GiftCard'"
            )
        }
    }

    @Test func `a missing scope denies the field`() async throws {
        try await withShop({ $0.scopes = ["read_gift_cards"] }) { shop in
            let answer = try await shop.ask(TestShop.createMutation, ["input": shop.input("denied0001")])
            #expect(answer["data"] == ["giftCardCreate": .null])
            let error = answer["errors"]?.array?.first
            #expect(
                error?["message"]
                    == "Access denied for giftCardCreate field. Required access: `write_gift_cards` access scope."
            )
            #expect(
                error?["extensions"] == [
                    "code": "ACCESS_DENIED", "documentation": "https://shopify.dev/api/usage/access-scopes",
                    "requiredAccess": "`write_gift_cards` access scope.",
                ]
            )
            #expect(error?["path"] == .strings(["giftCardCreate"]))
            #expect(try await shop.ask("{ giftCards(first: 1) { nodes { id } } }")["errors"] == nil)
            let scopes = try await shop.ask("{ currentAppInstallation { accessScopes { handle } } }")
            #expect(
                scopes["data"]?["currentAppInstallation"]?["accessScopes"]
                    == .array([["handle": "read_gift_cards"]])
            )
            let operation = try await shop.bulk(shop.lines(["denied0001"]))
            #expect(operation["status"] == "COMPLETED")
            let line = try await shop.result(operation).first?.json
            #expect(line?["errors"]?.array?.first?["extensions"]?["code"] == "ACCESS_DENIED")
        }
    }

    @Test func `a customer needs the scope for customers`() async throws {
        try await withShop({ $0.scopes = ["write_gift_cards"] }) { shop in
            var input = shop.input("customer01").object ?? JSONObject()
            input["customerId"] = "gid://shopify/Customer/1"
            let answer = try await shop.ask(TestShop.createMutation, ["input": .object(input)])
            #expect(answer["errors"]?.array?.first?["extensions"]?["code"] == "ACCESS_DENIED")
        }
    }

    @Test func `cost leaves the bucket and comes back`() async throws {
        try await withShop({
            $0.maximumAvailable = 25; $0.restoreRate = 1
        }) { shop in
            let first = try await shop.ask(TestShop.createMutation, ["input": shop.input("bucket0001")])
            #expect(
                first["extensions"]?["cost"] == [
                    "requestedQueryCost": .int(10), "actualQueryCost": .int(10),
                    "throttleStatus": [
                        "maximumAvailable": .int(25), "currentlyAvailable": .int(15), "restoreRate": .int(1),
                    ],
                ]
            )
            // A slow machine gives the bucket time to fill up again, so it is emptied until it is empty.
            var throttled = try await shop.call(TestShop.createMutation, ["input": shop.input("bucket1000")])
            for number in 1001..<1100 where throttled.json["errors"] == nil {
                throttled = try await shop.call(TestShop.createMutation, ["input": shop.input("bucket\(number)")])
            }
            #expect(throttled.status == 200)
            #expect(
                throttled.json["errors"]
                    == .array([
                        [
                            "message": "Throttled",
                            "extensions": [
                                "code": "THROTTLED",
                                "documentation": "https://shopify.dev/api/usage/limits#rate-limits",
                            ],
                        ]
                    ])
            )
            #expect(throttled.json["data"] == nil)
            #expect(throttled.json["extensions"]?["cost"]?["actualQueryCost"] == .null)
            await shop.sandbox.advanceClock(by: .seconds(30))
            #expect(try await shop.create("bucket0003")["userErrors"] == .array([]))
        }
    }

    @Test func `a request above a thousand points is refused`() async throws {
        try await withShop { shop in
            let fields = (0...100).map { "a\($0): giftCardCreate(input: $i) { giftCardCode }" }.joined(separator: " ")
            let answer = try await shop.ask(
                "mutation M($i: GiftCardCreateInput!) { \(fields) }",
                ["i": shop.input("toomuch001")]
            )
            #expect(answer["errors"]?.array?.first?["extensions"]?["code"] == "MAX_COST_EXCEEDED")
            #expect(await shop.sandbox.cards().isEmpty)
        }
    }

    @Test(arguments: ["0.0.0.0", "example.com", "128.0.0.1", "127.0.0.1.example.com"])
    func `no other host than loopback is listened on`(host: String) async throws {
        await #expect(throws: SandboxError.self) {
            try await withShop({ $0.host = host }) { _ in }
        }
    }
}
