import Testing

@testable import ShopifySandbox

struct BulkOperationTests {
    @Test func `a file of variables becomes gift cards and a result file`() async throws {
        try await withShop { shop in
            let codes = (0..<20).map { "bulkcode00\(10 + $0)" }
            let operation = try await shop.bulk(shop.lines(codes))
            #expect(operation["status"] == "COMPLETED", "\(operation)")
            #expect(operation["objectCount"] == "20")
            let answer = try await shop.send("GET", operation["url"]?.string ?? "")
            #expect(operation["fileSize"]?.string == String(answer.data.count))
            let result = try await shop.result(operation)
            #expect(result.count == 20)
            #expect(await shop.sandbox.cards().count == 20)
        }
    }
}
