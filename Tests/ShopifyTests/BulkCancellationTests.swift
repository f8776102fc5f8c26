import Records
import Shopify
import Testing

/// What Shopify says to the wish to cancel a bulk operation, as it was captured.
struct BulkCancellationTests {
    private static let id = "gid://shopify/BulkOperation/7"

    private func answer(_ operation: String?, _ errors: String = "") -> ScriptedAnswer {
        .json(
            #"{"data":{"bulkOperationCancel":{"bulkOperation":\#(operation ?? "null"),"userErrors":[\#(errors)]}}}"#
        )
    }

    private func cancel(_ answers: ScriptedAnswer...) async throws -> BulkCancellation {
        try await withClient { client, shop in
            for answer in answers { shop.then(answer) }
            return try await client.cancelBulkOperation(Self.id)
        }
    }

    private let canceling = operationJSON.replacing("CREATED", with: "CANCELING")

    @Test func `an operation that is taken for cancelling is shown as it stands`() async throws {
        try await withClient(answer(canceling)) { client, shop in
            guard case .taken(let operation) = try await client.cancelBulkOperation(Self.id) else {
                Issue.record("it was not taken")
                return
            }
            #expect(operation.id == Self.id && operation.status == .canceling && !operation.status.isTerminal)
            let variables = try JSONValue(parsing: shop.requests[0].body)["variables"]
            #expect(variables == ["id": .string(Self.id)])
        }
    }

    @Test func `one that has ended is told by its sentence, with or without the operation beside it`() async throws {
        let error = #"{"field":null,"message":"A bulk operation cannot be canceled when it is completed"}"#
        #expect(try await cancel(answer(nil, error)) == .ended)
        #expect(try await cancel(answer(operationJSON, error)) == .ended)
    }

    @Test func `one that the shop does not know is told by its field`() async throws {
        let error = #"{"field":["id"],"message":"Bulk operation does not exist"}"#
        #expect(try await cancel(answer(nil, error)) == .unknown)
    }

    @Test func `a lost answer is asked for again, for cancelling twice does no harm`() async throws {
        #expect(try await cancel(.status(502), .status(502), answer(canceling)) != .ended)
    }

    @Test func `another refusal is told`() async throws {
        try await withClient(answer(nil, #"{"field":null,"message":"Not now"}"#)) { client, _ in
            let error = try await shopError { try await client.cancelBulkOperation(Self.id) }
            #expect(error.code == .refused && error.detail == "Not now")
        }
    }

    @Test func `an answer without an operation and without an error can't be read`() async throws {
        try await withClient(answer(nil), limits: { $0.attempts = 1 }) { client, _ in
            let error = try await shopError { try await client.cancelBulkOperation(Self.id) }
            #expect(error.code == .malformedAnswer)
        }
    }

    @Test func `what takes the slots is what has not ended, the newest first`() async throws {
        let nodes = ["COMPLETED", "RUNNING", "CANCELING", "FAILED", "CREATED", "CANCELED"].enumerated().map {
            operationJSON.replacing("CREATED", with: $1).replacing("BulkOperation/7", with: "BulkOperation/\($0)")
        }
        let list = #"{"data":{"bulkOperations":{"nodes":[\#(nodes.joined(separator: ","))]}}}"#
        try await withClient(.json(list)) { client, shop in
            let found = try await client.bulkOperationsUnderWay()
            #expect(found.map(\.id) == [1, 2, 4].map { "gid://shopify/BulkOperation/\($0)" })
            #expect(found.map(\.status.word) == ["RUNNING", "CANCELING", "CREATED"])
            let sent = try JSONValue(parsing: shop.requests[0].body)
            #expect(sent["query"]?.string?.contains("reverse") == false)
        }
    }
}
