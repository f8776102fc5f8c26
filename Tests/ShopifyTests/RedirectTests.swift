import Commerce
import Sealing
import Shopify
import Testing

/// Where a shop, or somebody in its place, sends the client elsewhere: nothing goes there, and least of all a secret.
@Suite struct RedirectTests {
    static let statuses = [301, 302, 303, 307, 308]

    @Test(arguments: statuses)
    func `a call that is redirected sends nothing to where it points`(_ status: Int) async throws {
        try await withScriptedShop([.json("{}"), .json("{}")]) { elsewhere in
            let redirect = ScriptedAnswer.status(
                status,
                headers: ["location": elsewhere.url + "/admin/api/2026-07/graphql.json"]
            )
            try await withClient(redirect, redirect, redirect, limits: { $0.attempts = 1 }) { client, shop in
                let asked = try await shopError { try await client.profile() }
                #expect(asked.code == .redirected)
                let made = try await shopError { try await client.createGiftCard(try card()) }
                #expect(made.code == .redirected)
                let fetched = try await shopError { try await client.download(Secret(shop.url + "/result")) { _ in } }
                #expect(fetched.code == .redirected)
                #expect(shop.requests.count == 3)
            }
            #expect(elsewhere.requests.isEmpty, "\(elsewhere.requests.map(\.path))")
        }
    }

    @Test(arguments: statuses)
    func `a request for a token that is redirected takes no client's secret there`(_ status: Int) async throws {
        try await withScriptedShop([.json("{}")]) { elsewhere in
            let redirect = ScriptedAnswer.status(
                status,
                headers: ["location": elsewhere.url + "/admin/oauth/access_token"]
            )
            let credentials = ShopSettings.Credentials.client(id: "id", secret: Secret("shpss_secret"))
            try await withClient(redirect, credentials: credentials, limits: { $0.attempts = 1 }) { client, _ in
                let error = try await shopError { try await client.profile() }
                #expect(!"\(error)".contains("shpss"))
            }
            #expect(elsewhere.requests.isEmpty)
        }
    }

    @Test(arguments: statuses)
    func `an upload that is redirected does not take the codes there`(_ status: Int) async throws {
        try await withScriptedShop([.status(201), .status(201)]) { elsewhere in
            try await withClient { client, shop in
                let place =
                    #"{"data":{"stagedUploadsCreate":{"stagedTargets":[{"url":"\#(shop.url)/store","parameters":[{"name":"key","value":"tmp/signed-key"},{"name":"x-goog-signature","value":"0123signature"}]}],"userErrors":[]}}}"#
                shop.then(.json(place), .status(status, headers: ["location": elsewhere.url + "/store"]))
                let target = try await client.stageUpload(name: "a.jsonl", size: 3)
                var dumped = "\(target)" + String(reflecting: target)
                dump(target, to: &dumped)
                #expect(!dumped.contains("0123signature") && !dumped.contains("/store"), "\(dumped)")
                let error = try await shopError { try await client.upload(to: target) { nil } }
                #expect(error.code == .uploadRefused || error.code == .uploadSizeWrong, "\(error)")
            }
            #expect(elsewhere.requests.isEmpty)
        }
    }
}
