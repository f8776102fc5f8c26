import Foundation
import Testing

@testable import ShopifySandbox

struct FaultTests {
    private static func code(_ answer: JSON) -> String? {
        answer["errors"]?.array?.first?["extensions"]?["code"]?.string
    }

    @Test(
        arguments: [
            ("http-429", 429, "3.5"), ("http-502", 502, nil), ("http-503", 503, "3.5"), ("token-revoked", 401, nil),
        ] as [(String, Int, String?)]
    )
    func `a call answers another status and does nothing`(fault: String, status: Int, retryAfter: String?) async throws
    {
        let fault = try SandboxFault(parsing: fault + ":2,seconds=3.5")
        try await withShop({ $0.faults = [fault] }) { shop in
            for _ in 0..<2 {
                let answer = try await shop.call(TestShop.createMutation, ["input": shop.input("faulty0001")])
                #expect(answer.status == status)
                #expect(answer.headers["retry-after"] == retryAfter)
            }
            #expect(await shop.sandbox.cards().isEmpty)
            #expect(try await shop.create("faulty0001")["userErrors"] == .array([]))
        }
    }

    @Test(arguments: [("throttled", "THROTTLED"), ("internal-error", "INTERNAL_SERVER_ERROR")])
    func `a call answers an error at HTTP 200 and does nothing`(fault: String, code: String) async throws {
        let fault = try SandboxFault(parsing: fault)
        try await withShop({ $0.faults = [fault] }) { shop in
            let answer = try await shop.call(TestShop.createMutation, ["input": shop.input("faulty0001")])
            #expect(answer.status == 200)
            #expect(Self.code(answer.json) == code)
            #expect(await shop.sandbox.cards().isEmpty)
            #expect(try await shop.create("faulty0001")["userErrors"] == .array([]))
        }
    }

