import Commerce
import Foundation
import Records
import Sealing
import Shopify
import Testing

struct BulkOperationTests {
    private func refusal(_ code: String?, _ message: String) -> ScriptedAnswer {
        let code = code.map { "\"\($0)\"" } ?? "null"
        return .json(
            #"{"data":{"bulkOperationRunMutation":{"bulkOperation":null,"userErrors":[{"code":\#(code),"field":null,"message":"\#(message)"}]}}}"#
        )
    }

    private func start(_ answer: ScriptedAnswer) async throws -> BulkStart {
        try await withClient(answer) { client, _ in try await client.runBulkMutation("mutation A { a }", path: "tmp/a")
        }
    }

    @Test func `a start sends the document and the key of the upload`() async throws {
        try await withClient(.json(startedJSON)) { client, shop in
            let start = try await client.runBulkMutation(
                giftCardCreateDocument(named: "GiftCards_7"),
                path: "tmp/1/bulk/u/a.jsonl"
            )
            guard case .started(let operation) = start else {
                Issue.record("\(start)")
                return
            }
            #expect(operation.id == "gid://shopify/BulkOperation/7")
            #expect(operation.status == .created && !operation.status.isTerminal)
            #expect(operation.objectCount == 0)
            #expect(operation.operationName == "GiftCards_7")
            let variables = try JSONValue(parsing: shop.requests[0].body)["variables"]
            #expect(
                variables == [
                    "mutation": .string(giftCardCreateDocument(named: "GiftCards_7")),
                    "stagedUploadPath": "tmp/1/bulk/u/a.jsonl",
                ]
            )
            #expect(shop.requests[0].headers["x-shopify-access-token"] == testToken)
            #expect(shop.requests[0].headers["content-type"] == "application/json")
        }
    }

    @Test func `other operations in progress make the shop busy, and are named`() async throws {
        let message =
            "A bulk mutation operation for this app and shop is already in progress: gid://shopify/BulkOperation/1, gid://shopify/BulkOperation/22."
        let ids = ["gid://shopify/BulkOperation/1", "gid://shopify/BulkOperation/22"]
        #expect(try await start(refusal("OPERATION_IN_PROGRESS", message)) == .busy(operations: ids))
        #expect(
            try await start(refusal("LIMIT_REACHED", "Bulk operations limit reached. Please try again later."))
                == .busy(operations: [])
        )
    }

    @Test func `a mutation that is not taken in bulk is told by its sentence`() async throws {
        #expect(try await start(refusal(nil, "You must use an allowed mutation name.")) == .mutationNotAllowed)
    }

    @Test func `a file that is gone, empty or unreadable is told apart`() async throws {
        #expect(
            try await start(refusal("NO_SUCH_FILE", "The JSONL file could not be found. Try uploading the file again"))
                == .noSuchFile
        )
        let empty = UserError(code: "INVALID_STAGED_UPLOAD_FILE", field: [], message: "The input file is empty.")
        #expect(
            try await start(refusal("INVALID_STAGED_UPLOAD_FILE", "The input file is empty.")) == .invalidFile(empty)
        )
        #expect(try await start(refusal("INTERNAL_FILE_SERVER_ERROR", "There was a problem")) == .fileUnreadable)
    }

    @Test func `any other refusal keeps Shopify's words`() async throws {
        let error = UserError(
            code: "INVALID_MUTATION",
            field: [],
            message: "Failed to parse the mutation - syntax error, unexpected end of file at [1, 16]"
        )
        #expect(try await start(refusal("INVALID_MUTATION", error.message)) == .refused([error]))
        let single = UserError(code: nil, field: [], message: "You must specify a single top level mutation.")
        #expect(try await start(refusal(nil, single.message)) == .refused([single]))
    }

    @Test(arguments: [
        errors(
            "ACCESS_DENIED",
            "Access denied for bulkOperationRunMutation field.",
            data: #"{"bulkOperationRunMutation":null}"#
        ),
        #"{"data":{"bulkOperationRunMutation":{"bulkOperation":null,"userErrors":[{"code":null,"field":null,"message":"Bulk mutations are not enabled for this app."}]}}}"#,
    ])
    func `an app that may not run bulk operations hears where to enable them`(_ body: String) async throws {
        let error = try await shopError { try await start(.json(body)) }
        #expect(error.code == .bulkNotEnabled)
        #expect(error.disposition == .stop)
        #expect(!error.isOutcomeUnknown)
        #expect("\(error)".contains("Partner Dashboard"))
    }

    @Test(arguments: [
        ("CREATED", BulkOperation.Status.created, false), ("RUNNING", .running, false), ("COMPLETED", .completed, true),
        ("CANCELING", .canceling, false),
        ("CANCELED", .canceled, true), ("FAILED", .failed, true), ("EXPIRED", .expired, true),
        ("PAUSED", .unrecognized("PAUSED"), false),
    ])
    func `every status is known, and a new one is kept`(
        _ word: String,
        _ status: BulkOperation.Status,
        _ isTerminal: Bool
    ) async throws {
        let json = operationJSON.replacingOccurrences(of: "CREATED", with: word)
        try await withClient(.json(#"{"data":{"bulkOperation":\#(json)}}"#)) { client, _ in
            let operation = try #require(try await client.bulkOperation("gid://shopify/BulkOperation/7"))
            #expect(operation.status == status)
            #expect(operation.status.isTerminal == isTerminal)
        }
    }

    @Test func `counts come as text, and the result's address is a secret`() async throws {
        let body =
            #"{"data":{"bulkOperation":{"id":"gid://shopify/BulkOperation/7","status":"COMPLETED","errorCode":null,"objectCount":"12","fileSize":"3456","url":"https://storage.example.com/r?sig=1","partialDataUrl":null,"createdAt":"2026-11-21T06:18:00Z","query":"x"}}}"#
        try await withClient(.json(body)) { client, _ in
            let operation = try #require(try await client.bulkOperation("gid://shopify/BulkOperation/7"))
            #expect(operation.objectCount == 12 && operation.fileSize == 3456)
            #expect(operation.url?.reveal() == "https://storage.example.com/r?sig=1")
            #expect(!"\(operation)".contains("sig=1"))
            #expect(operation.operationName == nil)
        }
    }

    @Test(arguments: [
        #"{"data":{"bulkOperation":null}}"#,
        errors("RESOURCE_NOT_FOUND", "Invalid id", data: #"{"bulkOperation":null}"#),
    ])
    func `an operation that the shop does not know is none`(_ body: String) async throws {
        try await withClient(.json(body)) { client, _ in
            let operation = try await client.bulkOperation("gid://shopify/BulkOperation/7")
            #expect(operation == nil)
        }
    }

    private func page(_ operations: [(Int, String, String)], next: String?) -> ScriptedAnswer {
        let nodes = operations.map { id, name, created in
            ##"{"id":"gid://shopify/BulkOperation/\##(id)","status":"RUNNING","objectCount":"0","createdAt":"\##(created)","query":"# x\nmutation \##(name)($input: X!) { a }"}"##
        }
        let info =
            next.map { #"{"hasNextPage":true,"endCursor":"\#($0)"}"# } ?? #"{"hasNextPage":false,"endCursor":null}"#
        return .json(#"{"data":{"bulkOperations":{"nodes":[\#(nodes.joined(separator: ","))],"pageInfo":\#(info)}}}"#)
    }

    @Test func `an operation is found by its name on any page, whatever the clocks say`() async throws {
        try await withClient(
            page(
                [(9, "GiftCards_8", "2026-11-21T07:00:00Z"), (8, "GiftCards_77", "2026-11-21T06:50:00Z")],
                next: "c1"
            ),
            page([(7, "GiftCards_7", "1970-01-01T00:00:00Z"), (6, "GiftCards_6", "2026-11-21T05:59:59Z")], next: "c2")
        ) { client, shop in
            let found = try await client.bulkOperation(named: "GiftCards_7")
            #expect(found?.id == "gid://shopify/BulkOperation/7")
            #expect(shop.requests.count == 2)
            let first = try JSONValue(parsing: shop.requests[0].body)["variables"]
            #expect(first?["query"] == "operation_type:mutation")
            #expect(first?["after"] == .null)
            #expect(try JSONValue(parsing: shop.requests[1].body)["variables"]?["after"] == "c1")
        }
    }

    @Test func `the newest operations are asked for first, and no page more than is needed`() async throws {
        try await withClient(page([(9, "GiftCards_9", "2026-11-21T07:00:00Z")], next: "c1")) { client, shop in
            let found = try await client.bulkOperation(named: "GiftCards_9")
            #expect(found?.id == "gid://shopify/BulkOperation/9")
            #expect(shop.requests.count == 1)
            // `reverse: true` puts the oldest first, so that a new one stands on the last of many pages.
            let query = try #require(try JSONValue(parsing: shop.requests[0].body)["query"]?.string)
            #expect(query.contains("sortKey: CREATED_AT") && !query.contains("reverse"))
        }
    }

    @Test(arguments: [
        #"{"errors":[{"message":"Field 'giftCardCreate' doesn't exist on type 'Mutation'","extensions":{"code":"undefinedField"}}]}"#,
        #"{"data":{"bulkOperationRunMutation":{"bulkOperation":null,"userErrors":[{"code":"INVALID_MUTATION","field":null,"message":"Field 'giftCardCreate' doesn't exist on type 'Mutation'"}]}}}"#,
    ])
    func `a start where the shop shows no gift cards says so`(_ body: String) async throws {
        let error = try await shopError { try await start(.json(body)) }
        #expect(error.code == .giftCardsAbsent && error.disposition == .stop && error.side == .remote)
        #expect(!error.isOutcomeUnknown)
        #expect("\(error)".contains("Field 'giftCardCreate' doesn't exist on type 'Mutation'"))
    }

    @Test func `a list that cannot be read is no empty list`() async throws {
        try await withClient(.json(#"{"data":{"bulkOperations":{"nodes":null}}}"#), limits: { $0.attempts = 1 }) {
            client,
            _ in
            let error = try await shopError { try await client.bulkOperation(named: "A") }
            #expect(error.code == .malformedAnswer)
        }
    }
}
