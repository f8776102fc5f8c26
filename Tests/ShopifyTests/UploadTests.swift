import Commerce
import Records
import Shopify
import Synchronization
import Testing

struct UploadTests {
    private static let parameters = [
        ("Content-Type", "text/jsonl"), ("success_action_status", "201"), ("acl", "private"),
        ("key", "tmp/1/bulk/u-1/a.jsonl"),
        ("x-goog-signature", "5160ab"), ("policy", "eyJ9"),
    ]

    private func staged(_ url: String) -> ScriptedAnswer {
        let list = Self.parameters.map { #"{"name":"\#($0)","value":"\#($1)"}"# }.joined(separator: ",")
        return .json(
            #"{"data":{"stagedUploadsCreate":{"stagedTargets":[{"url":"\#(url)","parameters":[\#(list)]}],"userErrors":[]}}}"#
        )
    }

    private let stored = ScriptedAnswer.status(201, "<?xml version='1.0'?><PostResponse><Key>k</Key></PostResponse>")

    private func chunks(_ parts: [String]) -> @Sendable () async throws -> [UInt8]? {
        let rest = Box(parts)
        return { rest.next().map { Array($0.utf8) } }
    }

    private final class Box: Sendable {
        private let parts: Mutex<[String]>
        init(_ parts: [String]) { self.parts = Mutex(parts) }
        func next() -> String? { parts.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
    }

    @Test func `a file goes up as the form that was answered, in its order, the file last, without the token`()
        async throws
    {
        try await withClient { client, shop in
            shop.then(staged(shop.url + "/store"), stored)
            let target = try await client.stageUpload(name: "a\"b.jsonl", size: 11)
            let path = try await client.upload(to: target, from: chunks(["{\"a\":1}\n", "{}", "\n"]))
            #expect(path == "tmp/1/bulk/u-1/a.jsonl")
            #expect(target.path == path)

            let ask = try JSONValue(parsing: shop.requests[0].body)
            let input = ask["variables"]?["input"]?[0]
            #expect(
                input == [
                    "resource": "BULK_MUTATION_VARIABLES", "filename": "a\"b.jsonl", "mimeType": "text/jsonl",
                    "httpMethod": "POST", "fileSize": "11",
                ]
            )

            let sent = shop.requests[1]
            #expect(sent.method == "POST" && sent.path == "/store")
            #expect(sent.headers["x-shopify-access-token"] == nil)
            #expect(sent.headers["content-length"] == String(sent.body.count))
            #expect(sent.headers["transfer-encoding"] == nil)
            let type = try #require(sent.headers["content-type"])
            #expect(type.hasPrefix("multipart/form-data; boundary="))
            let boundary = type.dropFirst("multipart/form-data; boundary=".count)
            var expected = ""
            for (name, value) in Self.parameters {
                expected += "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
            }
            expected +=
                "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a%22b.jsonl\"\r\nContent-Type: text/jsonl\r\n\r\n"
            expected += "{\"a\":1}\n{}\n\r\n--\(boundary)--\r\n"
            #expect(sent.text == expected)
        }
    }

    @Test func `a pulled source goes up too`() async throws {
        try await withClient { client, shop in
            shop.then(staged(shop.url + "/store"), stored)
            let target = try await client.stageUpload(name: "a.jsonl", size: 6)
            _ = try await client.upload(to: target, reading: BytesSource("{}\n{}\n", chunk: 4))
            #expect(shop.requests[1].text.contains("\r\n\r\n{}\n{}\n\r\n--"))
        }
    }

    @Test(arguments: [["{}\n"], ["{}\n{}\n", "{}\n"], []])
    func `a file of another length than announced is not taken for uploaded`(_ parts: [String]) async throws {
        try await withClient(limits: { $0.upload = .seconds(20) }) { client, shop in
            shop.then(staged(shop.url + "/store"), stored)
            let target = try await client.stageUpload(name: "a.jsonl", size: 6)
            let error = try await shopError { try await client.upload(to: target, from: chunks(parts)) }
            #expect(error.code == .uploadSizeWrong)
        }
    }

    @Test func `the error of the file itself comes through`() async throws {
        struct Unreadable: Error {}
        try await withClient(limits: { $0.upload = .seconds(20) }) { client, shop in
            shop.then(staged(shop.url + "/store"), stored)
            let target = try await client.stageUpload(name: "a.jsonl", size: 6)
            await #expect(throws: Unreadable.self) { try await client.upload(to: target) { throw Unreadable() } }
        }
    }

    @Test func `a store that says no is quoted by its word alone`() async throws {
        let error = try await refused(
            400,
            "<?xml version='1.0'?><Error><Code>AccessDenied</Code><Details>x-goog-signature 5160ab</Details></Error>"
        )
        #expect(error.code == .uploadRefused)
        #expect(error.detail == "AccessDenied")
        #expect(error.disposition == .retry())
        #expect(!"\(error)".contains("5160ab"))
    }

    @Test(arguments: [
        (
            400,
            "<?xml version='1.0'?><Error><Code>EntityTooLarge</Code><Details>x-goog-signature 5160ab</Details></Error>"
        ),
        (413, "<html>Request Entity Too Large</html>"), (413, ""),
    ])
    func `a store that takes no file so large stops, and the option that makes smaller ones is named`(
        _ status: Int,
        _ body: String
    ) async throws {
        let error = try await refused(status, body)
        #expect(error.code == .uploadTooLarge)
        #expect(error.disposition == .stop && error.side == .remote)
        #expect("\(error)".contains("'part_size'") && "\(error)".contains("a part of 3 bytes"), "\(error)")
        #expect(!"\(error)".contains("5160ab"))
    }

    /// What comes of an upload that the store answers so.
    private func refused(_ status: Int, _ body: String) async throws -> ShopError {
        try await withClient { client, shop in
            shop.then(staged(shop.url + "/store"), .status(status, body))
            let target = try await client.stageUpload(name: "a.jsonl", size: 3)
            let error = try await shopError { try await client.upload(to: target, from: chunks(["{}\n"])) }
            #expect(shop.requests.count == 2)
            return error
        }
    }

    @Test func `a store that fails is not asked again here`() async throws {
        try await withClient { client, shop in
            shop.then(staged(shop.url + "/store"), .status(503))
            let target = try await client.stageUpload(name: "a.jsonl", size: 3)
            let error = try await shopError { try await client.upload(to: target, from: chunks(["{}\n"])) }
            #expect(error.code == .serverFailed)
            #expect(shop.requests.count == 2)
        }
    }

    @Test func `an open address of another machine gets no file`() async throws {
        try await withClient(staged("http://store.example.com/")) { client, _ in
            let error = try await shopError { try await client.stageUpload(name: "a.jsonl", size: 3) }
            #expect(error.code == .insecureURL)
        }
    }

    @Test func `asking for a place is tried again`() async throws {
        try await withClient(.status(503), staged("https://store.example.com/")) { client, shop in
            _ = try await client.stageUpload(name: "a.jsonl", size: 3)
            #expect(shop.requests.count == 2)
        }
    }

    @Test func `a refused place carries Shopify's reason`() async throws {
        try await withClient(
            .json(
                #"{"data":{"stagedUploadsCreate":{"stagedTargets":null,"userErrors":[{"field":["input"],"message":"Too large"}]}}}"#
            )
        ) { client, _ in
            let error = try await shopError { try await client.stageUpload(name: "a.jsonl", size: 3) }
            #expect(error.code == .refused)
            #expect(error.detail == "Too large (input)")
        }
    }
}
