import Commerce
import Sealing
import Shopify
import Testing

struct AccessTokenTests {
    private let operation = ScriptedAnswer.json(#"{"data":{"bulkOperation":\#(operationJSON)}}"#)

    private func token(_ text: String, _ seconds: Int = 86399) -> ScriptedAnswer {
        .status(200, #"{"access_token":"\#(text)","scope":"write_gift_cards","expires_in":\#(seconds)}"#)
    }

    private func ask(_ client: ShopClient) async throws {
        _ = try await client.bulkOperation("gid://shopify/BulkOperation/7")
    }

    private let credentials = ShopSettings.Credentials.client(id: "id&1", secret: Secret("s+cret="))

    @Test func `a token is asked for by a form, and then used`() async throws {
        try await withClient(token("shpat_a"), operation, operation, credentials: credentials) { client, shop in
            try await ask(client)
            try await ask(client)
            #expect(
                shop.requests.map(\.path) == ["/admin/oauth/access_token"]
                    + Array(repeating: "/admin/api/2026-07/graphql.json", count: 2)
            )
            #expect(shop.requests[0].text == "grant_type=client_credentials&client_id=id%261&client_secret=s%2Bcret%3D")
            #expect(shop.requests[0].headers["content-type"] == "application/x-www-form-urlencoded")
            #expect(shop.requests[0].headers["x-shopify-access-token"] == nil)
            #expect(shop.requests[2].headers["x-shopify-access-token"] == "shpat_a")
        }
    }

    @Test func `a token is renewed five minutes before its end, not sooner`() async throws {
        let clock = TestTiming()
        try await withClient(
            token("shpat_a"),
            operation,
            operation,
            token("shpat_b"),
            operation,
            clock: clock,
            credentials: credentials
        ) { client, shop in
            try await ask(client)
            clock.advance(by: .seconds(86399 - 301))
            try await ask(client)
            clock.advance(by: .seconds(1))
            try await ask(client)
            #expect(
                shop.requests.map { $0.headers["x-shopify-access-token"] } == [
                    nil, "shpat_a", "shpat_a", nil, "shpat_b",
                ]
            )
        }
    }

    @Test func `a refused token is renewed once, even for a call that creates`() async throws {
        try await withClient(
            token("shpat_a"),
            .status(401),
            token("shpat_b"),
            .json(startedJSON),
            credentials: credentials
        ) { client, shop in
            guard case .started = try await client.runBulkMutation("mutation A { a }", path: "tmp/a") else {
                Issue.record("not started")
                return
            }
            #expect(shop.requests.count == 4)
        }
    }

    @Test func `a new token that is refused too is the end`() async throws {
        try await withClient(token("shpat_a"), .status(401), token("shpat_b"), .status(401), credentials: credentials) {
            client,
            shop in
            let error = try await shopError { try await ask(client) }
            #expect(error.code == .tokenRefused)
            #expect(shop.requests.count == 4)
        }
    }

    @Test func `a fixed token is not renewed`() async throws {
        try await withClient(.status(401)) { client, shop in
            let error = try await shopError { try await ask(client) }
            #expect(error.code == .tokenRefused)
            #expect(shop.requests.count == 1)
        }
    }

    @Test func `callers at the same time share one renewal`() async throws {
        try await withClient(token("shpat_a"), operation, operation, operation, operation, credentials: credentials) {
            client,
            shop in
            async let first: Void = ask(client)
            async let second: Void = ask(client)
            async let third: Void = ask(client)
            async let fourth: Void = ask(client)
            _ = try await (first, second, third, fourth)
            #expect(shop.requests.filter { $0.path == "/admin/oauth/access_token" }.count == 1)
        }
    }

    @Test(arguments: [400, 401, 403])
    func `refused credentials stop without naming the secret`(_ status: Int) async throws {
        try await withClient(
            .status(status, #"{"error":"invalid_client","error_description":"s+cret="}"#),
            credentials: credentials
        ) { client, shop in
            let error = try await shopError { try await ask(client) }
            #expect(error.code == .credentialsRefused)
            #expect(error.disposition == .stop)
            #expect(!"\(error)".contains("s+cret"))
            #expect(shop.requests.count == 1)
        }
    }

    @Test func `asking for a token is tried again, and nothing is unknown by it`() async throws {
        try await withClient(
            .status(503),
            .cutOff(200, "{"),
            token("shpat_a"),
            .json(startedJSON),
            credentials: credentials
        ) { client, shop in
            guard case .started = try await client.runBulkMutation("mutation A { a }", path: "tmp/a") else {
                Issue.record("not started")
                return
            }
            #expect(shop.requests.count == 4)
        }
    }

    @Test(arguments: ["{}", #"{"access_token":""}"#, #"{"access_token":"a b"}"#, #"{"access_token":"a\r\nb"}"#])
    func `an answer without a usable token is malformed`(_ body: String) async throws {
        try await withClient(.status(200, body), credentials: credentials, limits: { $0.attempts = 1 }) { client, _ in
            let error = try await shopError { try await ask(client) }
            #expect(error.code == .malformedAnswer)
        }
    }
}
