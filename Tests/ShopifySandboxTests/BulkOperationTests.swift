import Foundation
import Testing

@testable import ShopifySandbox

struct BulkOperationTests {
    @Test func `a file of variables becomes gift cards and a result file`() async throws {
        try await withShop { shop in
            let codes = (0..<20).map { "bulkcode00\(10 + $0)" }
            let operation = try await shop.bulk(shop.lines(codes))
            #expect(operation["status"] == "COMPLETED", "\(operation)")
            #expect(operation["objectCount"] == "20")
            #expect(operation["rootObjectCount"] == "20")
            #expect(operation["partialDataUrl"] == .null)
            #expect(operation["completedAt"]?.string != nil)
            let answer = try await shop.send("GET", operation["url"]?.string ?? "")
            #expect(operation["fileSize"]?.string == String(answer.data.count))
            #expect(answer.text.hasSuffix("\n"))
            let result = try await shop.result(operation)
            #expect(result.map(\.line).sorted() == Array(0..<20))
            #expect(result.map(\.line) != Array(0..<20), "the lines are executed in an order of their own")
            for (line, json) in result {
                let card = json["data"]?["giftCardCreate"]?["giftCard"]
                #expect(card?["lastCharacters"]?.string == String(codes[line].suffix(4)))
            }
            #expect(await shop.sandbox.cards().count == 20)
        }
    }

