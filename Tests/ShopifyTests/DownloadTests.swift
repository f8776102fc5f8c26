import Commerce
import Sealing
import Shopify
import Synchronization
import Testing

struct DownloadTests {
    private func fetch(_ client: ShopClient, _ url: String) async throws -> (count: Int, text: String) {
        var bytes: [UInt8] = []
        let count = try await client.download(Secret(url)) { bytes += $0 }
        return (count, String(decoding: bytes, as: UTF8.self))
    }

    @Test func `a result comes whole, and the token stays here`() async throws {
        try await withClient(.status(200, "{}\n{}\n")) { client, shop in
            let (count, text) = try await fetch(client, shop.url + "/result?sig=1")
            #expect(count == 6)
            #expect(text == "{}\n{}\n")
            #expect(shop.requests[0].method == "GET" && shop.requests[0].path == "/result?sig=1")
            #expect(shop.requests[0].headers["x-shopify-access-token"] == nil)
        }
    }

    @Test(arguments: [400, 403, 404, 410])
    func `an address that has expired is told from a passing failure`(_ status: Int) async throws {
        try await withClient(.status(status, "<Error/>")) { client, shop in
            let error = try await shopError { try await fetch(client, shop.url + "/result?sig=secret") }
            #expect(error.code == .downloadExpired)
            #expect(!"\(error)".contains("secret"))
            #expect(shop.requests.count == 1)
        }
    }

    @Test func `a failure before the first byte is tried again`() async throws {
        let clock = TestTiming()
        try await withClient(.status(503), .status(200, "{}"), clock: clock) { client, shop in
            let result = try await fetch(client, shop.url + "/result")
            #expect(result.text == "{}")
            #expect(clock.waits.count == 1)
        }
    }

    @Test func `a file that breaks off is not begun again here`() async throws {
        try await withClient(.cutOff(200, "{}\n{")) { client, shop in
            let error = try await shopError { try await fetch(client, shop.url + "/result") }
            #expect(error.code == .answerLost)
            #expect(error.disposition == .retry())
            #expect(shop.requests.count == 1)
        }
    }

    @Test func `the error of whoever takes the bytes comes through`() async throws {
        struct Full: Error {}
        try await withClient(.status(200, "{}")) { client, shop in
            await #expect(throws: Full.self) {
                try await client.download(Secret(shop.url + "/result")) { _ in throw Full() }
            }
            #expect(shop.requests.count == 1)
        }
    }

    @Test func `a redirect is not followed`() async throws {
        try await withClient(.status(302, headers: ["location": "/elsewhere"])) { client, shop in
            let error = try await shopError { try await fetch(client, shop.url + "/result") }
            #expect(error.code == .redirected)
            #expect(shop.requests.count == 1)
        }
    }

    @Test func `an open address of another machine is not asked`() async throws {
        try await withClient { client, _ in
            let error = try await shopError { try await fetch(client, "http://storage.example.com/r?sig=secret") }
            #expect(error.code == .insecureURL)
            #expect(!"\(error)".contains("secret"))
        }
    }
}
