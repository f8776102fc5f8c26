import Testing

@testable import ShopifySandbox

struct SearchTests {
    private static func found(_ shop: TestShop, _ query: String) async throws -> [String] {
        let answer = try await shop.ask(
            "query Find($q: String) { giftCards(first: 50, query: $q) { nodes { lastCharacters } } }",
            ["q": .string(query)]
        )
        return (answer["data"]?["giftCards"]?["nodes"]?.array ?? []).compactMap { $0["lastCharacters"]?.string }
    }

    @Test(arguments: [
        ("abcd111122222b5a", ["2b5a"]), ("ABCD-1111-2222-2B5A", ["2b5a"]), ("2B5", ["2b5a", "2b5b"]),
        ("2b5a", ["2b5a"]), ("1111", ["2b5a"]), ("abcd", ["2b5a"]), ("b5a", []), ("abcd1111", []),
        ("abcd1111*", ["2b5a"]), ("zzzzzzzz", []),
        ("status:enabled", ["2b5a", "2b5b"]), ("status:disabled", ["9999"]), ("-status:enabled", ["9999"]),
        ("initial_value:>=20 status:enabled", ["2b5b"]), ("initial_value:10", ["2b5a"]),
        ("id:650000000002", ["2b5b"]), ("id:650000000001 OR id:650000000003", ["2b5a", "9999"]),
        ("source:manual AND balance_status:full", ["2b5a", "2b5b", "9999"]),
        ("created_at:>2020-01-01", ["2b5a", "2b5b", "9999"]), ("created_at:<'2020-01-01T10:20:30Z'", []),
        ("expires_on:<2000-01-01", []), ("source:api_client", []),
    ])
    func `cards are found by code, fragment and key`(query: String, expected: [String]) async throws {
        try await withShop { shop in
            try await shop.sandbox.addCard(code: "abcd111122222b5a", initialValue: "10")
            try await shop.sandbox.addCard(code: "efgh333344442b5b", initialValue: "20.00")
            let last = try await shop.sandbox.addCard(code: "ijkl555566669999", initialValue: "30")
            try await shop.sandbox.disable(last.id)
            #expect(try await Self.found(shop, query) == expected)
        }
    }

    @Test func `by when they were disabled, cards that never were come last in both directions`() async throws {
        try await withShop { shop in
            var ids: [String] = []
            for number in 1...4 {
                ids.append(try await shop.sandbox.addCard(code: "disabled\(number)", initialValue: "10").id)
            }
            // The third before the first.
            for id in [ids[2], ids[0]] {
                try await shop.sandbox.disable(id)
                await shop.sandbox.advanceClock(by: .seconds(60))
            }
            func order(_ more: String) async throws -> [String] {
                let answer = try await shop.ask("{ giftCards(first: 9, sortKey: DISABLED_AT\(more)) { nodes { id } } }")
                return (answer["data"]?["giftCards"]?["nodes"]?.array ?? []).compactMap { $0["id"]?.string }
            }
            #expect(try await order("") == [ids[2], ids[0], ids[1], ids[3]])
            #expect(try await order(", reverse: true") == [ids[0], ids[2], ids[3], ids[1]])
        }
    }

    @Test func `an unknown key is ignored with a warning and matches everything`() async throws {
        try await withShop { shop in
            try await shop.sandbox.addCard(code: "abcd111122222b5a", initialValue: "10")
            let answer = try await shop.ask(
                "{ giftCards(first: 5, query: \"updated_at:>2999-01-01\") { nodes { id } } }"
            )
            #expect(answer["data"]?["giftCards"]?["nodes"]?.array?.count == 1)
            #expect(
                answer["extensions"]?["search"]
                    == .array([
                        [
                            "path": .strings(["giftCards"]), "query": "updated_at:>2999-01-01",
                            "parsed": ["field": "updated_at", "range_gt": "2999-01-01"],
                            "warnings": .array([
                                [
                                    "field": "updated_at", "message": "Invalid search field for this query.",
                                    "code": "invalid_field",
                                ]
                            ]),
                        ]
                    ])
            )
        }
    }

    @Test func `a moment without quotes is cut at its first colon, as captured`() {
        let query = SearchQuery("created_at:>=2024-07-07T00:30:00")
        #expect(
            query.parsed == [
                "and": .array([
                    ["field": "created_at", "range_gte": "2024-07-07T00"], .object(JSONObject()),
                    ["field": "30", "match_all": "00"],
                ])
            ] || query.parsed["and"]?.array?.last == ["field": "30", "match_all": "00"]
        )
    }

    @Test func `a page ends where it was told to and the next begins there`() async throws {
        try await withShop { shop in
            for index in 0..<5 { try await shop.sandbox.addCard(code: "pagecode\(index)", initialValue: "1") }
            let query = """
                query Page($first: Int, $after: String, $last: Int, $before: String) {
                  giftCards(first: $first, after: $after, last: $last, before: $before) {
                    edges { cursor node { lastCharacters } }
                    pageInfo { hasNextPage hasPreviousPage endCursor startCursor }
                  }
                }
                """
            func page(_ variables: JSON) async throws -> (names: [String], info: JSON) {
                let connection = try await shop.ask(query, variables)["data"]?["giftCards"] ?? .null
                let names = (connection["edges"]?.array ?? []).compactMap { $0["node"]?["lastCharacters"]?.string }
                return (names, connection["pageInfo"] ?? .null)
            }
            let first = try await page(["first": .int(2)])
            #expect(first.names == ["ode0", "ode1"])
            #expect(first.info["hasNextPage"] == .bool(true))
            #expect(first.info["hasPreviousPage"] == .bool(false))
            let rest = try await page(["first": .int(9), "after": first.info["endCursor"] ?? .null])
            #expect(rest.names == ["ode2", "ode3", "ode4"])
            #expect(rest.info["hasNextPage"] == .bool(false))
            #expect(rest.info["hasPreviousPage"] == .bool(true))
            #expect(try await page(["last": .int(2)]).names == ["ode3", "ode4"])
            #expect(
                try await page(["last": .int(2), "before": rest.info["startCursor"] ?? .null]).names == [
                    "ode0", "ode1",
                ]
            )
        }
    }

    @Test func `cards are counted`() async throws {
        try await withShop { shop in
            try await shop.sandbox.addCard(code: "countcode1", initialValue: "1")
            let answer = try await shop.ask("{ giftCardsCount(query: \"status:enabled\") { count precision } }")
            #expect(answer["data"]?["giftCardsCount"] == ["count": .int(1), "precision": "EXACT"])
        }
    }

    @Test func `a card and an operation are found by their ids`() async throws {
        try await withShop { shop in
            let card = try await shop.sandbox.addCard(code: "nodecode01", initialValue: "1")
            let answer = try await shop.ask(
                """
                query Node($id: ID!, $none: ID!) {
                  node(id: $id) { __typename id ... on GiftCard { lastCharacters } }
                  giftCard(id: $id) { note }
                  none: giftCard(id: $none) { note }
                }
                """,
                ["id": .string(card.id), "none": "gid://shopify/GiftCard/1"]
            )
            #expect(
                answer["data"]?["node"]
                    == ["__typename": "GiftCard", "id": .string(card.id), "lastCharacters": "de01"]
            )
            #expect(answer["data"]?["none"] == .null)
        }
    }
}
