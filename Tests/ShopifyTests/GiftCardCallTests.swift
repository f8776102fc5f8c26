import Commerce
import Records
import Shopify
import Testing

struct GiftCardCallTests {
    @Test func `a single card is sent with the variables of the bulk file`() async throws {
        try await withClient(.json(#"{"data":\#(createdPayload)}"#, version: "2026-04"), version: .v2026April) {
            client,
            shop in
            let input = try card()
            let outcome = try await client.createGiftCard(input)
            let note = "Order 5550000000101 dl:0a1b2c3d4e5f:2"
            let created = CreatedCard(
                id: "gid://shopify/GiftCard/10",
                lastCharacters: "efgh",
                note: note,
                amount: input.value
            )
            #expect(outcome == .created(created))
            let body = try JSONValue(parsing: shop.requests[0].body)
            let variables = try JSONValue(parsing: input.variables(for: .v2026April))
            #expect(body["variables"] == variables)
        }
    }

    @Test(arguments: [
        (
            #"{"data":{"giftCardCreate":{"giftCard":null,"userErrors":[{"field":["input","code"],"message":"Code has already been taken","code":null}]}}}"#,
            CreationOutcome.taken
        ),
        (
            errors("ACCESS_DENIED", "Access denied for giftCardCreate field."),
            .denied(reason: "Access denied for giftCardCreate field.")
        ),
        (errors("INTERNAL_SERVER_ERROR", "Internal error."), .unknown(reason: "Internal error. INTERNAL_SERVER_ERROR")),
        (
            errors("INVALID_VARIABLE", "Variable"),
            .refused([UserError(code: "INVALID_VARIABLE", field: [], message: "Variable")])
        ),
    ])
    func `an answer means for a single card what it means in a result line`(_ body: String, _ outcome: CreationOutcome)
        async throws
    {
        try await withClient(.json(body)) { client, shop in
            let input = try card()
            let answered = try await client.createGiftCard(input)
            #expect(answered == outcome)
            #expect(shop.requests.count == 1)
        }
        let line = BulkResultLine(parsing: Array(body.dropLast().utf8) + Array(#","__lineNumber":1}"#.utf8))
        #expect(line == BulkResultLine(lineNumber: 1, outcome: outcome))
    }

    @Test func `a document that the shop does not know stops all cards`() async throws {
        try await withClient(.json(errors("undefinedField", "Field 'x' doesn't exist on type 'GiftCard'"))) {
            client,
            _ in
            let error = try await shopError { try await client.createGiftCard(try card()) }
            #expect(error.code == .invalidRequest)
            #expect(error.side == .local)
            #expect(!error.isOutcomeUnknown)
        }
    }

    private func page(_ cards: [(Int, String)], next: String? = nil) -> ScriptedAnswer {
        let nodes = cards.map { id, last in
            #"{"id":"gid://shopify/GiftCard/\#(id)","lastCharacters":"\#(last)","note":null,"enabled":true,"expiresOn":"2027-11-21","deactivatedAt":null,"initialValue":{"amount":"25.0","currencyCode":"USD"}}"#
        }
        let info =
            next.map { #"{"hasNextPage":true,"endCursor":"\#($0)"}"# } ?? #"{"hasNextPage":false,"endCursor":null}"#
        return .json(#"{"data":{"giftCards":{"nodes":[\#(nodes.joined(separator: ","))],"pageInfo":\#(info)}}}"#)
    }

    @Test func `a look-up shows the cards of every page, for their last characters may contradict`() async throws {
        try await withClient(page([(1, "efgh"), (2, "zzzz")], next: "c1"), page([(3, "EFGH")])) { client, shop in
            let found = try await client.findGiftCards(try card().code)
            #expect(found.map(\.id) == (1...3).map { "gid://shopify/GiftCard/\($0)" })
            #expect(found.map(\.lastCharacters) == ["efgh", "zzzz", "efgh"])
            let expected = FoundCard(
                id: "gid://shopify/GiftCard/1",
                lastCharacters: "efgh",
                note: nil,
                isEnabled: true,
                expiresOn: "2027-11-21",
                deactivatedAt: nil,
                amount: Money(minorUnits: 2500, currency: try dollars())
            )
            #expect(found.first == expected)
            #expect(try JSONValue(parsing: shop.requests[0].body)["variables"]?["query"] == "abcd1234efgh")
            #expect(try JSONValue(parsing: shop.requests[1].body)["variables"]?["after"] == "c1")
        }
    }

    @Test func `nothing found is an empty list`() async throws {
        try await withClient(page([])) { client, _ in
            let code = try card().code
            let found = try await client.findGiftCards(code)
            #expect(found.isEmpty)
        }
    }

    @Test(arguments: [
        #"{"data":{"giftCards":null}}"#,
        #"{"data":{"giftCards":{"nodes":[{"id":"x"}],"pageInfo":{"hasNextPage":false}}}}"#,
        #"{"data":{"giftCards":{"nodes":[],"pageInfo":{"hasNextPage":true,"endCursor":null}}}}"#,
    ])
    func `a list that cannot be read is no empty list`(_ body: String) async throws {
        try await withClient(.json(body), limits: { $0.attempts = 1 }) { client, _ in
            let error = try await shopError { try await client.findGiftCards(try card().code) }
            #expect(error.code == .malformedAnswer)
        }
    }
}
