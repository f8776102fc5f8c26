import Commerce
import Shopify
import Testing

struct RetryTests {
    private let throttled = ScriptedAnswer.json(
        errors(
            "THROTTLED",
            "Throttled",
            rest:
                #","extensions":{"cost":{"requestedQueryCost":752,"actualQueryCost":null,"throttleStatus":{"maximumAvailable":1000.0,"currentlyAvailable":652,"restoreRate":50.0}}}"#
        )
    )

    @Test func `a throttled call waits until its cost is there, even one that creates`() async throws {
        let clock = TestTiming()
        try await withClient(throttled, .json(#"{"data":\#(createdPayload)}"#), clock: clock) { client, shop in
            let outcome = try await client.createGiftCard(try card())
            guard case .created = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(shop.requests.count == 2)
            #expect(clock.waits == [.seconds(2)])
        }
    }

    @Test func `a call that is throttled without end fails, not executed`() async throws {
        let clock = TestTiming()
        try await withClient(throttled, throttled, throttled, clock: clock, limits: { $0.attempts = 3 }) {
            client,
            shop in
            let error = try await shopError { try await client.createGiftCard(try card()) }
            #expect(error.code == .throttled)
            #expect(!error.isOutcomeUnknown)
            #expect(error.disposition == .retry(after: .seconds(2)))
            #expect(shop.requests.count == 3)
        }
    }

    @Test func `Retry-After is kept to, by a call that creates too`() async throws {
        let clock = TestTiming()
        try await withClient(.status(429, headers: ["retry-after": "2.5"]), .json(startedJSON), clock: clock) {
            client,
            shop in
            guard case .started = try await client.runBulkMutation("mutation A { a }", path: "tmp/a") else {
                Issue.record("not started")
                return
            }
            #expect(clock.waits == [.seconds(2.5)])
            #expect(shop.requests.count == 2)
        }
    }

    @Test func `a wait longer than the client's own is left to the caller`() async throws {
        let clock = TestTiming()
        try await withClient(.status(429, headers: ["retry-after": "600"]), clock: clock) { client, shop in
            let error = try await shopError { try await client.profile() }
            #expect(error.code == .tooManyRequests)
            #expect(error.disposition == .retry(after: .seconds(600)))
            #expect(clock.waits.isEmpty)
            #expect(shop.requests.count == 1)
        }
    }

    @Test(arguments: [
        ScriptedAnswer.status(503), .status(500, "<html>"), .cutOff(200, #"{"data"#),
        .json(errors("INTERNAL_SERVER_ERROR", "Internal error.")),
        .json("{"),
    ])
    func `reading is tried again with growing waits`(_ failure: ScriptedAnswer) async throws {
        let clock = TestTiming()
        let found = ScriptedAnswer.json(#"{"data":{"bulkOperation":\#(operationJSON)}}"#)
        try await withClient(failure, failure, found, clock: clock) { client, shop in
            let operation = try await client.bulkOperation("gid://shopify/BulkOperation/7")
            #expect(operation?.status == .created)
            #expect(shop.requests.count == 3)
            #expect(clock.waits == [.milliseconds(375), .milliseconds(750)])
        }
    }

    @Test(arguments: [
        (ScriptedAnswer.status(503), ShopError.Code.serverFailed), (.cutOff(200, #"{"data"#), .answerLost),
        (.json(errors("INTERNAL_SERVER_ERROR", "Internal error.")), .internalError), (.json("{"), .malformedAnswer),
        (.json(#"{"data":{}}"#), .malformedAnswer),
        (.json(startedJSON, version: "2026-10"), .versionFellForward), (.json(errors("NEW_WORD")), .internalError),
        (.status(408), .unexpectedStatus),
        (.status(200, "<html>"), .htmlAnswer),
    ])
    func `a start of unknown outcome is never sent again`(_ failure: ScriptedAnswer, _ code: ShopError.Code)
        async throws
    {
        try await withClient(failure) { client, shop in
            let error = try await shopError { try await client.runBulkMutation("mutation A { a }", path: "tmp/a") }
            #expect(error.code == code)
            #expect(error.isOutcomeUnknown)
            #expect("\(error)".contains("unknown"))
            #expect(shop.requests.count == 1)
        }
    }

    @Test(arguments: [
        (ScriptedAnswer.status(401), ShopError.Code.tokenRefused), (.status(402), .frozen), (.status(403), .forbidden),
        (.status(404), .notFound),
        (.status(423), .locked), (.status(430), .securityRejection), (.status(302), .redirected),
        (.json(errors("undefinedField")), .invalidRequest),
        (.json(errors("ACCESS_DENIED", "Required access: `write_gift_cards`")), .accessDenied),
        (.json(errors("MAX_COST_EXCEEDED")), .costExceeded),
    ])
    func `a start that was turned away is known not to have happened`(_ failure: ScriptedAnswer, _ code: ShopError.Code)
        async throws
    {
        try await withClient(failure) { client, shop in
            let error = try await shopError { try await client.runBulkMutation("mutation A { a }", path: "tmp/a") }
            #expect(error.code == code)
            #expect(!error.isOutcomeUnknown)
            #expect(shop.requests.count == 1)
        }
    }

    @Test(arguments: [ScriptedAnswer.status(502), .cutOff(200, "{")])
    func `a card of unknown outcome is never sent again`(_ failure: ScriptedAnswer) async throws {
        try await withClient(failure) { client, shop in
            let error = try await shopError { try await client.createGiftCard(try card()) }
            #expect(error.isOutcomeUnknown)
            #expect(error.disposition == .retry())
            #expect(shop.requests.count == 1)
            #expect(!"\(error)".contains("abcd1234efgh"))
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `an answer that does not come is timed out, its outcome unknown`() async throws {
        try await withClient(.hang, limits: { $0.call = .milliseconds(300) }) { client, shop in
            let error = try await shopError { try await client.createGiftCard(try card()) }
            #expect(error.code == .timedOut)
            #expect(error.isOutcomeUnknown)
            #expect(shop.requests.count == 1)
        }
    }

    @Test func `a call waits for the budget that the last answer showed`() async throws {
        let clock = TestTiming()
        let cost =
            #""extensions":{"cost":{"requestedQueryCost":10,"actualQueryCost":10,"throttleStatus":{"maximumAvailable":1000,"currentlyAvailable":2,"restoreRate":4}}}"#
        let answer = ScriptedAnswer.json(#"{"data":\#(createdPayload),\#(cost)}"#)
        try await withClient(answer, answer, clock: clock) { client, _ in
            _ = try await client.createGiftCard(try card())
            #expect(clock.waits.isEmpty)
            _ = try await client.createGiftCard(try card())
            #expect(clock.waits == [.seconds(2)])
        }
    }
}
