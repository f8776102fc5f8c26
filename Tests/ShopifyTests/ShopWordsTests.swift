import Commerce
import Sealing
import Shopify
import Testing

/// Shopify's own words, in the forms in which they came in public reports, and what a person is told to do.
struct ShopWordsTests {
    private let credentials = ShopSettings.Credentials.client(id: "client-id", secret: Secret("s+cret="))

    private func refusal(_ status: Int, _ body: String, type: String = "application/json") async throws -> ShopError {
        try await withClient(.status(status, body, headers: ["content-type": type]), credentials: credentials) {
            client,
            shop in
            let error = try await shopError { try await client.profile() }
            #expect(shop.requests.count == 1, "it was asked for again")
            #expect(!"\(error)".contains("s+cret="))
            return error
        }
    }

    private static let notPermitted =
        "Oauth error shop_not_permitted: Client credentials cannot be performed on this shop."
    private static let page = """
        <!DOCTYPE html>
        <html><head><title>400 - Oauth error shop_not_permitted</title></head><body class="page-oauth">
        <div><h3>\(notPermitted)</h3></div></body></html>
        """

    @Test(arguments: [
        (400, notPermitted, "text/html; charset=utf-8"), (400, notPermitted, "text/plain"), (400, page, "text/html"),
        (401, #"{"error":"\#(notPermitted)"}"#, "application/json"),
        (403, #"{"error_description":"\#(notPermitted)"}"#, "application/json"),
        (
            400,
            #"{"error":"shop_not_permitted","error_description":"Client credentials cannot be performed on this shop."}"#,
            "application/json"
        ),
    ])
    func `an app of another organization is told from wrong credentials`(_ status: Int, _ body: String, _ type: String)
        async throws
    {
        let error = try await refusal(status, body, type: type)
        #expect(error.code == .shopNotPermitted && error.disposition == .stop && error.side == .remote)
        let text = "\(error)"
        #expect(text.contains("shop_not_permitted: Client credentials cannot be performed on this shop."), "\(text)")
        #expect(text.contains("App and shop must belong to one organization"), "\(text)")
        #expect(!text.contains("<"), "\(text)")
    }

    @Test func `a page that says its word in the title alone is read`() async throws {
        let title = "<html><head><title>400 - Oauth error app_not_installed</title></head><body>Sorry</body></html>"
        let error = try await refusal(400, title, type: "text/html")
        #expect(error.code == .appNotInstalled && error.disposition == .stop)
        #expect("\(error)".contains("Oauth error app_not_installed") && "\(error)".contains("Install the app"))
    }

    @Test(arguments: [
        (
            #"{"error":"invalid_client","error_description":"Client authentication failed"}"#,
            "invalid_client: Client authentication failed"
        ),
        ("<title>400 - Oauth error invalid_request</title>", "Oauth error invalid_request"),
        (
            "<title>400 - Oauth error application_cannot_be_found</title><p>Oauth error application_cannot_be_found: Could not find Shopify API application with api_key s+cret=</p>",
            "Oauth error application_cannot_be_found: Could not find Shopify API application with api_key …"
        ),
    ])
    func `other refusals of credentials come in Shopify's words`(_ body: String, _ words: String) async throws {
        let error = try await refusal(400, body)
        #expect(error.code == .credentialsRefused)
        #expect("\(error)".contains("(status 400; \(words)). Check client_id and client_secret"), "\(error)")
    }

    @Test(arguments: [
        (402, #"{"errors":"Unavailable Shop"}"#, ShopError.Code.frozen, "Unavailable Shop", "pay the shop's bill"),
        (403, #"{"errors":"Unavailable Shop"}"#, .unavailable, "Unavailable Shop", "open it again"),
        (
            403, #"{"errors":{"base":["Forbidden by the merchant"]}}"#, .forbidden, "Forbidden by the merchant",
            "installed"
        ),
        (404, #"{"errors":"Not Found"}"#, .notFound, "Not Found", "Correct the shop's url"),
        (
            404, "<html><title>Store&#39;s not here &amp; unavailable</title></html>", .notFound,
            "Store's not here & unavailable", "Correct"
        ),
        (423, #"{"errors":"This shop is locked"}"#, .locked, "This shop is locked", "Shopify's support"),
        (430, "Security rejection", .securityRejection, "Security rejection", "expected machine"),
    ])
    func `a shop that is closed says why, and what to do`(
        _ status: Int,
        _ body: String,
        _ code: ShopError.Code,
        _ words: String,
        _ advice: String
    ) async throws {
        for credentials in [self.credentials, .token(Secret(testToken))] {
            // The token's endpoint keeps its own word for 403, but for a shop that is closed.
            if case .client = credentials, code == .forbidden { continue }
            try await withClient(.status(status, body), credentials: credentials) { client, shop in
                let error = try await shopError { try await client.profile() }
                #expect(error.code == code)
                #expect("\(error)".contains("(status \(status); \(words)"), "\(error)")
                #expect("\(error)".contains(advice), "\(error)")
                #expect(error.disposition == (code == .locked ? .retry(after: .seconds(3600)) : .stop))
                #expect(shop.requests.count == 1)
            }
        }
    }

    @Test(arguments: [
        "Field 'giftCardConfiguration' doesn't exist on type 'QueryRoot'",
        "Field 'giftCards' doesn't exist on type 'QueryRoot'",
        "Field 'giftCardCreate' doesn't exist on type 'Mutation'",
    ])
    func `a schema without gift cards is no fault of Dropline's`(_ message: String) async throws {
        try await withClient(.json(errors("undefinedField", message))) { client, shop in
            let error = try await shopError { try await client.profile() }
            #expect(error.code == .giftCardsAbsent && error.disposition == .stop && error.side == .remote)
            let text = "\(error)"
            for word in [message, "read_gift_cards", "write_gift_cards", "plan", "Plus"] {
                #expect(text.contains(word), "\(text)")
            }
            #expect(!text.contains("fault of Dropline"))
            #expect(shop.requests.count == 1)
        }
    }

    @Test func `a card made alone says so too, and is known not to exist`() async throws {
        let body =
            #"{"errors":[{"message":"GiftCardCreateInput isn't a defined input type (on $input)","extensions":{"code":"variableRequiresValidType"}},{"message":"Field 'giftCardCreate' doesn't exist on type 'Mutation'","extensions":{"code":"undefinedField"}},{"message":"Variable $input is declared by GiftCardCreate but not used","extensions":{"code":"variableNotUsed"}}]}"#
        try await withClient(.json(body)) { client, _ in
            let error = try await shopError { try await client.createGiftCard(try card()) }
            #expect(error.code == .giftCardsAbsent && !error.isOutcomeUnknown)
        }
    }

    @Test func `a page in place of an answer shows its title`() async throws {
        let page = "<!DOCTYPE html><html><head><title>Sign in to the network</title></head></html>"
        try await withClient(.status(200, page, headers: ["content-type": "text/html"])) { client, _ in
            let error = try await shopError { try await client.profile() }
            #expect(error.code == .htmlAnswer && "\(error)".contains("(status 200; Sign in to the network)"))
        }
    }

    @Test func `an answer that is packed in a way that nobody here knows says in which`() async throws {
        try await withClient(
            .bytes([0x0B, 2], headers: ["content-encoding": "br"]),
            limits: { $0.attempts = 1 }
        ) { client, _ in
            let error = try await shopError { try await client.profile() }
            #expect(error.code == .malformedAnswer && "\(error)".contains("packed as 'br', for which nobody asked"))
        }
    }

    @Test(arguments: ["abcdefghij", "abcd1234efgh", "12345678"])
    func `what Shopify says of a card never shows its code`(_ code: String) async throws {
        let spaced = "\(code.prefix(4)) \(code.dropFirst(4))".uppercased()
        let sentence = "Code \(code) (\(spaced)) cannot be used in this creation"
        let answers: [ScriptedAnswer] = [
            .json(
                #"{"data":{"giftCardCreate":{"giftCard":null,"userErrors":[{"field":["input","code"],"message":"\#(sentence)","code":"INVALID"}]}}}"#
            ),
            .json(errors("INVALID_VARIABLE", sentence)), .json(errors("undefinedField", sentence)),
            .json(errors("ACCESS_DENIED", sentence)), .json(errors("INTERNAL_SERVER_ERROR", sentence)),
            .status(403, #"{"errors":"\#(sentence)"}"#), .status(402, sentence), .status(503, sentence),
            .status(404, "<title>\(sentence)</title>", headers: ["content-type": "text/html"]),
            .status(418, #"{"error":"\#(code)","error_description":"\#(sentence)"}"#),
        ]
        for answer in answers {
            try await withClient(answer, limits: { $0.attempts = 1 }) { client, _ in
                var said: String
                do {
                    said = "\(try await client.createGiftCard(try card(code)))"
                } catch let error as ShopError {
                    said = "\(error)"
                }
                #expect(said.contains("…") && said.contains("creation"), "\(said)")
                said = said.lowercased().filter { $0.isLetter || $0.isNumber }
                #expect(!said.contains(code), "\(said)")
            }
        }
        try await withClient(.json(errors("BAD_REQUEST", sentence))) { client, _ in
            let error = try await shopError { try await client.findGiftCards(try card(code).code) }
            #expect("\(error)".contains("Code … (…) cannot be used in this creation"), "\(error)")
        }
    }
}
