import Commerce
import Logging
import Sealing
import Shopify
import Testing

struct ShopErrorTests {
    @Test func `each code has words of its own`() {
        #expect(Set(ShopError.Code.allCases.map(\.rawValue)).count == ShopError.Code.allCases.count)
    }

    @Test(arguments: [
        (401, ShopError.Code.tokenRefused), (402, .frozen), (403, .forbidden), (404, .notFound), (423, .locked),
        (430, .securityRejection),
        (418, .unexpectedStatus), (301, .redirected), (307, .redirected),
    ])
    func `a status that trying again does not fix fails at once`(_ status: Int, _ code: ShopError.Code) async throws {
        try await withClient(
            .status(status, #"{"errors":"[API] Invalid API key or access token"}"#, headers: ["location": "/elsewhere"])
        ) { client, shop in
            let error = try await shopError { try await client.profile() }
            #expect(error.code == code)
            #expect(error.status == status)
            #expect(!error.isOutcomeUnknown)
            #expect(shop.requests.count == 1)
            let text = "\(error)"
            #expect(text.hasPrefix("main: asking the shop for its profile: "))
            #expect(text.contains("status \(status)"))
            #expect(!text.contains(testToken))
        }
    }

    @Test func `an unknown token says what to do and what Shopify said`() async throws {
        try await withClient(
            .status(
                401,
                #"{"errors":"[API] Invalid API key or access token (unrecognized login or wrong password)"}"#,
                headers: ["x-request-id": "1a2b-3"]
            )
        ) { client, _ in
            let error = try await shopError { try await client.profile() }
            #expect(
                "\(error)"
                    == "main: asking the shop for its profile: Shopify does not know the access token (status 401; [API] Invalid API key or access token (unrecognized login or wrong password); request 1a2b-3). Set a valid token: it was withdrawn, mistyped, or belongs to another shop."
            )
            #expect(error.disposition == .stop)
        }
    }

    @Test(arguments: [
        ("ACCESS_DENIED", ShopError.Code.accessDenied), ("MAX_COST_EXCEEDED", .costExceeded),
        ("undefinedField", .invalidRequest),
        ("argumentNotAccepted", .invalidRequest), ("PARSE_ERROR", .invalidRequest),
        ("INVALID_VARIABLE", .invalidRequest), ("BAD_REQUEST", .invalidRequest),
    ])
    func `an error of the call stops, and is told by its code`(_ word: String, _ code: ShopError.Code) async throws {
        try await withClient(.json(errors(word, "x abcd1234efgh"))) { client, shop in
            let error = try await shopError { try await client.stageUpload(name: "a.jsonl", size: 1) }
            #expect(error.code == code)
            #expect(error.disposition == .stop)
            #expect(error.side == (code == .accessDenied ? .remote : .local))
            #expect(shop.requests.count == 1)
            #expect(!"\(error)".contains("abcd1234efgh"))
        }
    }

