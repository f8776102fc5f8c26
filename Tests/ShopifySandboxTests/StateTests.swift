import Foundation
import Testing

@testable import ShopifySandbox

struct StateTests {
    private static func withStatePath(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder.appendingPathComponent("shop.state").path)
    }

    @Test func `a shop survives a restart`() async throws {
        try await Self.withStatePath { path in
            try await withShop({ $0.statePath = path }) { shop in
                let card = try await shop.create("survive001")
                try await shop.sandbox.disable(card["giftCard"]?["id"]?.string ?? "")
                _ = try await shop.bulk(shop.lines(["survive002"]))
                _ = try await shop.stage()
                await shop.sandbox.inject(SandboxFault(.throttled, count: 3))
                _ = try await shop.ask("{ shop { id } }")
            }
            try await withShop({ $0.statePath = path }) { shop in
                let cards = await shop.sandbox.cards()
                #expect(cards.map(\.code) == ["survive001", "survive002"])
                #expect(cards.map(\.enabled) == [false, true])
                let id = try #require(await shop.sandbox.operations().first?.id)
                for _ in 0..<2 { #expect(try await shop.ask("{ shop { id } }")["errors"] != nil) }
                let operation = try await shop.operation(id)
                #expect(operation["status"] == "COMPLETED")
                #expect(try await shop.result(operation).count == 1)
                #expect(
                    try await shop.create("survive001")["userErrors"]?.array?.first?["message"]
                        == "Code has already been taken"
                )
                #expect(try await shop.create("survive003")["giftCard"]?["id"] == "gid://shopify/GiftCard/650000000003")
            }
        }
    }

    @Test func `an operation under way goes on after a restart, each line executed once`() async throws {
        try await Self.withStatePath { path in
            let codes = (0..<100).map { "goeson\(1000 + $0)" }
            try await withShop({
                $0.statePath = path; $0.operationSeconds = 4
            }) { shop in
                _ = try await shop.run(try await shop.staged(shop.lines(codes)))
                while await shop.sandbox.cards().count < 5 { try await Task.sleep(for: .milliseconds(20)) }
            }
            try await withShop({ $0.statePath = path }) { shop in
                let id = try #require(await shop.sandbox.operations().first?.id)
                let operation = try await shop.ended(id)
                #expect(operation["status"] == "COMPLETED")
                #expect(operation["objectCount"] == "100")
                let result = try await shop.result(operation)
                #expect(result.map(\.line).sorted() == Array(0..<100))
                #expect(result.allSatisfy { $0.json["data"]?["giftCardCreate"]?["userErrors"] == .array([]) })
            }
        }
    }

    @Test func `a change cut off by a crash is dropped`() async throws {
        try await Self.withStatePath { path in
            try await withShop({ $0.statePath = path }) { shop in
                _ = try await shop.create("crash00001")
                _ = try await shop.create("crash00002")
            }
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            try data.dropLast(10).write(to: URL(fileURLWithPath: path))
            try await withShop({ $0.statePath = path }) { shop in
                #expect(await shop.sandbox.cards().map(\.code) == ["crash00001"])
            }
        }
    }

    @Test func `a state that is none is refused`() async throws {
        try await Self.withStatePath { path in
            let url = URL(fileURLWithPath: path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data("no state\n".utf8).write(to: url)
            await #expect(throws: SandboxError.self) {
                try await withShop({ $0.statePath = path }) { _ in }
            }
        }
    }

    @Test func `the shop can be looked at and changed by hand over HTTP`() async throws {
        try await withShop { shop in
            let made = try await shop.send(
                "POST",
                "/sandbox/cards",
                body: Data(#"{"code":"HAND-made-01","value":12.50,"note":"n"}"#.utf8)
            )
            #expect(made.status == 201)
            #expect(made.json["code"] == "handmade01")
            _ = try await shop.create("byclient01")
            let cards = try await shop.send("GET", "/sandbox/cards?limit=1").json
            #expect(cards["count"] == .int(2))
            #expect(cards["cards"]?.array?.map { $0["code"]?.string } == ["byclient01"])
            let off = try await shop.send("POST", "/sandbox/cards/650000000001/disable")
            #expect(off.json["enabled"] == .bool(false))
            #expect(try await shop.send("POST", "/sandbox/cards/650000000002/expire").json["expiresOn"]?.string != nil)
            #expect(try await shop.send("POST", "/sandbox/cards/9/disable").status == 404)
            #expect(
                try await shop.send("POST", "/sandbox/cards", body: Data(#"{"code":"handmade01","value":1}"#.utf8))
                    .status == 400
            )
            let state = try await shop.send("GET", "/sandbox/state").json
            #expect(state["cards"] == .int(2))
            #expect(state["enabled"] == .int(1))
            #expect(state["value"] == "37.5")
            _ = try await shop.bulk(shop.lines(["byclient02"]))
            let operations = try await shop.send("GET", "/sandbox/operations").json
            #expect(operations["operations"]?.array?.first?["lineCount"] == .int(1))
        }
    }

    @Test func `faults are given and taken away over HTTP`() async throws {
        try await withShop { shop in
            let answer = try await shop.send(
                "POST",
                "/sandbox/faults",
                body: Data(#"[{"kind":"http-503","count":5},{"kind":"hang","seconds":1}]"#.utf8)
            )
            #expect(answer.status == 201)
            #expect(try await shop.call("{ shop { id } }").status == 503)
            #expect(try await shop.send("GET", "/sandbox/faults").json["faults"]?.array?.first?["count"] == .int(4))
            #expect(try await shop.send("DELETE", "/sandbox/faults").status == 200)
            #expect(try await shop.call("{ shop { id } }").status == 200)
            #expect(try await shop.send("POST", "/sandbox/faults", body: Data(#"{"kind":"none"}"#.utf8)).status == 400)
            #expect(try await shop.send("POST", "/sandbox/clock", body: Data(#"{"seconds":60}"#.utf8)).status == 200)
            #expect(try await shop.send("GET", "/sandbox/nothing").status == 404)
        }
    }

    @Test func `many callers at a time make each card once`() async throws {
        try await withShop({ $0.maximumAvailable = 1_000_000 }) { shop in
            let made = try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<60 {
                    group.addTask { try await shop.create("concurrent\(index % 20)")["userErrors"] == .array([]) }
                }
                var made = 0
                for try await isMade in group where isMade { made += 1 }
                return made
            }
            #expect(made == 20)
            #expect(await shop.sandbox.cards().count == 20)
        }
    }
}
