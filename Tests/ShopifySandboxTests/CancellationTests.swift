import Foundation
import Testing

@testable import ShopifySandbox

/// Cancelled operations, true to what was captured, and what tests may have go wrong with them.
struct CancellationTests {
    private static let cancel = """
        mutation Cancel($id: ID!) {
          bulkOperationCancel(id: $id) { bulkOperation { id status } userErrors { field message } }
        }
        """

    private func start(_ codes: [String], in shop: TestShop) async throws -> String {
        let payload = try await shop.run(try await shop.staged(shop.lines(codes)))
        return try #require(payload["bulkOperation"]?["id"]?.string, "\(payload)")
    }

    private func cancel(_ id: String, in shop: TestShop) async throws -> JSON? {
        try await shop.ask(Self.cancel, ["id": .string(id)])["data"]?["bulkOperationCancel"]
    }

    /// Looks until something holds; throws after a long while.
    private func until(_ holds: () async throws -> Bool) async throws {
        let limit = Date() + TestShop.patience
        while try await !holds() {
            guard Date() < limit else { throw URLError(.timedOut) }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func codes(_ count: Int) -> [String] { (0..<count).map { "cancelme\(100 + $0)" } }

    // Captured: operation 7749099127090.
    @Test func `one line that is cancelled while CREATED is executed all the same, and has a result`() async throws {
        try await withShop({ $0.operationSeconds = 1_000 }) { shop in
            let id = try await start(["cancelled1"], in: shop)
            let answer = try await cancel(id, in: shop)
            #expect(answer == ["bulkOperation": ["id": .string(id), "status": "CANCELING"], "userErrors": .array([])])
            let operation = try await shop.ended(id)
            #expect(operation["status"] == "CANCELED" && operation["objectCount"] == "1")
            #expect(operation["completedAt"] == .null && operation["fileSize"] == .null)
            #expect(operation["errorCode"] == .null)
            #expect(try await shop.result(operation).count == 1)
            #expect(await shop.sandbox.cards().count == 1)
        }
    }

    @Test func `of many lines those that are under way are executed, and no others`() async throws {
        try await withShop({ $0.operationSeconds = 1_000 }) { shop in
            let id = try await start(codes(600), in: shop)
            _ = try await cancel(id, in: shop)
            let operation = try await shop.ended(id)
            let made = await shop.sandbox.cards().count
            #expect(operation["status"] == "CANCELED" && (1..<600).contains(made), "\(made)")
            #expect(operation["objectCount"] == .string("\(made)") && operation["url"] == .null)
            #expect(try await shop.result(operation, "partialDataUrl").count == made)
        }
    }

    @Test func `an operation that stands still ends only when it is cancelled, and frees its slot then`() async throws {
        try await withShop({
            $0.operationSlots = 1
            $0.faults = [SandboxFault(.operationStuck, fraction: 0.25)]
        }) { shop in
            let id = try await start(codes(20), in: shop)
            try await until { try await shop.operation(id)["objectCount"] == "5" }
            #expect(try await shop.operation(id)["status"] == "RUNNING")
            let key = try await shop.staged(shop.lines(["afterwards"]))
            let busy = try await shop.run(key)
            #expect(busy["userErrors"]?.array?.first?["message"]?.string?.hasSuffix("progress: \(id).") == true)
            _ = try await cancel(id, in: shop)
            #expect(try await shop.ended(id)["status"] == "CANCELED")
            #expect(await shop.sandbox.cards().count == 5)
            #expect(try await shop.run(key)["userErrors"] == .array([]))
        }
    }

    @Test func `a cancellation that is never finished stays CANCELING, and can be asked for again`() async throws {
        try await withShop({ $0.faults = [SandboxFault(.operationStuck), SandboxFault(.cancelStuck)] }) { shop in
            let id = try await start(codes(4), in: shop)
            for _ in 1...2 {
                #expect(try await cancel(id, in: shop)?["bulkOperation"]?["status"] == "CANCELING")
                #expect(try await shop.operation(id)["status"] == "CANCELING")
            }
        }
    }

    @Test func `cards of lines that were under way may appear after the end`() async throws {
        try await withShop({
            $0.operationSeconds = 1_000
            $0.faults = [SandboxFault(.cancelLate, seconds: 0.5)]
        }) { shop in
            let id = try await start(codes(3), in: shop)
            _ = try await cancel(id, in: shop)
            let operation = try await shop.ended(id)
            #expect(operation["status"] == "CANCELED" && operation["url"] == .null)
            try await until { await shop.sandbox.cards().count == 3 }
            #expect(try await shop.operation(id)["url"] == .null, "no result tells of them")
        }
    }

    @Test func `an operation fails with the word that is asked for`() async throws {
        try await withShop { shop in
            for kind in [SandboxFault.Kind.operationFailed, .operationFailedNoData] {
                await shop.sandbox.inject(SandboxFault(kind, fraction: 0, text: "ACCESS_DENIED"))
                let operation = try await shop.bulk(shop.lines(["failing\(kind == .operationFailed ? 100 : 200)"]))
                #expect(operation["status"] == "FAILED" && operation["errorCode"] == "ACCESS_DENIED")
            }
            #expect(await shop.sandbox.cards().isEmpty)
        }
    }

    @Test func `an upload is refused as too large`() async throws {
        try await withShop({ $0.faults = [SandboxFault(.uploadTooLarge)] }) { shop in
            let target = try await shop.stage()
            let refused = try await shop.upload(shop.lines(["toolarge01"]), to: target)
            #expect(refused.status == 400 && refused.text.contains("<Code>EntityTooLarge</Code>"))
            #expect(try await shop.upload(shop.lines(["toolarge01"]), to: target).status == 201)
        }
    }
}
