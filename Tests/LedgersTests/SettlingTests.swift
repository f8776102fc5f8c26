import Ledgers
import Testing

@Suite struct SettlingTests {
    private let bench: CardBench
    private var first: Run { bench.runs[0] }
    private var second: Run { bench.runs[1] }

    init() async throws { bench = try await CardBench() }

    // MARK: - Submitting

    @Test func `a planned card is submitted by the row that holds it`() async throws {
        try await bench.hold(2, of: first, as: .planned)
        #expect(try await bench.submit(2, of: first, now: 2222).status == .submitted)
        let item = Item(
            key: CardBench.key(1),
            state: .submitted,
            attempt: 1,
            run: first.id,
            line: 2,
            value: 2550,
            updatedAt: 2222
        )
        #expect(try await bench.item() == item)
    }

    @Test func `a card that nobody took is not submitted`() async throws {
        try await bench.add(2, of: first)
        try await expectRefused { try await bench.submit(2, of: first) }
    }

    @Test(arguments: [ItemState.submitted, .active, .refused, .unknown, .conflict])
    func `a card is not submitted a second time`(_ state: ItemState) async throws {
        try await bench.hold(2, of: first, as: state)
        try await expectRefused { try await bench.submit(2, of: first) }
    }

    @Test func `a card that another run planned is not submitted`() async throws {
        try await bench.hold(2, of: first, as: .planned)
        try await bench.add(2, of: second)
        try await expectRefused { try await bench.submit(2, of: second) }
    }

    @Test func `a card that another line planned is not submitted`() async throws {
        try await bench.hold(2, of: first, as: .planned)
        try await bench.add(3, of: first)
        try await expectRefused { try await bench.submit(3, of: first) }
    }

    // MARK: - Settling

    /// What an outcome makes of a row that was sent, and of its card.
    struct Settlement: Sendable, CustomTestStringConvertible {
        var outcome: CardOutcome
        var status: RowStatus
        var state: ItemState
        var cardID: String?
        var reason: String?
        var attempt = 1
        var testDescription: String { "\(outcome)" }
    }

    static let settlements: [Settlement] = [
        Settlement(outcome: .active(cardID: "gid-1"), status: .activated, state: .active, cardID: "gid-1"),
        Settlement(
            outcome: .foundActive(cardID: "gid-2"),
            status: .alreadyActive,
            state: .active,
            cardID: "gid-2",
            reason: "found active at the shop"
        ),
        Settlement(outcome: .refused("too much"), status: .refused, state: .refused, reason: "too much"),
        Settlement(outcome: .conflict("not ours"), status: .conflict, state: .refused, reason: "not ours"),
        Settlement(
            outcome: .contradicted(cardID: "gid-3", "another value"),
            status: .conflict,
            state: .conflict,
            cardID: "gid-3",
            reason: "another value"
        ),
        Settlement(outcome: .unknown(.taken, "taken"), status: .unknown, state: .unknown, reason: "taken"),
        Settlement(outcome: .plannedAgain, status: .planned, state: .planned, attempt: 2),
    ]

