import Testing

@testable import ShopifySandbox

struct GiftCardTests {
    @Test(arguments: ["2026-01", "2026-04", "2026-07"])
    func `a card is made and shown without its code`(version: String) async throws {
        try await withShop(version: version) { shop in
            let payload = try await shop.create("ABCD-efgh 1234 5678", "25.50")
            #expect(payload["userErrors"] == .array([]))
            #expect(payload["giftCardCode"] == "abcdefgh12345678")
            #expect(payload["giftCard"]?["lastCharacters"] == "5678")
            #expect(payload["giftCard"]?["maskedCode"] == "•••• •••• •••• 5678")
            #expect(payload["giftCard"]?["initialValue"] == ["amount": "25.5", "currencyCode": "USD"])
            #expect(payload["giftCard"]?["enabled"] == .bool(true))
            #expect(payload["giftCard"]?["note"] == .null)
        }
    }

    struct Refusal: Sendable {
        let code: String
        let amount: String
        let field: [String]
        let error: String?
        let message: String
    }

    @Test(arguments: [
        Refusal(
            code: "abc-123",
            amount: "1",
            field: ["input", "code"],
            error: "TOO_SHORT",
            message: "Code must be at least 8 characters long"
        ),
        Refusal(
            code: "a23456789012345678901",
            amount: "1",
            field: ["input", "code"],
            error: "TOO_LONG",
            message: "Code must be at most 20 characters long"
        ),
        Refusal(
            code: "abcdef_12",
            amount: "1",
            field: ["input", "code"],
            error: "INVALID",
            message: "Code can only contain letters(a-z) and numbers(0-9)"
        ),
        Refusal(
            code: "taken0001",
            amount: "1",
            field: ["input", "code"],
            error: nil,
            message: "Code has already been taken"
        ),
        Refusal(
            code: "abcdefg12",
            amount: "0",
            field: ["input", "initialValue"],
            error: "GREATER_THAN",
            message: "must be greater than 0"
        ),
        Refusal(
            code: "abcdefg12",
            amount: "-5.00",
            field: ["input", "initialValue"],
            error: "GREATER_THAN",
            message: "must be greater than 0"
        ),
        Refusal(
            code: "abcdefg12",
            amount: "2000.01",
            field: ["input", "initialValue"],
            error: "GIFT_CARD_LIMIT_EXCEEDED",
            message: "can't exceed $2,000.00 USD"
        ),
    ])
    func `a bad card is refused in the captured words`(refusal: Refusal) async throws {
        try await withShop(version: "2026-04") { shop in
            _ = try await shop.create("taken0001")
            let payload = try await shop.create(refusal.code, refusal.amount)
            #expect(payload["giftCard"] == .null)
            #expect(
                payload["userErrors"]
                    == .array([
                        [
                            "field": .strings(refusal.field), "message": .string(refusal.message),
                            "code": .text(refusal.error),
                        ]
                    ])
            )
            #expect(await shop.sandbox.cards().count == 1)
        }
    }

    @Test func `the limit is said in the shop's money`() async throws {
        try await withShop(
            version: "2026-04",
            {
                $0.currency = "CAD"; $0.issueLimit = "3000"
            }
        ) { shop in
            let payload = try await shop.create("abcdefg12", "3000.01")
            #expect(payload["userErrors"]?.array?.first?["message"] == "can't exceed $3,000.00 CAD")
            #expect(try await shop.create("abcdefg12", "3000.00")["userErrors"] == .array([]))
        }
    }

    @Test func `a code is taken for ever, in any spelling and after deactivation`() async throws {
        try await withShop { shop in
            let card = try await shop.create("once-ABCD-1234")
            let id = try #require(card["giftCard"]?["id"])
            let off = try await shop.ask(
                """
                mutation Off($id: ID!) {
                  giftCardDeactivate(id: $id) { giftCard { enabled deactivatedAt } userErrors { field message code } }
                }
                """,
                ["id": id]
            )
            #expect(off["data"]?["giftCardDeactivate"]?["giftCard"]?["enabled"] == .bool(false))
            #expect(off["data"]?["giftCardDeactivate"]?["giftCard"]?["deactivatedAt"]?.string != nil)
            let again = try await shop.create("ONCEabcd 1234")
            #expect(again["userErrors"]?.array?.first?["message"] == "Code has already been taken")
        }
    }

    @Test func `two equal codes in one request are one card`() async throws {
        try await withShop { shop in
            let answer = try await shop.ask(
                """
                mutation Two($input: GiftCardCreateInput!) {
                  one: giftCardCreate(input: $input) { giftCard { id } userErrors { message } }
                  two: giftCardCreate(input: $input) { giftCard { id } userErrors { message } }
                }
                """,
                ["input": shop.input("twice00001")]
            )
            #expect(answer["data"]?["one"]?["userErrors"] == .array([]))
            #expect(answer["data"]?["two"]?["userErrors"] == .array([["message": "Code has already been taken"]]))
        }
    }

    @Test func `a card without a code gets one`() async throws {
        try await withShop { shop in
            let payload = try await shop.create(nil)
            #expect(payload["giftCardCode"]?.string?.count == 16)
        }
    }

    @Test func `the deprecated initialValue still works in 2026-07, both or neither do not`() async throws {
        try await withShop { shop in
            func errors(_ input: JSON) async throws -> JSON? {
                try await shop.ask(TestShop.createMutation, ["input": input])["data"]?["giftCardCreate"]?["userErrors"]
            }
            #expect(try await errors(["initialValue": "5.00", "code": "value00001"]) == .array([]))
            #expect(try await errors(["code": "value00002"])?.array?.first?["code"] == "MISSING_ARGUMENT")
            let money: JSON = ["amount": "5", "currencyCode": "USD"]
            let both = try await errors(["initialValue": "5.00", "initialAmount": money, "code": "value00003"])
            #expect(both?.array?.first?["code"] == "INVALID")
        }
    }

    @Test func `a card in another currency than the shop's is taken, and cannot be redeemed in others`() async throws {
        try await withShop { shop in
            let answer = try await shop.ask(
                """
                mutation Create($input: GiftCardCreateInput!) {
                  giftCardCreate(input: $input) {
                    giftCard { initialValue { currencyCode } crossCurrencyRedemptionStrategy isRedeemable }
                  }
                }
                """,
                ["input": ["code": "euro000001", "initialAmount": ["amount": "5", "currencyCode": "EUR"]]]
            )
            let card = answer["data"]?["giftCardCreate"]?["giftCard"]
            #expect(card?["initialValue"]?["currencyCode"] == "EUR")
            #expect(card?["crossCurrencyRedemptionStrategy"] == "NONE")
            #expect(card?["isRedeemable"] == .bool(true))
        }
    }

    @Test func `a missing customer beats a bad code`() async throws {
        try await withShop({ $0.customers = ["gid://shopify/Customer/1"] }) { shop in
            var input = shop.input("x").object ?? JSONObject()
            input["customerId"] = "gid://shopify/Customer/2"
            let answer = try await shop.ask(TestShop.createMutation, ["input": .object(input)])
            #expect(
                answer["data"]?["giftCardCreate"]?["userErrors"]
                    == .array([
                        [
                            "field": .strings(["input", "customerId"]),
                            "message": "The customer could not be found.", "code": "CUSTOMER_NOT_FOUND",
                        ]
                    ])
            )
            input["customerId"] = "gid://shopify/Customer/nobody"
            let malformed = try await shop.ask(TestShop.createMutation, ["input": .object(input)])
            #expect(malformed["errors"]?.array?.first?["message"] == "Invalid id: gid://shopify/Customer/nobody")
            #expect(malformed["errors"]?.array?.first?["extensions"]?["code"] == "RESOURCE_NOT_FOUND")
            #expect(malformed["data"]?["giftCardCreate"] == .null)
        }
    }

    @Test(arguments: [
        "gid://shopify/Customer/nobody", "gid://shopify/Customer/", "gid://shopify/Customer/+1",
        "gid://shopify/Customer/-1",
        "gid://shopify/Order/1", "gid://shopify/Customer/1 ",
    ])
    func `an id that is no customer's is no customer that is missing, and goes before every other error`(id: String)
        async throws
    {
        try await withShop({ $0.customers = ["gid://shopify/Customer/1"] }) { shop in
            for member in ["customerId", "recipientAttributes"] {
                var input = shop.input("x", "0").object ?? JSONObject()
                input["customerId"] = "gid://shopify/Customer/2"
                input[member] = member == "customerId" ? .string(id) : ["id": .string(id)]
                let answer = try await shop.ask(TestShop.createMutation, ["input": .object(input)])
                let error = answer["errors"]?.array?.first
                #expect(error?["message"]?.string == "Invalid id: \(id)", "\(answer)")
                #expect(error?["extensions"] == ["code": "RESOURCE_NOT_FOUND"])
                #expect(error?["locations"] == .array([["line": .int(2), "column": .int(3)]]))
                #expect(answer["data"] == ["giftCardCreate": .null])
            }
        }
    }

    @Test func `a template's suffix loses the prefix of its file's name, once and exactly`() async throws {
        try await withShop { shop in
            var input = shop.input("template01").object ?? JSONObject()
            input["templateSuffix"] = "gift_card.birthday"
            let made = try await shop.ask(
                "mutation M($input: GiftCardCreateInput!) { giftCardCreate(input: $input) { giftCard { id templateSuffix } } }",
                ["input": .object(input)]
            )["data"]?["giftCardCreate"]?["giftCard"]
            #expect(made?["templateSuffix"] == "birthday")
            for (sent, kept) in [
                ("gift_card.foo", "foo"), ("gift_card.gift_card.x", "gift_card.x"), ("Gift_card.x", "Gift_card.x"),
                ("y", "y"),
            ] {
                let changed = try await shop.ask(
                    "mutation M($id: ID!, $t: String) { giftCardUpdate(id: $id, input: { templateSuffix: $t }) { giftCard { templateSuffix } } }",
                    ["id": made?["id"] ?? .null, "t": .string(sent)]
                )["data"]?["giftCardUpdate"]?["giftCard"]
                #expect(changed?["templateSuffix"]?.string == kept)
            }
        }
    }

    @Test func `a card that is deactivated a second time stays as it was, its balance too`() async throws {
        try await withShop { shop in
            let id = try await shop.sandbox.addCard(code: "twiceoff01", initialValue: "10").id
            func off() async throws -> JSON? {
                try await shop.ask(
                    """
                    mutation Off($id: ID!) {
                      giftCardDeactivate(id: $id) {
                        giftCard { enabled deactivatedAt balance { amount } } userErrors { field message code }
                      }
                    }
                    """,
                    ["id": .string(id)]
                )["data"]?["giftCardDeactivate"]
            }
            let first = try await off()
            await shop.sandbox.advanceClock(by: .seconds(60))
            #expect(try await off() == first)
            #expect(first?["userErrors"] == .array([]))
            #expect(first?["giftCard"]?["balance"]?["amount"] == "10.0")
        }
    }

    @Test func `a recipient is checked`() async throws {
        try await withShop({ $0.customers = ["1"] }) { shop in
            func answer(_ recipient: JSON) async throws -> JSON {
                var input = shop.input("recipient1").object ?? JSONObject()
                input["recipientAttributes"] = recipient
                return try await shop.ask(TestShop.createMutation, ["input": .object(input)])
            }
            func messages(_ recipient: JSON) async throws -> [String?] {
                (try await answer(recipient)["data"]?["giftCardCreate"]?["userErrors"]?.array ?? [])
                    .map { $0["message"]?.string }
            }
            #expect(try await messages(["id": "gid://shopify/Customer/9"]) == ["Recipient could not be found"])
            #expect(
                try await messages(["id": "gid://shopify/Customer/1", "message": " ", "preferredName": "<b>x</b>"])
                    == ["Message can't be blank", "Preferred name cannot contain HTML tags"]
            )
            #expect(
                try await messages(["id": "gid://shopify/Customer/1", "sendNotificationAt": "2020-01-01T00:00:00Z"])
                    == ["Send notification at must be within 90 days from now"]
            )
            let long = try await answer(
                ["id": "gid://shopify/Customer/1", "message": .string(String(repeating: "x", count: 201))])
            #expect(long["errors"]?.array?.first?["message"] == "message is too long (maximum is 200)")
            #expect(long["errors"]?.array?.first?["extensions"]?["code"] == "INVALID_FIELD_ARGUMENTS")
        }
    }

    @Test func `a card is changed, but not its customer or expiry once it is off`() async throws {
        try await withShop { shop in
            let made = try await shop.create("update0001")
            let id = try #require(made["giftCard"]?["id"]?.string)
            func update(_ input: JSON, _ id: String) async throws -> JSON? {
                try await shop.ask(
                    """
                    mutation Update($id: ID!, $input: GiftCardUpdateInput!) {
                      giftCardUpdate(id: $id, input: $input) {
                        giftCard { note expiresOn } userErrors { field message }
                      }
                    }
                    """,
                    ["id": .string(id), "input": input]
                )["data"]?["giftCardUpdate"]
            }
            let changed = try await update(["note": "n", "expiresOn": "2031-02-28"], id)
            #expect(changed?["giftCard"] == ["note": "n", "expiresOn": "2031-02-28"])
            #expect(
                try await update(.object(JSONObject()), id)?["userErrors"]?.array?.first?["message"]
                    == "At least one argument is required in the input."
            )
            try await shop.sandbox.disable(id)
            #expect(
                try await update(["expiresOn": "2032-01-01"], id)?["userErrors"]?.array?.first?["message"]
                    == "The gift card is deactivated."
            )
            for (input, field) in [
                (["customerId": "gid://shopify/Customer/1", "expiresOn": "2032-01-01"], "expiresOn"),
                (
                    [
                        "customerId": "gid://shopify/Customer/1",
                        "recipientAttributes": ["id": "gid://shopify/Customer/1"],
                    ], "customerId"
                ),
            ] as [(JSON, String)] {
                #expect(
                    try await update(input, id)?["userErrors"]
                        == .array([
                            ["field": .strings(["input", field]), "message": "The gift card is deactivated."]
                        ])
                )
            }
            #expect(
                try await update(["note": "x"], "gid://shopify/GiftCard/1")?["userErrors"]?.array?.first?["message"]
                    == "The gift card could not be found."
            )
        }
    }
}
