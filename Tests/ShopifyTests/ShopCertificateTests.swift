import Commerce
import HTTPS
import Logging
import Sealing
import Shopify
import Testing
import WebServers

/// A shop, a token endpoint, an upload's store and a result's store whose certificate is not to be believed.
@Suite(.timeLimit(.minutes(10))) struct ShopCertificateTests {
    /// Holds an error to one sentence of what is the matter and one of what to do, and a call to one try.
    private func expectStop(_ error: ShopError, _ clock: TestTiming, doing: String) {
        #expect(error.code == .certificateRefused && error.disposition == .stop && error.side == .remote)
        #expect(!error.isOutcomeUnknown)
        let text = "\(error)"
        #expect(
            text.hasPrefix("main: \(doing): the server can't be trusted, and nothing was sent to it (127.0.0.1:"),
            "\(text)"
        )
        #expect(
            text.contains("has a certificate that is signed by nobody but itself). If it is the right server"),
            "\(text)"
        )
        for word in ["NIO", "BoringSSL", "OPENSSL", "handshakeFailed", ".cc", "Sources", "\n"] {
            #expect(!text.contains(word), "'\(word)' is in: \(text)")
        }
        #expect(clock.waits.isEmpty, "it was tried again")
    }

    @Test func `a shop whose certificate is refused is asked once, and told in a sentence`() async throws {
        try await withTestAuthority { authority in
            let certificate = try await authority.selfSigned()
            let clock = TestTiming()
            try await withClient(clock: clock, certificate: certificate) { client, shop in
                let error = try await shopError { try await client.profile() }
                expectStop(error, clock, doing: "asking the shop for its profile")
                let single = try await shopError { try await client.createGiftCard(try card()) }
                expectStop(single, clock, doing: "creating a gift card")
                #expect(shop.requests.isEmpty)
            }
        }
    }

    @Test func `so is the endpoint of access tokens`() async throws {
        try await withTestAuthority { authority in
            let certificate = try await authority.selfSigned()
            let clock = TestTiming()
            let credentials = ShopSettings.Credentials.client(id: "id", secret: Secret("secret"))
            try await withClient(clock: clock, credentials: credentials, certificate: certificate) { client, shop in
                let error = try await shopError { try await client.profile() }
                expectStop(error, clock, doing: "asking for an access token")
                #expect(shop.requests.isEmpty)
            }
        }
    }

    @Test func `so are the addresses of uploads and results`() async throws {
        try await withTestAuthority { authority in
            let certificate = try await authority.selfSigned()
            try await withScriptedShop([], certificate: certificate) { store in
                let clock = TestTiming()
                let place =
                    #"{"data":{"stagedUploadsCreate":{"stagedTargets":[{"url":"\#(store.url)/store","parameters":[{"name":"key","value":"k"}]}],"userErrors":[]}}}"#
                try await withClient(.json(place), clock: clock) { client, _ in
                    let target = try await client.stageUpload(name: "a.jsonl", size: 0)
                    let upload = try await shopError { try await client.upload(to: target) { nil } }
                    expectStop(upload, clock, doing: "uploading a bulk file")
                    let result = try await shopError {
                        try await client.download(Secret(store.url + "/result?sig=secret")) { _ in }
                    }
                    expectStop(result, clock, doing: "fetching a result file")
                    #expect(!"\(result)".contains("secret"))
                    #expect(store.requests.isEmpty)
                }
            }
        }
    }

    @Test func `a shop is called by TLS whose authority is trusted`() async throws {
        try await withTestAuthority { authority in
            let certificate = try await authority.certificate()
            let answer = ScriptedAnswer.json(#"{"data":{"bulkOperation":\#(operationJSON)}}"#)
            let roots = TrustedRoots(file: authority.file)
            try await withClient(answer, certificate: certificate, trusting: roots) { client, _ in
                let operation = try await client.bulkOperation("gid://shopify/BulkOperation/7")
                #expect(operation?.status == .created)
            }
        }
    }

    @Test func `a passing failure of the network is one sentence, and tried again`() async throws {
        let clock = TestTiming()
        try await withShopClient(
            settings("https://shop.invalid"),
            logger: .init(label: "test") { _ in SwiftLogNoOpLogHandler() },
            limits: {
                var limits = ShopLimits()
                limits.attempts = 2
                return limits
            }(),
            timing: clock.timing
        ) { client in
            let error = try await shopError { try await client.createGiftCard(try card()) }
            #expect(error.code == .unreachable && error.disposition == .retry())
            #expect(
                "\(error)"
                    == "main: creating a gift card: no connection came about, nothing was sent (shop.invalid can't be found: the name is not known, or no name server answers). It is tried again; if it stays, look at the network and at status.shopify.com."
            )
            #expect(clock.waits.count == 1)
        }
    }
}