    @Test(arguments: [ItemState.submitted, .unknown], settlements)
    func `an outcome settles the row and its card together`(_ state: ItemState, _ expected: Settlement) async throws {
        try await bench.hold(2, of: first, as: state)
        let row = try await bench.settle(2, of: first, as: expected.outcome)
        let item = try #require(try await bench.item())
        #expect(row.status == expected.status)
        #expect(row.reason == expected.reason)
        #expect(row.cardID == expected.cardID)
        #expect(row.doubt == (expected.status == .unknown ? Doubt.taken : nil))
        // A row that is planned again keeps since when it was unknown.
        #expect(
            row.unknownSince
                == (expected.status == .unknown || (expected.outcome == .plannedAgain && state == .unknown)
                    ? 3000 : nil)
        )
        #expect(item.state == expected.state)
        #expect(item.cardID == expected.cardID)
        #expect(item.attempt == expected.attempt)
        #expect(item.value == 2550)
        #expect(item.run == first.id)
        #expect(item.line == 2)
    }

    @Test func `a row whose outcome stays unknown keeps the moment since when`() async throws {
        try await bench.hold(2, of: first, as: .submitted)
        try await bench.settle(2, of: first, as: .unknown(.unanswered, "no answer"), now: 5000)
        let row = try await bench.settle(2, of: first, as: .unknown(.taken, "taken"), now: 6000)
        #expect(row.unknownSince == 5000)
        #expect(row.doubt == .taken)
        #expect(row.reason == "taken")
    }

    @Test func `a row that is sent again and not answered again is unknown since the first time`() async throws {
        try await bench.hold(2, of: first, as: .unknown)
        try await bench.settle(2, of: first, as: .plannedAgain)
        try await bench.submit(2, of: first)
        let row = try await bench.settle(2, of: first, as: .unknown(.unanswered, "no answer"), now: 7000)
        #expect(row.unknownSince == 3000)
    }

    @Test(arguments: 1...3)
    func `each time a card is planned again is another attempt`(_ times: Int) async throws {
        try await bench.hold(2, of: first, as: .submitted)
        for _ in 1...times {
            try await bench.settle(2, of: first, as: .plannedAgain)
            try await bench.submit(2, of: first)
        }
        #expect(try await bench.item()?.attempt == 1 + times)
    }

    @Test(
        arguments: [
            CardOutcome.active(cardID: "gid-1"), .foundActive(cardID: "gid-2"), .refused("no"), .conflict("other"),
            .contradicted(cardID: "gid-3", "another value"),
        ],
        settlements
    )
    func `a row that has its outcome keeps it`(_ outcome: CardOutcome, _ late: Settlement) async throws {
        try await bench.hold(2, of: first, as: .submitted)
        try await bench.settle(2, of: first, as: outcome)
        let before = try await bench.everything()
        try await bench.settle(2, of: first, as: late.outcome, now: 9000)
        #expect(try await bench.everything() == before)
    }

    @Test(arguments: settlements)
    func `a row that is planned and was not sent is not settled`(_ late: Settlement) async throws {
        try await bench.hold(2, of: first, as: .planned)
        let before = try await bench.everything()
        try await bench.settle(2, of: first, as: late.outcome)
        #expect(try await bench.everything() == before)
    }

    @Test(arguments: [ItemState.planned, .submitted, .unknown], settlements)
    func `a row that waits for another run's card does not settle it`(_ state: ItemState, _ late: Settlement)
        async throws
    {
        try await bench.hold(7, of: first, as: state)
        try await bench.add(2, of: second)
        try await bench.take(2, of: second)
        try await expectRefused { try await bench.settle(2, of: second, as: late.outcome) }
    }

    @Test func `a row does not settle a card that is not there`() async throws {
        var row = Row(line: 2, status: .submitted, key: CardBench.key(1).hash, value: 1)
        row.position = BulkPosition(attempt: 1, part: 1, line: 0)
        let (run, stored) = (first, row)
        try await bench.ledger.write { try $0.put(stored, of: run.id) }
        try await expectRefused { try await bench.settle(2, of: first, as: .active(cardID: "gid")) }
    }

    @Test(arguments: [ItemState.planned, .active, .refused], settlements)
    func `an old copy of a row does not settle a card that has gone on`(_ state: ItemState, _ late: Settlement)
        async throws
    {
        try await bench.hold(2, of: first, as: .submitted)
        let copy = try #require(try await bench.row(2, of: first))
        switch state {
        case .active: try await bench.settle(2, of: first, as: .active(cardID: "gid-1"))
        case .refused: try await bench.settle(2, of: first, as: .refused("no"))
        default: try await bench.settle(2, of: first, as: .plannedAgain)
        }
        let run = first
        try await expectRefused {
            try await bench.ledger.write { ledger in
                var row = copy
                try ledger.settle(&row, of: run.id, key: CardBench.key(1), as: late.outcome, now: 9000)
                try ledger.put(row, of: run.id)
            }
        }
    }

    /// Expects `inconsistent`, and that nothing has changed.
    private func expectRefused(at location: SourceLocation = #_sourceLocation, _ body: () async throws -> Void)
        async throws
    {
        let before = try await bench.everything()
        await expectInconsistent(at: location, body)
        #expect(try await bench.everything() == before, sourceLocation: location)
    }
}

/// Expects a ledger's error that speaks of a fault of Dropline's own.
func expectInconsistent(at location: SourceLocation = #_sourceLocation, _ body: () async throws -> Void) async {
    let error = await #expect(throws: LedgerError.self, sourceLocation: location) { try await body() }
    #expect(error?.code == .inconsistent, sourceLocation: location)
}
