import Commerce
import Foundation
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

    @Test(arguments: [400, 401, 403, 404, 410])
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

    @Test func `a result that comes packed is unpacked`() async throws {
        try await withClient(.bytes(try packedResult(), headers: ["content-encoding": "gzip"])) { client, shop in
            let result = try await fetch(client, shop.url + "/result")
            #expect(result.text == "{}\n{}\n" && result.count == 6)
        }
    }

    @Test func `a result that is cut in its packing is not whole`() async throws {
        let cut = try packedResult().dropLast(3)
        let answer = ScriptedAnswer.bytes(Array(cut), headers: ["content-encoding": "gzip"])
        try await withClient(answer, limits: { $0.attempts = 1 }) { client, shop in
            let error = try await shopError { try await fetch(client, shop.url + "/result") }
            #expect(error.code == .answerLost && error.disposition == .retry())
            #expect("\(error)".contains("sent a packed answer that can't be unpacked"))
        }
    }

    @Test func `a result that is packed in a way that nobody here knows is not taken for lines`() async throws {
        let packed = ScriptedAnswer.bytes([0x0B, 2, 0x80], headers: ["content-encoding": "br"])
        try await withClient(packed, limits: { $0.attempts = 1 }) { client, shop in
            let error = try await shopError { try await fetch(client, shop.url + "/result") }
            #expect(error.code == .malformedAnswer)
            #expect("\(error)".contains("packed as 'br'"))
        }
    }

    /// `{}` on two lines, packed by gzip.
    private func packedResult() throws -> [UInt8] {
        try Array(#require(Data(base64Encoded: "H4sIAAAAAAAC/6uu5aqu5QIAr/E4nAYAAAA=")))
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