    @Test func `a line of result is written as Shopify writes it`() async throws {
        try await withShop { shop in
            let operation = try await shop.bulk(shop.lines(["exact00001"]))
            let text = try await shop.send("GET", operation["url"]?.string ?? "").text
            #expect(
                text == #"{"data":{"giftCardCreate":{"giftCard":{"id":"gid:\/\/shopify\/GiftCard\/650000000001","#
                    + #""lastCharacters":"0001","note":null,"initialValue":{"amount":"25.0","currencyCode":"USD"}},"#
                    + #""userErrors":[]}},"__lineNumber":0}"# + "\n"
            )
        }
    }

    @Test func `a new operation is CREATED, counts as text and echoes the mutation`() async throws {
        try await withShop { shop in
            let mutation = "#graphql\n" + TestShop.bulkMutation
            let payload = try await shop.run(try await shop.staged(shop.lines(["created001"])), mutation)
            let operation = payload["bulkOperation"]
            #expect(operation?["status"] == "CREATED")
            #expect(operation?["type"] == "MUTATION")
            #expect(operation?["objectCount"] == "0")
            #expect(operation?["query"] == .string(mutation))
            for field in ["errorCode", "completedAt", "fileSize", "url", "partialDataUrl"] {
                #expect(operation?[field] == .null)
            }
        }
    }

    @Test func `an operation runs and counts before it is done`() async throws {
        try await withShop({ $0.operationSeconds = 1.2 }) { shop in
            let codes = (0..<50).map { "progress\(100 + $0)" }
            let payload = try await shop.run(try await shop.staged(shop.lines(codes)))
            let id = try #require(payload["bulkOperation"]?["id"]?.string)
            var seen: [String] = []
            var counts: Set<String> = []
            while seen.last != "COMPLETED" {
                let operation = try await shop.operation(id)
                let status = try #require(operation["status"]?.string)
                if seen.last != status { seen.append(status) }
                counts.insert(operation["objectCount"]?.string ?? "")
                if status != "COMPLETED" { #expect(operation["url"] == .null) }
                try await Task.sleep(for: .milliseconds(30))
            }
            #expect(seen == ["CREATED", "RUNNING", "COMPLETED"])
            #expect(counts.count > 3, "\(counts)")
        }
    }

    @Test func `what is wrong with a line stands in its line and the operation completes`() async throws {
        try await withShop(version: "2026-04") { shop in
            let text = """
                {"input":{"initialValue":"5.00","code":"goodcode1"}}
                {"input":{"initialValue":"5.00","code":"goodcode1
                {"input":{"initialAmount":{"amount":"10","currencyCode":"USD"},"note":"x"}}
                {"input":{"initialValue":"5.00","code":"short"}}

                {"other":1}
                """
            let operation = try await shop.bulk(text)
            #expect(operation["status"] == "COMPLETED")
            #expect(operation["objectCount"] == "6")
            let result = Dictionary(
                uniqueKeysWithValues: try await shop.result(operation).map { ($0.line, $0.json) }
            )
            #expect(result[0]?["data"]?["giftCardCreate"]?["userErrors"] == .array([]))
            #expect(result[1]?["errors"]?.array?.first?["message"]?.string?.hasPrefix("Invalid JSON") == true)
            #expect(result[1]?["data"] == nil)
            #expect(
                result[2]?["errors"]?.array?.first?["message"]
                    == .string(
                        "Variable $input of type GiftCardCreateInput! was provided invalid value for initialAmount "
                            + "(Field is not defined on GiftCardCreateInput), initialValue "
                            + "(Expected value to not be null)"
                    )
            )
            #expect(
                result[3]?["data"]?["giftCardCreate"]?["userErrors"]?.array?.first?["code"] == "TOO_SHORT"
            )
            #expect(result[4]?["errors"] != nil)
            #expect(
                result[5]?["errors"]?.array?.first?["message"]
                    == "Variable $input of type GiftCardCreateInput! was provided invalid value"
            )
        }
    }

    @Test func `a document that does not fit the schema fails line by line`() async throws {
        try await withShop { shop in
            let mutation = TestShop.bulkMutation.replacingOccurrences(of: "lastCharacters", with: "code")
            let operation = try await shop.bulk(shop.lines(["nofield001"]), mutation)
            #expect(operation["status"] == "COMPLETED")
            let line = try #require(try await shop.result(operation).first)
            #expect(line.json["errors"]?.array?.first?["message"] == "Field 'code' doesn't exist on type 'GiftCard'")
            #expect(await shop.sandbox.cards().isEmpty)
        }
    }

    @Test func `equal codes in one file make one card`() async throws {
        try await withShop { shop in
            let operation = try await shop.bulk(shop.lines(["same-CODE-01", "samecode01", "samecode02"]))
            let result = try await shop.result(operation)
            let taken = result.filter { line in
                line.json["data"]?["giftCardCreate"]?["userErrors"]?.array?.first?["message"]
                    == "Code has already been taken"
            }
            #expect(taken.count == 1)
            #expect(await shop.sandbox.cards().count == 2)
        }
    }

    @Test func `a running operation can be canceled, an ended one not`() async throws {
        try await withShop({ $0.operationSeconds = 3 }) { shop in
            let cancel = """
                mutation Cancel($id: ID!) {
                  bulkOperationCancel(id: $id) { bulkOperation { status } userErrors { field message } }
                }
                """
            let codes = (0..<60).map { "cancelme\(100 + $0)" }
            let payload = try await shop.run(try await shop.staged(shop.lines(codes)))
            let id = try #require(payload["bulkOperation"]?["id"]?.string)
            while try await shop.operation(id)["objectCount"] == "0" { try await Task.sleep(for: .milliseconds(20)) }
            let answer = try await shop.ask(cancel, ["id": .string(id)])["data"]?["bulkOperationCancel"]
            #expect(answer == ["bulkOperation": ["status": "CANCELING"], "userErrors": .array([])])
            let operation = try await shop.ended(id)
            #expect(operation["status"] == "CANCELED")
            #expect(operation["completedAt"] == .null)
            #expect(operation["url"] == .null)
            let made = await shop.sandbox.cards().count
            #expect((1..<60).contains(made))
            #expect(try await shop.result(operation, "partialDataUrl").count == made)

            let done = try await shop.bulk(shop.lines(["canceled01"]))
            let late = try await shop.ask(cancel, ["id": done["id"] ?? .null])["data"]?["bulkOperationCancel"]
            #expect(
                late?["userErrors"]
                    == .array([
                        ["field": .null, "message": "A bulk operation cannot be canceled when it is completed"]
                    ])
            )
            let none = try await shop.ask(cancel, ["id": "gid://shopify/BulkOperation/1"])["data"]?[
                "bulkOperationCancel"
            ]
            #expect(
                none?["userErrors"]
                    == .array([["field": .strings(["id"]), "message": "Bulk operation does not exist"]])
            )
        }
    }

    @Test func `a result is had without a token, for seven days, by its signed address only`() async throws {
        try await withShop { shop in
            let operation = try await shop.bulk(shop.lines(["signed0001"]))
            let url = try #require(operation["url"]?.string)
            #expect(try await shop.send("GET", url).status == 200)
            #expect(
                try await shop.send("GET", url.replacingOccurrences(of: "Signature=", with: "Signature=x")).status
                    == 403
            )
            await shop.sandbox.advanceClock(by: .seconds(7 * 86_400 - 60))
            #expect(try await shop.send("GET", url).status == 200)
            await shop.sandbox.advanceClock(by: .seconds(120))
            let gone = try await shop.send("GET", url)
            #expect(gone.status == 400)
            #expect(gone.text.contains("<Code>ExpiredToken</Code>"))
        }
    }

    @Test func `operations are listed newest first and filtered`() async throws {
        try await withShop { shop in
            _ = try await shop.bulk(shop.lines(["listed0001"]))
            _ = try await shop.bulk(shop.lines(["listed0002"]))
            func ids(_ arguments: String) async throws -> [Int] {
                let answer = try await shop.ask("{ bulkOperations(first: 10, \(arguments)) { nodes { id } } }")
                return (answer["data"]?["bulkOperations"]?["nodes"]?.array ?? []).compactMap {
                    $0["id"]?.string.flatMap { Int($0.suffix(1)) }
                }
            }
            #expect(try await ids("reverse: false") == [2, 1])
            #expect(try await ids("reverse: true, sortKey: COMPLETED_AT") == [1, 2])
            #expect(
                try await ids("query: \"operation_type:mutation status:completed created_at:>2026-01-01\"") == [2, 1]
            )
            #expect(try await ids("query: \"operation_type:query\"") == [])
            #expect(try await ids("query: \"status:running\"") == [])
            #expect(try await ids("query: \"id:7000000000001\"") == [1])
            #expect(try await ids("query: \"type:MUTATION\"") == [2, 1])
            let current = try await shop.ask("{ currentBulkOperation(type: MUTATION) { id } }")
            #expect(current["data"]?["currentBulkOperation"]?["id"] == "gid://shopify/BulkOperation/7000000000002")
        }
    }

    @Test func `a value that is none finds nothing and is warned of`() async throws {
        try await withShop { shop in
            _ = try await shop.bulk(shop.lines(["warned0001"]))
            let answer = try await shop.ask("{ bulkOperations(first: 1, query: \"status:EXPIRED\") { nodes { id } } }")
            #expect(answer["data"]?["bulkOperations"]?["nodes"] == .array([]))
            let search = answer["extensions"]?["search"]?.array?.first
            #expect(search?["parsed"] == ["field": "status", "match_all": "EXPIRED"])
            #expect(
                search?["warnings"]
                    == .array([
                        [
                            "field": "status", "message": "Input `EXPIRED` is not an accepted value.",
                            "code": "invalid_value",
                        ]
                    ])
            )
        }
    }

    @Test func `twenty thousand lines run to their end`() async throws {
        try await withShop { shop in
            let text = (0..<20_000).map { index in
                #"{"input":{"initialAmount":{"amount":"25.00","currencyCode":"USD"},"code":"load\#(100_000_000 + index)","#
                    + #""note":"Order NS\#(index) dl:0123456789ab:\#(index)"}}"# + "\n"
            }.joined()
            let key = try await shop.staged(text)
            let payload = try await shop.run(key)
            let id = try #require(payload["bulkOperation"]?["id"]?.string)
            let operation = try await shop.ended(id, every: .milliseconds(500))
            #expect(operation["objectCount"] == "20000")
        }
    }
}
