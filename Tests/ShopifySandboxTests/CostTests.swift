import Testing

@testable import ShopifySandbox

/// What calls cost, as captured from a real shop.
struct CostTests {
    private static func cost(_ answer: JSON) -> [Int?] {
        let cost = answer["extensions"]?["cost"]
        return [cost?["requestedQueryCost"]?.int, cost?["actualQueryCost"]?.int]
    }

    private func expect(
        _ query: String,
        _ variables: JSON = .object(JSONObject()),
        requested: Int,
        actual: Int,
        in shop: TestShop,
        at location: SourceLocation = #_sourceLocation
    ) async throws {
        let answer = try await shop.ask(query, variables)
        #expect(Self.cost(answer) == [requested, actual], "\(query): \(answer)", sourceLocation: location)
    }

    @Test(arguments: [
        ("first: 1", 3), ("first: 2", 3), ("first: 3", 4), ("first: 4", 4), ("first: 5", 5), ("first: 10", 6),
        ("first: 50", 9), ("last: 250", 13),
    ])
    func `a connection costs by the size that is asked for, also where nothing is found`(page: String, cost: Int)
        async throws
    {
        try await withShop { shop in
            try await expect("{ bulkOperations(\(page)) { nodes { id } } }", requested: cost, actual: cost, in: shop)
        }
    }

    @Test(arguments: [(1, 3), (2, 4), (4, 4)])
    func `of ten operations asked for only those found are charged`(_ found: Int, _ actual: Int) async throws {
        try await withShop { shop in
            for number in 0..<found { _ = try await shop.bulk(shop.lines(["operation\(number)"])) }
            let query = "{ bulkOperations(first: 10) { nodes { id } pageInfo { hasNextPage } } }"
            try await expect(query, requested: 6, actual: actual, in: shop)
        }
    }

    @Test func `a full page is charged as it was asked for, and each list of it on its own`() async throws {
        try await withShop { shop in
            for number in 1...5 { try await shop.sandbox.addCard(code: "costcard\(number)", initialValue: "10") }
            try await expect("{ giftCards(first: 5) { nodes { id } } }", requested: 5, actual: 5, in: shop)
            let both = "nodes { id } edges { cursor node { id } } pageInfo { endCursor }"
            try await expect(
                "{ f: giftCards(first: 4) { \(both) } r: giftCards(first: 2, reverse: true) { \(both) } }",
                requested: 10,
                actual: 10,
                in: shop
            )
            try await expect(
                "{ giftCards(first: 2, query: \"id:1\") { \(both) } giftCardsCount(query: \"id:1\") { count } }",
                requested: 14,
                actual: 13,
                in: shop
            )
        }
    }

    @Test func `money and errors cost nothing, an object one point, also where it is null`() async throws {
        try await withShop { shop in
            let money = "{ amount currencyCode }"
            try await expect(
                "{ giftCardConfiguration { issueLimit \(money) purchaseLimit \(money) } }",
                requested: 1,
                actual: 1,
                in: shop
            )
            try await expect(
                "{ bulkOperation(id: \"gid://shopify/BulkOperation/0\") { id } }",
                requested: 1,
                actual: 1,
                in: shop
            )
            try await expect("{ bulkOperations { nodes { id } } }", requested: 2, actual: 2, in: shop)
            try await expect(
                "{ bulkOperations(first: 1, last: 1) { nodes { id } } }",
                requested: 3,
                actual: 2,
                in: shop
            )
        }
    }

    @Test(arguments: [
        ("id initialValue { amount currencyCode } balance { amount }", 10, 10), ("id customer { id }", 11, 11),
        ("id customer { id } recipientAttributes { recipient { id } }", 13, 12),
    ])
    func `a mutation costs ten, and one point for each object inside its own`(
        _ fields: String,
        _ requested: Int,
        _ actual: Int
    ) async throws {
        try await withShop { shop in
            let mutation =
                "mutation M($input: GiftCardCreateInput!) { giftCardCreate(input: $input) "
                + "{ giftCard { \(fields) } giftCardCode userErrors { field message } } }"
            try await expect(
                mutation,
                ["input": shop.input("costly0001")],
                requested: requested,
                actual: actual,
                in: shop
            )
            // Refused, there is no card whose objects could be charged.
            try await expect(mutation, ["input": shop.input("costly0001")], requested: requested, actual: 10, in: shop)
        }
    }

    @Test func `staged targets cost one point for all their parameters, and none for errors alone`() async throws {
        try await withShop { shop in
            let input: JSON = ["resource": "VIDEO", "filename": "a", "mimeType": "video/mp4"]
            func mutation(_ fields: String) -> String {
                "mutation M($i: [StagedUploadInput!]!) { stagedUploadsCreate(input: $i) { \(fields) userErrors { field message } } }"
            }
            try await expect(mutation(""), ["i": .array([input])], requested: 10, actual: 10, in: shop)
            let targets = mutation("stagedTargets { url parameters { name } }")
            try await expect(targets, ["i": .array([input, input])], requested: 11, actual: 11, in: shop)
        }
    }

    @Test func `only what was found leaves the bucket`() async throws {
        try await withShop({ $0.restoreRate = 0 }) { shop in
            let answer = try await shop.ask("{ bulkOperations(first: 1, last: 1) { nodes { id } } }")
            let left = answer["extensions"]?["cost"]?["throttleStatus"]?["currentlyAvailable"]
            #expect(left == .int(1998))
        }
    }
}
