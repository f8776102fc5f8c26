import Foundation
import Testing

@testable import ShopifySandbox

struct UploadTests {
    @Test func `the parameters come in the captured order, with a policy for a day`() async throws {
        try await withShop { shop in
            let target = try await shop.stage()
            #expect(target.url == shop.base + "/staged-uploads/")
            #expect(
                target.parameters.map(\.name) == [
                    "Content-Type", "success_action_status", "acl", "key", "x-goog-date", "x-goog-credential",
                    "x-goog-algorithm", "x-goog-signature", "policy",
                ]
            )
            #expect(target.key.hasPrefix("tmp/"))
            #expect(target.key.hasSuffix("/lines.jsonl"))
            #expect(target.parameters[7].value.count == 512)
            let policy = try #require(Data(base64Encoded: target.parameters[8].value))
            let text = String(decoding: policy, as: UTF8.self)
            #expect(text.contains(#"["content-length-range",1,104857600]"#))
            #expect(text.hasPrefix(#"{"conditions":[{"Content-Type":"text\/jsonl"}"#), "\(text)")
            #expect(
                target.parameters[5].value.hasPrefix("merchant-assets@shopify-tiers.iam.gserviceaccount.com/"),
                "\(target.parameters[5])"
            )
        }
    }

    @Test func `a form with the file last is stored and answered with the digest`() async throws {
        try await withShop { shop in
            let target = try await shop.stage()
            let answer = try await shop.upload("hello\n", to: target)
            #expect(answer.status == 201)
            #expect(
                answer.text == "<?xml version='1.0' encoding='UTF-8'?><PostResponse><Location>"
                    + "https://storage.googleapis.com/shopify-staged-uploads/\(target.key)</Location>"
                    + "<Bucket>shopify-staged-uploads</Bucket><Key>\(target.key)</Key>"
                    + "<ETag>\"b1946ac92492d2347c6235b4d2611184\"</ETag></PostResponse>"
            )
        }
    }

    @Test func `a form that is not as given out is refused`() async throws {
        try await withShop({ $0.maximumFileBytes = 100 }) { shop in
            let target = try await shop.stage()
            #expect(try await shop.upload("x", to: target, fileFirst: true).status == 400)
            #expect(try await shop.upload("", to: target).text.contains("EntityTooSmall"))
            #expect(
                try await shop.upload(String(repeating: "x", count: 101), to: target).text.contains("EntityTooLarge")
            )
            var parameters = target.parameters
            parameters[7].value = "0"
            #expect(
                try await shop.upload("x", to: TestShop.Target(url: target.url, parameters: parameters)).status == 403
            )
            parameters = target.parameters
            parameters.removeAll { $0.name == "acl" }
            #expect(
                try await shop.upload("x", to: TestShop.Target(url: target.url, parameters: parameters)).text
                    .contains("InvalidPolicyDocument")
            )
            await shop.sandbox.advanceClock(by: .seconds(86_401))
            #expect(try await shop.upload("x", to: target).text.contains("Policy expired."))
        }
    }

    /// What is asked for beside a good input, which member of it is refused, and in which words.
    static let refused: [(input: JSON, field: String, message: String)] = [
        (
            ["resource": "VIDEO", "filename": "a.mp4", "mimeType": "video/mp4"], "fileSize",
            "file size is required for video resources"
        ),
        (
            ["resource": "MODEL_3D", "filename": "chair.glb", "mimeType": "model/gltf-binary"], "fileSize",
            "file size is required for 3D model resources"
        ),
        (
            ["resource": "IMAGE", "filename": "a.exe", "mimeType": "application/x-msdownload"], "mimeType",
            "a.exe: (application/x-msdownload) is not a recognized format"
        ),
        (
            ["resource": "FILE", "filename": "a.txt", "mimeType": "text/plain"], "resource",
            "The sandbox stages BULK_MUTATION_VARIABLES only"
        ),
    ]

    @Test(arguments: refused.indices)
    func `a refused input keeps its place among the targets`(_ index: Int) async throws {
        let refused = Self.refused[index]
        try await withShop { shop in
            let good: JSON = ["resource": "BULK_MUTATION_VARIABLES", "filename": "a.jsonl", "mimeType": "text/jsonl"]
            let answer = try await shop.ask(
                """
                mutation Stage($input: [StagedUploadInput!]!) {
                  stagedUploadsCreate(input: $input) {
                    stagedTargets { url resourceUrl parameters { name value } }
                    userErrors { field message }
                  }
                }
                """,
                ["input": .array([good, refused.input, good])]
            )
            let payload = answer["data"]?["stagedUploadsCreate"]
            let targets = payload?["stagedTargets"]?.array ?? []
            #expect(targets.count == 3)
            #expect(targets.dropFirst().first == ["url": .null, "resourceUrl": .null, "parameters": .array([])])
            #expect(targets.last?["url"]?.string?.contains("/staged-uploads/") == true)
            #expect(
                payload?["userErrors"]
                    == .array([
                        ["field": .strings(["input", "1", refused.field]), "message": .string(refused.message)]
                    ])
            )
        }
    }

    @Test func `an address for PUT is signed, and the resource's address is the same`() async throws {
        try await withShop { shop in
            let answer = try await shop.ask(
                """
                mutation Stage($input: [StagedUploadInput!]!) {
                  stagedUploadsCreate(input: $input) { stagedTargets { url resourceUrl } }
                }
                """,
                ["input": ["resource": "BULK_MUTATION_VARIABLES", "filename": "a.jsonl", "mimeType": "text/jsonl"]]
            )
            let target = answer["data"]?["stagedUploadsCreate"]?["stagedTargets"]?.array?.first
            let url = try #require(target?["url"]?.string)
            #expect(target?["resourceUrl"]?.string == url)
            let names = url.split(separator: "?").last?.split(separator: "&").map { $0.prefix { $0 != "=" } } ?? []
            #expect(
                names == [
                    "X-Goog-Algorithm", "X-Goog-Credential", "X-Goog-Date", "X-Goog-Expires", "X-Goog-SignedHeaders",
                    "X-Goog-Signature",
                ]
            )
            #expect(url.contains("=merchant-assets%40shopify-tiers.iam.gserviceaccount.com%2F"))
        }
    }

    @Test func `an upload by PUT needs its signature`() async throws {
        try await withShop { shop in
            let target = try await shop.stage(method: "PUT")
            #expect(try await shop.send("PUT", target.url + "0", body: Data("x".utf8)).status == 403)
            let answer = try await shop.send("PUT", target.url, body: Data("x".utf8))
            #expect(answer.status == 200)
            #expect(answer.data.isEmpty)
        }
    }

    @Test(arguments: [
        ("", "d41d8cd98f00b204e9800998ecf8427e"), ("abc", "900150983cd24fb0d6963f7d28e17f72"),
        (
            "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
            "57edf4a22be3c955ac49da2e2107b67a"
        ),
    ])
    func `digests are those of RFC 1321`(text: String, digest: String) {
        #expect(MD5.hex(text.utf8) == digest)
    }
}
