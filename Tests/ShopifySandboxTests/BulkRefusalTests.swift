import Foundation
import Testing

@testable import ShopifySandbox

struct BulkRefusalTests {
    private static let path = "nowhere"

    private static func errors(_ payload: JSON) -> JSON? {
        #expect(payload["bulkOperation"] == .null)
        return payload["userErrors"]
    }

    private static func error(_ field: [String]?, _ message: String, _ code: String?) -> JSON {
        .array([
            ["field": field.map(JSON.strings) ?? .null, "message": .string(message), "code": .text(code)]
        ])
    }

    @Test(
        arguments: [
            (
                "mutation { not parseable", nil, "INVALID_MUTATION",
                "Failed to parse the mutation - syntax error, unexpected end of file at [1, 16]"
            ),
            (
                "query { shop { id } }", nil, "INVALID_MUTATION",
                "Invalid operation type. Only `mutation` operations are supported."
            ),
            (
                "mutation A($a: GiftCardCreateInput!) { giftCardCreate(input: $a) { giftCardCode } two: giftCardCreate(input: $a) { giftCardCode } }",
                "mutation", nil, "You must specify a single top level mutation."
            ),
            (
                "mutation P($m: String!) { bulkOperationRunMutation(mutation: $m, stagedUploadPath: \"x\") { userErrors { message } } }",
                "mutation", nil, "You must use an allowed mutation name."
            ),
            (
                "mutation { bulkOperationRunQuery(query: \"x\") { userErrors { message } } }", "mutation", nil,
                "You must use an allowed mutation name."
            ),
            (
                "mutation { nothingLikeThis { id } }", "mutation", nil, "You must use an allowed mutation name."
            ),
            (
                "mutation G($i: GiftCardCreateInput!) { giftCardCreate(input: $i) { giftCard { a: transactions(first: 1) { nodes { id } } b: transactions(first: 1) { edges { cursor } } } } }",
                "mutation", nil, "Bulk mutations cannot contain more than 1 connection."
            ),
        ] as [(String, String?, String?, String)]
    )
    func `the document is checked before the file is looked at`(
        mutation: String,
        field: String?,
        code: String?,
        message: String
    ) async throws {
        try await withShop { shop in
            let payload = try await shop.run(Self.path, mutation)
            #expect(Self.errors(payload) == Self.error(field.map { [$0] }, message, code))
        }
    }

    @Test func `a mutation of 65536 bytes is too large`() async throws {
        try await withShop { shop in
            let padding = String(repeating: " ", count: 65_536 - TestShop.bulkMutation.utf8.count)
            let payload = try await shop.run(Self.path, TestShop.bulkMutation + padding)
            #expect(
                Self.errors(payload)
                    == Self.error(["query"], "is too large (65536 bytes; maximum is 65535 bytes)", "INVALID_MUTATION")
            )
            let fits = try await shop.run(Self.path, TestShop.bulkMutation + padding.dropLast())
            #expect(fits["userErrors"]?.array?.first?["code"] == "NO_SUCH_FILE")
        }
    }

    @Test(arguments: [
        (9, "is too short (minimum is 10 characters)"), (256, "is too long (maximum is 255 characters)"),
    ])
    func `a client identifier has ten to 255 characters`(count: Int, message: String) async throws {
        try await withShop { shop in
            let payload = try await shop.run(Self.path, clientIdentifier: String(repeating: "x", count: count))
            #expect(Self.errors(payload) == Self.error(["clientIdentifier"], message, "INVALID_MUTATION"))
        }
    }

    @Test func `a file that is not there, empty or too large is refused before the slots are counted`() async throws {
        try await withShop({
            $0.operationSlots = 0; $0.maximumFileBytes = 100
        }) { shop in
            let gone = try await shop.run("tmp/1/bulk/x/lines.jsonl")
            #expect(
                Self.errors(gone)
                    == Self.error(
                        nil,
                        "The JSONL file could not be found. Try uploading the file again, and check that you've entered "
                            + "the URL correctly for the stagedUploadPath mutation argument.",
                        "NO_SUCH_FILE"
                    )
            )
            for (text, message) in [
                ("", "The input file is empty."),
                (
                    String(repeating: "x", count: 101),
                    "The input file size exceeds the maximum allowed size of 100 MB."
                ),
            ] {
                let target = try await shop.stage(method: "PUT")
                #expect(try await shop.send("PUT", target.url, body: Data(text.utf8)).status == 200)
                let path = try #require(URL(string: target.url)?.path.dropFirst("/staged-uploads/".count))
                let payload = try await shop.run(String(path))
                #expect(Self.errors(payload) == Self.error(nil, message, "INVALID_STAGED_UPLOAD_FILE"))
            }
        }
    }

    @Test func `five operations run at a time, the sixth is told which`() async throws {
        try await withShop({ $0.operationSeconds = 600 }) { shop in
            var ids: [String] = []
            for index in 0..<5 {
                let payload = try await shop.run(try await shop.staged(shop.lines(["slotcode0\(index)"])))
                ids.append(try #require(payload["bulkOperation"]?["id"]?.string))
            }
            let sixth = try await shop.run(try await shop.staged(shop.lines(["slotcode05"])))
            #expect(
                Self.errors(sixth)
                    == Self.error(
                        nil,
                        "A bulk mutation operation for this app and shop is already in progress: "
                            + "\(ids.joined(separator: ", ")).",
                        "OPERATION_IN_PROGRESS"
                    )
            )
        }
    }

    @Test func `a shop may not allow gift cards in bulk`() async throws {
        try await withShop({ $0.allowsGiftCardsInBulk = false }) { shop in
            let payload = try await shop.run(Self.path)
            #expect(Self.errors(payload) == Self.error(["mutation"], "You must use an allowed mutation name.", nil))
        }
    }
}