    @Test(arguments: [
        ScriptedAnswer.status(401, #"{"errors":"the token shpat-onlyletters is not known"}"#),
        .json(errors("INTERNAL_SERVER_ERROR", "no shop for shpat-onlyletters")),
        .json(
            #"{"data":{"stagedUploadsCreate":{"userErrors":[{"field":["shpat-onlyletters"],"message":"shpat-onlyletters"}]}}}"#
        ),
    ]) func `a token that the shop repeats is not shown, be it of letters alone`(_ answer: ScriptedAnswer) async throws
    {
        let credentials = ShopSettings.Credentials.token(Secret("shpat-onlyletters"))
        try await withClient(answer, answer, answer, answer, answer, answer, credentials: credentials) { client, _ in
            let error = try await shopError { try await client.stageUpload(name: "a.jsonl", size: 1) }
            #expect(!"\(error)".contains("onlyletters") && "\(error)".contains("…"), "\(error)")
        }
    }

    @Test func `a missing scope is named`() async throws {
        try await withClient(
            .json(
                errors(
                    "ACCESS_DENIED",
                    extra: #""requiredAccess":"`read_gift_cards` access scope.""#,
                    data: #"{"giftCards":null}"#
                )
            )
        ) { client, _ in
            let error = try await shopError { try await client.findGiftCards(try card().code) }
            #expect(error.code == .accessDenied)
            #expect("\(error)".contains("required: `read_gift_cards` access scope."))
        }
    }

    @Test func `another version than the one asked for stops, and both are named`() async throws {
        try await withClient(.json(#"{"data":{}}"#, version: "2026-10"), version: .v2026January) { client, shop in
            let error = try await shopError { try await client.profile() }
            #expect(error.code == .versionFellForward)
            #expect("\(error)".contains("asked for 2026-01, answered with 2026-10"))
            #expect(error.disposition == .stop)
            #expect(shop.requests.map(\.path) == ["/admin/api/2026-01/graphql.json"])
        }
    }

    @Test func `a page for people is told from an answer`() async throws {
        try await withClient(.status(200, "\n<!DOCTYPE html><p>shpat_1</p>", headers: ["content-type": "text/html"])) {
            client,
            shop in
            let error = try await shopError { try await client.profile() }
            #expect(error.code == .htmlAnswer)
            #expect(error.disposition == .stop)
            #expect(shop.requests.count == 1)
        }
    }

    @Test(arguments: ["{\"data\":", "[]", "{}", #"{"data":null}"#])
    func `an answer that cannot be read is asked for again, then given up`(_ body: String) async throws {
        try await withClient(.json(body), .json(body), limits: { $0.attempts = 2 }) { client, shop in
            let error = try await shopError { try await client.bulkOperation("gid://shopify/BulkOperation/1") }
            #expect(error.code == .malformedAnswer)
            #expect(shop.requests.count == 2)
        }
    }

    @Test func `an answer that is too large is not kept`() async throws {
        try await withClient(.json(String(repeating: " ", count: 5000)), limits: { $0.answer = 4096 }) { client, _ in
            let error = try await shopError { try await client.profile() }
            #expect(error.code == .answerTooLarge)
        }
    }

    @Test func `where nobody listens nothing was sent`() async throws {
        // Nobody listens on the first port.
        let url = "http://127.0.0.1:1"
        var limits = ShopLimits()
        limits.attempts = 2
        let clock = TestTiming()
        try await withShopClient(
            settings(url),
            logger: .init(label: "test") { _ in SwiftLogNoOpLogHandler() },
            limits: limits,
            timing: clock.timing
        ) { client in
            let error = try await shopError { try await client.createGiftCard(try card()) }
            #expect(error.code == .unreachable)
            #expect(!error.isOutcomeUnknown)
            #expect(error.disposition == .retry())
            #expect(clock.waits.count == 1)
        }
    }

    @Test func `the currency and the scopes of a shop are compared with the configuration`() throws {
        let settings = try settings("https://example.com")
        let usd = try dollars()
        let cad = try #require(Currency("CAD"))
        func profile(_ currency: Currency, _ scopes: Set<String>?) -> ShopProfile {
            ShopProfile(domain: "a.myshopify.com", name: "A", currency: currency, issueLimit: nil, scopes: scopes)
        }
        try profile(usd, nil).verify(against: settings)
        try profile(usd, ["write_gift_cards"]).verify(against: settings)
        let mismatch = #expect(throws: ShopError.self) { try profile(cad, nil).verify(against: settings) }
        #expect(mismatch?.code == .currencyMismatch)
        #expect(mismatch?.detail == "the shop's is CAD, the configured one USD")
        let denied = #expect(throws: ShopError.self) { try profile(usd, ["read_gift_cards"]).verify(against: settings) }
        #expect(denied?.code == .accessDenied)
        #expect(denied?.detail == "missing: write_gift_cards")
    }
}
