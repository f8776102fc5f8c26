import CommandSupport
import Foundation
import Testing

/// `trace`, from the card back to the file and on to what the shop said.
@Suite struct TraceTests {
    private static let header = "giftCardNumber,price,orderId,shopifyOrderNumber\n"
    private static let first = "Thu Mar 19 2026 11:10:00 GMT-0700 (PDT)-GiftCardFulfillment.csv"
    private static let second = "Thu Mar 19 2026 11:11:00 GMT-0700 (PDT)-GiftCardFulfillment.csv"

    /// Run 1 has an active card, a row without a value and another active card; run 2 has the first card again with another value, and a held one.
    private func withHistory(_ body: (Installation, SandboxShop) async throws -> Void) async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(
                Self.first,
                Self.header + "dltraceaa1a1,5,1200345,5550000000101\ndltracebb2b2,x,1200346,\ndltracecc3c3,7,1200345,\n"
            )
            try installation.drop(Self.second, Self.header + "dltraceaa1a1,6,1200399,\ndltracedd4d4,501,1200400,\n")
            let poll = try await installation.run("poll")
            #expect(poll.exit == 1, "\(poll)")
            try await body(installation, shop)
        }
    }

    private func rows(_ installation: Installation, _ arguments: [String]) async throws -> [JSON] {
        let result = try await installation.run(["trace", "--json"] + arguments)
        #expect(result.exit == 0, "\(arguments): \(result)")
        return try result.json()["rows"].array ?? []
    }

    private func places(_ rows: [JSON]) -> [[Int]] { rows.map { [$0["run"].int ?? 0, $0["line"].int ?? 0] } }

    @Test func `a row is found by every text that a person may have of it`() async throws {
        try await withHistory { installation, shop in
            let card = try #require(try await shop.card("dltraceaa1a1"))
            let (id, note) = (try #require(card["id"].string), try #require(card["note"].string))
            let number = try #require(id.split(separator: "/").last.map(String.init))
            let shown = try await installation.show(1)
            let operation = shown["operations"][0]
            let digest = try #require(shown["run"]["sha256"].string)
            let stem = String(Self.first.dropLast(4))
            let one: [[String]] = [
                ["5550000000101"], ["gid://shopify/Order/5550000000101"], [id], [number], [note],
                [String(note.split(separator: " ").last ?? "")], ["run:1", "--line", "2"], [Self.first, "--line", "2"],
                ["some/folder/\(Self.first)", "--line", "2"], [stem + "-1-1.jsonl", "--line", "1"],
                [digest, "--line", "2"], [String(digest.prefix(12)).uppercased(), "--line", "2"],
            ]
            for arguments in one {
                expectSame(places(try await rows(installation, arguments)), [[1, 2]], "\(arguments)")
            }
            for text in ["a1a1", "…a1a1", "...A1A1", " •••• a1a1 "] {
                expectSame(places(try await rows(installation, [text])), [[2, 2], [1, 2]], "\(text)")
            }
            for text in ["1200345", "NS1200345"] {
                expectSame(places(try await rows(installation, [text])), [[1, 2], [1, 4]], "\(text)")
            }
            for text in [
                "run:1", Self.first, digest, stem + "-GiftCardActivation.json", stem + "-Results.csv",
                operation["name"].string ?? "?", operation["id"].string ?? "?",
            ] {
                expectSame(places(try await rows(installation, [text])), [[1, 2], [1, 3], [1, 4]], "\(text)")
            }
            // The second line of the bulk file is the fourth of the source.
            let last = try await rows(installation, [stem + "-1-1.jsonl", "--line", "2"])
            expectSame(places(last), [[1, 4]])
        }
    }

    @Test func `a row tells its way from the source to the card`() async throws {
        try await withHistory { installation, shop in
            let row = try #require(try await rows(installation, ["c3c3"]).first)
            let id = try await shop.card("dltracecc3c3")?["id"].string
            expectSame(row["giftCardId"].string, id)
            expectSame([row["status"], row["value"], row["giftCard"]], ["activated", "7.00", "…c3c3"])
            for key in ["source", "feed", "bulkFile"] {
                let path = installation.path(row[key]["path"].string ?? "?")
                #expect(FileManager.default.fileExists(atPath: path), "\(key): \(row)")
            }
            expectSame([row["source"]["line"], row["feed"]["line"], row["bulkFile"]["line"]], [4, 4, 2])
            let bulk = try String(
                contentsOfFile: installation.path(row["bulkFile"]["path"].string ?? "?"),
                encoding: .utf8
            )
            #expect(bulk.split(separator: "\n")[1].contains("dltracecc3c3"), "\(row)")
            expectSame([row["resultLineNumber"], row["operation"]["status"], row["takenBy"]], [1, "completed", nil])
            let text = try await installation.run("trace", "c3c3")
            for words in ["run 1, line 4:  …c3c3  activated  7.00 USD", "\"__lineNumber\":1", id ?? "?"] {
                #expect(text.output.contains(words), "\(words): \(text)")
            }
        }
    }

    @Test func `a card that does not work tells why, and what fixes it`() async throws {
        try await withHistory { installation, _ in
            for (ending, words) in [
                ("b2b2", ["run 1, line 3:", "invalid", "reason     the value is", "dropline rejects 1"]),
                ("d4d4", ["run 2, line 3:", "held", "run        held, ", "above the limit", "dropline approve 2"]),
                ("a1a1", ["run 2, line 2:", "conflict", "taken by   run 1, line 2: active"]),
            ] {
                let text = try await installation.run("trace", ending)
                for word in words { #expect(text.output.contains(word), "\(word): \(text)") }
            }
            let invalid = try #require(try await rows(installation, ["b2b2"]).first)
            expectSame(
                [invalid["feed"], invalid["bulkFile"], invalid["operation"], invalid["giftCardId"]],
                [nil, nil, nil, nil]
            )
        }
    }

    @Test func `many rows are cut, and it says how many more there are`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let lines = (1...30).map { "dlmany\($0 + 1000),5,1200345,\n" }.joined()
            try installation.drop(Self.first, Self.header + lines)
            _ = try await installation.poll()
            for text in ["1200345", "run:1"] {
                let result = try await installation.run("trace", text)
                #expect(result.output.hasSuffix("and 10 more; --limit shows more of them\n"), "\(text): \(result)")
                let json = try await installation.run("trace", text, "--limit", "4", "--json").json()
                expectSame([json["more"], json["moreIsAtLeast"]], [26, false])
                expectSame(json["rows"].array?.count, 4)
            }
        }
    }

    @Test func `what is known of nothing ends with 0, and no text comes back`() async throws {
        try await withHistory { installation, _ in
            for text in ["dltraceaa1a1", "shopify-giftcard-dltraceaa1a1", "z9z9", "run:99", "%", "dl:000000000000:2"] {
                let result = try await installation.run("trace", text)
                #expect(result.exit == 0 && result.output.hasPrefix("nothing is known by this"), "\(text): \(result)")
                #expect(!(result.output + result.errors).contains(text), "\(result)")
                expectSame(try await rows(installation, [text]), [])
            }
        }
    }

    @Test func `no code is printed`() async throws {
        try await withHistory { installation, _ in
            for text in ["run:1", "run:2", "1200345"] {
                for form in [["trace", text], ["trace", text, "--json"]] {
                    let result = try await installation.run(form)
                    #expect(!(result.output + result.errors).contains("dltrace"), "\(result)")
                }
            }
        }
    }

    @Test func `before anything ran, nothing is known and nothing is made`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let result = try await installation.run("trace", "x3w6")
            #expect(result.exit == 0 && result.output.hasPrefix("nothing is known by this"), "\(result)")
            #expect(!FileManager.default.fileExists(atPath: installation.folder + "/var/dropline.sqlite"), "\(result)")
        }
    }

    @Test(arguments: [["trace"], ["trace", "x", "--limit", "0"], ["trace", "x", "--line", "0"], ["trace", "x", "y"]])
    func `a wrong call is wrong usage`(_ arguments: [String]) async throws {
        let result = try await dropline(arguments)
        #expect(result.exit == 64, "\(result)")
    }
}