    @Test func `an internal error may hide what was carried out`() async throws {
        try await withShop({ $0.faults = [SandboxFault(.internalErrorCommitted), SandboxFault(.http504, skip: 1)] }) {
            shop in
            let answer = try await shop.ask(TestShop.createMutation, ["input": shop.input("hidden0001")])
            #expect(Self.code(answer) == "INTERNAL_SERVER_ERROR")
            #expect(
                answer["errors"]?.array?.first?["message"]?.string?.hasPrefix(
                    "Internal error. Looks like something went wrong on our end.\nRequest ID: "
                ) == true
            )
            #expect(await shop.sandbox.cards().count == 1)
            let gateway = try await shop.call(TestShop.createMutation, ["input": shop.input("hidden0002")])
            #expect(gateway.status == 504)
            #expect(await shop.sandbox.cards().count == 2)
        }
    }

    @Test func `a lost answer is carried out, a lost request is not, and both wait for their root field`() async throws
    {
        try await withShop { shop in
            await shop.sandbox.inject(SandboxFault(.lostAnswer, root: "giftCardCreate"))
            #expect(try await shop.call("{ shop { id } }").status == 200)
            await #expect(throws: (any Error).self) { _ = try await shop.create("lost000001") }
            #expect(await shop.sandbox.cards().map(\.code) == ["lost000001"])
            await shop.sandbox.inject(SandboxFault(.lostRequest, root: "giftCardCreate"))
            await #expect(throws: (any Error).self) { _ = try await shop.create("lost000002") }
            #expect(await shop.sandbox.cards().count == 1)
            #expect(try await shop.create("lost000002")["userErrors"] == .array([]))

            await shop.sandbox.inject(SandboxFault(.lostAnswer, root: "bulkOperationRunMutation"))
            let key = try await shop.staged(shop.lines(["lost000003"]))
            await #expect(throws: (any Error).self) { _ = try await shop.run(key) }
            let operation = try #require(await shop.sandbox.operations().first)
            #expect(try await shop.ended(operation.id)["status"] == "COMPLETED")
            #expect(operation.query == TestShop.bulkMutation)
        }
    }

    @Test(.timeLimit(.minutes(10))) func `a hanging call is carried out and answered late`() async throws {
        try await withShop({ $0.faults = [SandboxFault(.hang, seconds: 30)] }) { shop in
            await #expect(throws: (any Error).self) {
                _ = try await shop.call(TestShop.createMutation, ["input": shop.input("hanging001")], timeout: 1)
            }
            // The call may reach a busy sandbox after its caller has given up.
            while await shop.sandbox.cards().isEmpty { try await Task.sleep(for: .milliseconds(20)) }
            #expect(await shop.sandbox.cards().map(\.code) == ["hanging001"])
        }
    }

    @Test func `access, version and currency can be other than asked for`() async throws {
        try await withShop { shop in
            await shop.sandbox.inject(SandboxFault(.accessDenied), SandboxFault(.fallForward, skip: 1))
            #expect(Self.code(try await shop.ask("{ giftCards(first: 1) { nodes { id } } }")) == "ACCESS_DENIED")
            let old = try await shop.call("{ giftCards(first: 1) { nodes { isRedeemable } } }")
            #expect(old.headers["x-shopify-api-version"] == "2026-01")
            #expect(Self.code(old.json) == "undefinedField")
            await shop.sandbox.inject(SandboxFault(.wrongCurrency, text: "EUR"))
            let query = "{ shop { currencyCode } giftCardConfiguration { issueLimit { amount currencyCode } } }"
            let foreign = try await shop.ask(query)["data"]
            #expect(
                foreign == [
                    "shop": ["currencyCode": "EUR"],
                    "giftCardConfiguration": ["issueLimit": ["amount": "2000.0", "currencyCode": "EUR"]],
                ]
            )
            #expect(try await shop.ask(query)["data"]?["shop"]?["currencyCode"] == "USD")
        }
    }

    @Test func `an upload fails, or only its answer`() async throws {
        try await withShop { shop in
            await shop.sandbox.inject(SandboxFault(.upload5xx))
            let target = try await shop.stage()
            #expect(try await shop.upload(shop.lines(["upload0001"]), to: target).status == 503)
            #expect(try await shop.run(target.key)["userErrors"]?.array?.first?["code"] == "NO_SUCH_FILE")
            await shop.sandbox.inject(SandboxFault(.uploadLostRequest), SandboxFault(.uploadLostAnswer))
            await #expect(throws: (any Error).self) { _ = try await shop.upload("x", to: target) }
            #expect(try await shop.run(target.key)["userErrors"]?.array?.first?["code"] == "NO_SUCH_FILE")
            await #expect(throws: (any Error).self) {
                _ = try await shop.upload(shop.lines(["upload0001"]), to: target)
            }
            #expect(try await shop.run(target.key)["userErrors"] == .array([]))
        }
    }

    @Test(
        arguments: [
            (SandboxFault.Kind.bulkNotAllowed, nil, "You must use an allowed mutation name."),
            (
                .inProgress, "OPERATION_IN_PROGRESS",
                "A bulk mutation operation for this app and shop is already in progress: "
            ),
            (.limitReached, "LIMIT_REACHED", "Bulk operations limit reached. Please try again later."),
            (.noSuchFile, "NO_SUCH_FILE", "The JSONL file could not be found."),
        ] as [(SandboxFault.Kind, String?, String)]
    )
    func `an operation is not taken`(kind: SandboxFault.Kind, code: String?, message: String) async throws {
        try await withShop { shop in
            await shop.sandbox.inject(SandboxFault(kind))
            let key = try await shop.staged(shop.lines(["nottaken01"]))
            let refused = try await shop.run(key)
            #expect(refused["userErrors"]?.array?.first?["message"]?.string?.hasPrefix(message) == true)
            #expect(refused["userErrors"]?.array?.first?["code"] == .text(code))
            #expect(try await shop.run(key)["userErrors"] == .array([]))
        }
    }

    @Test(
        arguments: [
            (SandboxFault.Kind.operationFailed, "FAILED", "INTERNAL_SERVER_ERROR", true),
            (.operationFailedNoData, "FAILED", "INTERNAL_SERVER_ERROR", false),
            (.operationTimeout, "FAILED", "TIMEOUT", true),
            (.operationCanceled, "CANCELED", nil, true),
            (.operationExpired, "EXPIRED", nil, false),
        ] as [(SandboxFault.Kind, String, String?, Bool)]
    )
    func `an operation ends before its last line`(
        kind: SandboxFault.Kind,
        status: String,
        code: String?,
        hasPartialData: Bool
    ) async throws {
        try await withShop { shop in
            await shop.sandbox.inject(SandboxFault(kind, fraction: 0.25))
            let operation = try await shop.bulk(shop.lines((0..<20).map { "partial0\(10 + $0)" }))
            #expect(operation["status"]?.string == status)
            #expect(operation["errorCode"] == .text(code))
            #expect(operation["objectCount"] == "5")
            #expect(operation["url"] == .null)
            #expect(await shop.sandbox.cards().count == 5)
            guard hasPartialData else {
                #expect(operation["partialDataUrl"] == .null)
                return
            }
            #expect(try await shop.result(operation, "partialDataUrl").count == 5)
        }
    }

    @Test func `an operation takes longer`() async throws {
        try await withShop({ $0.faults = [SandboxFault(.operationSlow, seconds: 1)] }) { shop in
            let started = ContinuousClock.now
            _ = try await shop.bulk(shop.lines(["slow000001"]))
            #expect(ContinuousClock.now - started > .seconds(1))
        }
    }

    @Test func `lines are missing from a result, executed or not, or stand twice`() async throws {
        try await withShop { shop in
            await shop.sandbox.inject(
                SandboxFault(.missingLines, lines: 2),
                SandboxFault(.missingUnexecuted, lines: 3),
                SandboxFault(.doubledLines, fraction: 0.1)
            )
            let operation = try await shop.bulk(shop.lines((0..<20).map { "missing0\(10 + $0)" }))
            #expect(operation["status"] == "COMPLETED")
            let lines = try await shop.result(operation).map(\.line)
            #expect(lines.count == 17)
            #expect(Set(lines).count == 15)
            #expect(await shop.sandbox.cards().count == 17)
        }
    }

    @Test func `the lines of a result bear each other's numbers`() async throws {
        try await withShop({ $0.faults = [SandboxFault(.shuffledLines)] }) { shop in
            let operation = try await shop.bulk(shop.lines((0..<20).map { "shuffled\(10 + $0)" }))
            let result = try await shop.result(operation)
            #expect(Set(result.map(\.line)) == Set(0..<20))
            let areRight = result.map { line in
                let code = line.json["data"]?["giftCardCreate"]?["giftCard"]?["lastCharacters"]?.string ?? ""
                return code.hasSuffix("\(10 + line.line)")
            }
            #expect(areRight.allSatisfy { !$0 }, "\(result)")
        }
    }

    @Test func `a result ends in the middle of a line, its length still told`() async throws {
        try await withShop({ $0.faults = [SandboxFault(.truncatedResult)] }) { shop in
            let operation = try await shop.bulk(shop.lines(["truncate01", "truncate02"]))
            let answer = try await shop.send("GET", operation["url"]?.string ?? "")
            #expect(!answer.text.hasSuffix("\n"))
            #expect(answer.data.split(separator: 0x0A).count == 2)
            #expect(operation["fileSize"]?.string == String(answer.data.count))
        }
    }

    @Test func `a result is gone, failing or cut off, then there again`() async throws {
        try await withShop { shop in
            let operation = try await shop.bulk(shop.lines((0..<50).map { "result00\(10 + $0)" }))
            let url = try #require(operation["url"]?.string)
            await shop.sandbox.inject(SandboxFault(.resultGone))
            #expect(try await shop.send("GET", url).status == 404)
            await shop.sandbox.inject(SandboxFault(.result5xx))
            #expect(try await shop.send("GET", url).status == 503)
            await shop.sandbox.inject(SandboxFault(.resultInterrupted))
            let size = try #require(operation["fileSize"]?.string.flatMap(Int.init))
            let cut = try? await shop.send("GET", url)
            #expect(cut.map { $0.data.count < size } ?? true)
            #expect(try await shop.send("GET", url).data.count == size)
        }
    }

    @Test func `an address of a result expires for good, and the operation has a new one each time`() async throws {
        try await withShop { shop in
            let operation = try await shop.bulk(shop.lines(["expired001"]))
            let id = try #require(operation["id"]?.string)
            func address() async throws -> String {
                let answer = try await shop.ask("{ bulkOperation(id: \"\(id)\") { url } }")
                return try #require(answer["data"]?["bulkOperation"]?["url"]?.string)
            }
            let (first, second) = (try await address(), try await address())
            #expect(first != second)
            #expect(try await shop.send("GET", first).status == 200)
            #expect(try await shop.send("GET", second).status == 200)
            await shop.sandbox.inject(SandboxFault(.resultExpired, count: 1))
            let refused = try await shop.send("GET", first)
            #expect(refused.status == 400 && refused.text.contains("<Code>ExpiredToken</Code>"))
            #expect(try await shop.send("GET", first).status == 400)
            #expect(try await shop.send("GET", try await address()).status == 200)
            let forged = first.replacingOccurrences(of: "Signature=", with: "Signature=A")
            #expect(try await shop.send("GET", forged).status == 403)
        }
    }

    @Test func `answers and results come packed though nobody asked`() async throws {
        try await withShop { shop in
            let operation = try await shop.bulk(shop.lines((0..<400).map { "packed00\(100 + $0)" }))
            let url = try #require(operation["url"]?.string)
            let plain = try await shop.send("GET", url)
            await shop.sandbox.inject(SandboxFault(.resultPacked), SandboxFault(.packedAnswer))
            // URLSession unpacks by itself.
            let packed = try await shop.send("GET", url)
            #expect(packed.data == plain.data && plain.data.count > 0xFFFF)
            let answer = try await shop.call("{ shop { name } }")
            #expect(answer.json["data"]?["shop"]?["name"]?.string != nil)
        }
    }

    @Test func `a shop that is closed answers by its status, in words`() async throws {
        let cases: [(SandboxFault.Kind, Int, String)] = [
            (.http402, 402, "Unavailable Shop"), (.http403, 403, "Unavailable Shop"), (.http404, 404, "Not Found"),
            (.http423, 423, "Locked"),
        ]
        try await withShop { shop in
            for (kind, status, words) in cases {
                await shop.sandbox.inject(SandboxFault(kind), SandboxFault(kind, text: "Closed"))
                let answer = try await shop.call("{ shop { name } }")
                #expect(answer.status == status && answer.json["errors"]?.string == words)
                #expect(try await shop.call("{ shop { name } }").json["errors"]?.string == "Closed")
            }
        }
    }

    @Test func `an app is shown a schema without gift cards`() async throws {
        try await withShop { shop in
            await shop.sandbox.inject(SandboxFault(.noGiftCards, count: 3))
            let query = try await shop.ask("{ giftCards(first: 1) { nodes { id } } }")["errors"]?.array?.first
            #expect(query?["message"] == "Field 'giftCards' doesn't exist on type 'QueryRoot'")
            #expect(query?["extensions"]?["code"] == "undefinedField")
            let mutation = try await shop.ask(TestShop.createMutation, ["input": shop.input("nocards001")])
            let messages = mutation["errors"]?.array?.compactMap { $0["message"]?.string } ?? []
            #expect(messages.contains("GiftCardCreateInput isn't a defined input type (on $input)"), "\(messages)")
            #expect(messages.contains("Field 'giftCardCreate' doesn't exist on type 'Mutation'"), "\(messages)")
            #expect(try await shop.ask("{ shop { name } }")["errors"] == nil)
            #expect(try await shop.ask("{ giftCards(first: 1) { nodes { id } } }")["errors"] == nil)
        }
    }

    @Test func `a token is refused by a page`() async throws {
        try await withShop { shop in
            await shop.sandbox.inject(
                SandboxFault(.shopNotPermitted),
                SandboxFault(.shopNotPermitted, text: "app_not_installed")
            )
            for word in ["shop_not_permitted", "app_not_installed"] {
                let answer = try await shop.send("POST", "/admin/oauth/access_token", body: Data("grant_type=x".utf8))
                #expect(answer.status == 400 && answer.headers["content-type"]?.hasPrefix("text/html") == true)
                #expect(answer.text.contains("<title>400 - Oauth error \(word)</title>"))
                #expect(answer.text.contains("<p>Oauth error \(word): "))
            }
        }
    }

    @Test func `a refusal quotes the code`() async throws {
        try await withShop({ $0.faults = [SandboxFault(.codeQuoted)] }) { shop in
            let answer = try await shop.ask(TestShop.createMutation, ["input": shop.input("quotedcode")])
            let message = answer["data"]?["giftCardCreate"]?["userErrors"]?.array?.first?["message"]?.string
            #expect(message == "Code quotedcode (QUOT EDCO DE) is not allowed in this creation")
            #expect(await shop.sandbox.cards().isEmpty)
        }
    }

    @Test func `a code is called taken though it is not`() async throws {
        try await withShop { shop in
            await shop.sandbox.inject(SandboxFault(.codeTaken, count: 2))
            let operation = try await shop.bulk(shop.lines((0..<5).map { "codetaken\($0)" }))
            let taken = try await shop.result(operation).filter { line in
                line.json["data"]?["giftCardCreate"]?["userErrors"]?.array?.first?["message"]
                    == "Code has already been taken"
            }
            #expect(taken.count == 2)
            #expect(await shop.sandbox.cards().count == 3)
        }
    }

    /// A card's fault, and what the card is like then, of one with the code `otherwise1`, 25.00 USD and the note `Order 1 dl:0a1b2c3d4e5f:2`.
    static let cards: [(fault: String, value: String, currency: String, note: String?)] = [
        ("other-value", "250.0", "USD", "Order 1 dl:0a1b2c3d4e5f:2"),
        ("other-value,text=24.99", "24.99", "USD", "Order 1 dl:0a1b2c3d4e5f:2"),
        ("other-currency", "25.0", "CAD", "Order 1 dl:0a1b2c3d4e5f:2"),
        ("other-currency,text=JPY", "25.0", "JPY", "Order 1 dl:0a1b2c3d4e5f:2"),
        ("foreign-marker", "25.0", "USD", "Order 1 dl:000000000000:1"),
        ("foreign-marker,text=changed by a flow", "25.0", "USD", "changed by a flow"),
        ("foreign-marker,text=", "25.0", "USD", nil),
        ("other-last-characters", "25.0", "USD", "Order 1 dl:0a1b2c3d4e5f:2"),
    ]

    @Test(arguments: cards.map(\.fault), [true, false])
    func `a card is made otherwise than asked for, and shown as it is`(_ fault: String, _ inBulk: Bool) async throws {
        let expected = try #require(Self.cards.first { $0.fault == fault })
        let fault = try SandboxFault(parsing: fault)
        try await withShop({ $0.faults = [fault] }) { shop in
            let input = shop.input("otherwise1", note: "Order 1 dl:0a1b2c3d4e5f:2")
            var made: JSON?
            if inBulk {
                let operation = try await shop.bulk(JSONWriter.text(["input": input]) + "\n")
                made = try await shop.result(operation).first?.json["data"]?["giftCardCreate"]?["giftCard"]
            } else {
                made = try await shop.ask(TestShop.createMutation, ["input": input])["data"]?["giftCardCreate"]?[
                    "giftCard"
                ]
            }
            let id = try #require(made?["id"]?.string)
            let read = try await shop.ask(
                "query Q($id: ID!) { giftCard(id: $id) { lastCharacters note initialValue { amount currencyCode } } }",
                ["id": .string(id)]
            )["data"]?["giftCard"]
            let isOther = fault.kind == .otherLastCharacters
            for card in [made, read] {
                #expect(card?["initialValue"]?["amount"]?.string == expected.value)
                #expect(card?["initialValue"]?["currencyCode"]?.string == expected.currency)
                #expect(card?["note"] == .text(expected.note))
                #expect((card?["lastCharacters"] == "ise1") == !isOther)
            }
            // The code that was sent is taken, unless the shop made the card under another one.
            let again = try await shop.create("otherwise1")
            #expect((again["userErrors"] == .array([])) == isOther, "\(again)")
        }
    }

    @Test func `a new card is not found for some searches, or for some time`() async throws {
        try await withShop { shop in
            func isFound(_ code: String) async throws -> Bool {
                let answer = try await shop.ask("{ giftCards(first: 1, query: \"\(code)\") { nodes { id } } }")
                return answer["data"]?["giftCards"]?["nodes"]?.array?.isEmpty == false
            }
            _ = try await shop.create("earlier001")
            await shop.sandbox.inject(SandboxFault(.searchLag, count: 2))
            _ = try await shop.create("lagging001")
            #expect(try await isFound("earlier001"))
            #expect(try await !isFound("lagging001"))
            #expect(try await isFound("lagging001"))
            await shop.sandbox.inject(SandboxFault(.searchLag, seconds: 60))
            _ = try await shop.create("lagging002")
            #expect(try await !isFound("lagging002"))
            #expect(try await !isFound("lagging002"))
            await shop.sandbox.advanceClock(by: .seconds(61))
            #expect(try await isFound("lagging002"))
        }
    }

    @Test func `a search for a code may find its neighbours`() async throws {
        try await withShop({ $0.faults = [SandboxFault(.searchFuzzy)] }) { shop in
            _ = try await shop.create("fuzzya9999")
            _ = try await shop.create("fuzzyb9999")
            let answer = try await shop.ask("{ giftCards(first: 5, query: \"fuzzya9999\") { nodes { id } } }")
            #expect(answer["data"]?["giftCards"]?["nodes"]?.array?.count == 2)
        }
    }

    @Test func `faults are read from options`() throws {
        #expect(
            try SandboxFault(parsing: "lost-answer:2,root=giftCardCreate,skip=1")
                == SandboxFault(.lostAnswer, count: 2, skip: 1, root: "giftCardCreate")
        )
        #expect(try SandboxFault(parsing: "hang,seconds=2.5") == SandboxFault(.hang, seconds: 2.5))
        #expect(
            try SandboxFault(parsing: "missing-lines,lines=3,fraction=0.5,text=x")
                == SandboxFault(.missingLines, lines: 3, fraction: 0.5, text: "x")
        )
        for bad in [
            "", "nonsense", "hang:0", "hang:x", "hang,seconds", "hang,seconds=x", "hang,colour=red", "hang,fraction=2",
        ] {
            #expect(throws: SandboxError.self, "\(bad)") { _ = try SandboxFault(parsing: bad) }
        }
    }

    @Test(arguments: SandboxFault.Kind.allCases)
    func `every fault is described in a sentence`(kind: SandboxFault.Kind) {
        #expect(kind.summary.hasSuffix("."))
        #expect(kind.summary.first?.isUppercase == true)
    }
}
