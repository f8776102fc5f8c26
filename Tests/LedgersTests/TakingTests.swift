import Ledgers
import Testing

@Suite struct TakingTests {
    private let bench: CardBench
    private var first: Run { bench.runs[0] }
    private var second: Run { bench.runs[1] }

    init() async throws { bench = try await CardBench() }

    @Test func `a new card is planned by the row that takes it`() async throws {
        try await bench.add(2, of: first)
        #expect(try await bench.take(2, of: first).status == .planned)
        let item = Item(
            key: CardBench.key(1),
            state: .planned,
            attempt: 1,
            run: first.id,
            line: 2,
            value: 2550,
            updatedAt: 1000
        )
        #expect(try await bench.item() == item)
    }

    @Test func `a row without a value takes nothing`() async throws {
        try await bench.add(2, of: first, value: nil)
        await expectInconsistent { try await bench.take(2, of: first) }
        #expect(try await bench.item() == nil)
    }

    @Test func `a card that the row itself has planned is planned again, as it was`() async throws {
        try await bench.hold(2, of: first, as: .planned)
        let before = try await bench.everything()
        #expect(try await bench.take(2, of: first, now: 9000).status == .planned)
        #expect(try await bench.everything() == before)
    }

    @Test(arguments: [ItemState.planned, .submitted, .unknown])
    func `a card that another run holds with the same value is waited for`(_ state: ItemState) async throws {
        try await bench.hold(7, of: first, as: state)
        try await bench.add(2, of: second)
        let item = try await bench.item()
        let row = try await bench.take(2, of: second, now: 5000)
        #expect(row.status == .unknown)
        #expect(row.doubt == .elsewhere)
        #expect(row.unknownSince == 5000)
        #expect(row.reason == "run 1 is about to settle the same code (line 7)")
        #expect(try await bench.item() == item)
    }

    @Test func `a row that waits keeps the moment since when, however often it is decided again`() async throws {
        try await bench.hold(7, of: first, as: .submitted)
        try await bench.add(2, of: second)
        for now in [Int64(5000), 6000, 7000] {
            #expect(try await bench.take(2, of: second, now: now).unknownSince == 5000)
        }
    }

    @Test(arguments: [ItemState.planned, .submitted, .unknown, .active, .inFeed])
    func `a card that another run holds or made with another value is a conflict`(_ state: ItemState) async throws {
        try await bench.hold(7, of: first, as: state)
        try await bench.add(2, of: second, value: 2551)
        let item = try await bench.item()
        let row = try await bench.take(2, of: second)
        #expect(row.status == .conflict)
        #expect(row.reason == "the code belongs to a card of another value (run 1, line 7)")
        #expect(row.cardID == nil)
        #expect(row.unknownSince == nil)
        #expect(try await bench.item() == item)
    }

    @Test func `a card that another line of the same run holds is waited for`() async throws {
        try await bench.hold(2, of: first, as: .planned)
        try await bench.add(3, of: first)
        #expect(try await bench.take(3, of: first).doubt == .elsewhere)
    }

    @Test(arguments: [ItemState.submitted, .unknown])
    func `a row that is being sent, or looked for, never waits for itself`(_ state: ItemState) async throws {
        let bench = try await CardBench()
        try await bench.hold(2, of: bench.runs[0], as: state)
        let before = try await bench.everything()
        try await bench.take(2, of: bench.runs[0], now: 9000)
        #expect(try await bench.everything() == before)
    }

    @Test func `a card that is active with the same value is already active`() async throws {
        try await bench.hold(7, of: first, as: .active)
        try await bench.add(2, of: second)
        let item = try await bench.item()
        let row = try await bench.take(2, of: second)
        #expect(row.status == .alreadyActive)
        #expect(row.cardID == "gid-1")
        #expect(row.reason == "active since run 1, line 7")
        #expect(try await bench.item() == item)
    }

    @Test func `a card that the row itself made is activated by it`() async throws {
        try await bench.hold(2, of: first, as: .active)
        let item = try await bench.item()
        let row = try await bench.take(2, of: first, now: 9000)
        #expect(row.status == .activated)
        #expect(row.cardID == "gid-1")
        #expect(row.reason == nil)
        #expect(try await bench.item() == item)
    }

    @Test(arguments: [DeliveryState.published, .due])
    func `a card that stands in a published feed is already in one for every other row`(_ state: DeliveryState)
        async throws
    {
        try await bench.hold(7, of: first, as: .inFeed)
        try await bench.deliver(state, of: first)
        try await bench.add(2, of: second)
        let item = try await bench.item()
        let row = try await bench.take(2, of: second)
        #expect(row.status == .alreadyInFeed && row.status.isAccepted)
        #expect(row.reason == "in the feed of run 1, line 7")
        let own = try await bench.take(7, of: first, now: 9000)
        #expect(own.status == .inFeed && own.reason == nil)
        #expect(try await bench.item() == item)
    }

    @Test func `a card in a feed that was not published is waited for until it was`() async throws {
        try await bench.hold(7, of: first, as: .inFeed)
        try await bench.add(2, of: second)
        let item = try await bench.item()
        func takeWaits() async throws {
            let row = try await bench.take(2, of: second, now: 5000)
            #expect(row.status == .unknown && row.doubt == .elsewhere && row.unknownSince == 5000)
            #expect(row.reason == "run 1 is about to publish the feed with the same code (line 7)")
        }
        try await takeWaits()
        // Neither its results nor another attempt's feed tell anything of it, nor does a file that has no name yet.
        try await bench.deliver(.published, of: first, .results)
        try await bench.deliver(.published, of: first, attempt: 2)
        try await bench.deliver(.staged, of: first)
        try await takeWaits()
        let own = try await bench.take(7, of: first, now: 9000)
        #expect(own.status == .inFeed && own.reason == nil)
        try await bench.deliver(.published, of: first)
        let row = try await bench.take(2, of: second)
        #expect(row.status == .alreadyInFeed && row.doubt == nil && row.unknownSince == nil)
        #expect(try await bench.item() == item)
    }

    @Test func `a row whose details were forgotten has its card in the feed that its run published`() async throws {
        try await bench.hold(7, of: first, as: .inFeed)
        try await bench.deliver(.published, of: first, attempt: 2)
        let run = first.id
        _ = try await bench.ledger.write { try $0.forgetDetails(of: run, after: 0, limit: 10) }
        try await bench.add(2, of: second)
        #expect(try await bench.take(2, of: second).status == .alreadyInFeed)
    }

    @Test func `a row that is put into a feed knows which, and its card stands there`() async throws {
        try await bench.hold(7, of: first, as: .planned)
        let row = try await bench.putInFeed(7, of: first, now: 8000)
        #expect(row.status == .inFeed && row.status.isAccepted)
        #expect(row.position == BulkPosition(attempt: 1, part: 0, line: 7))
        let item = try await bench.item()
        #expect(item?.state == .inFeed && item?.updatedAt == 8000)
    }

    @Test(arguments: [ItemState.submitted, .active, .refused, .unknown, .inFeed, .conflict])
    func `only a card that the row has planned goes into a feed`(_ state: ItemState) async throws {
        try await bench.hold(2, of: first, as: state)
        try await bench.add(3, of: second)
        let before = try await bench.everything()
        await expectInconsistent { try await bench.putInFeed(2, of: first) }
        await expectInconsistent { try await bench.putInFeed(3, of: second) }
        #expect(try await bench.everything() == before)
    }

    @Test func `the same line of another run did not make the card`() async throws {
        try await bench.hold(2, of: first, as: .active)
        try await bench.add(2, of: second)
        #expect(try await bench.take(2, of: second).status == .alreadyActive)
    }

    @Test(arguments: [2550, 5000] as [Int64])
    func `a card that was made and is not as its row says is taken by no other row, whatever its value`(_ value: Int64)
        async throws
    {
        try await bench.hold(7, of: first, as: .conflict)
        let item = try await bench.item()
        try await bench.add(2, of: second, value: value)
        let row = try await bench.take(2, of: second)
        #expect(row.status == .conflict)
        #expect(row.cardID == nil)
        #expect(row.reason == "the shop's card of run 1, line 7 has the code and is not as that row says (gid-1)")
        #expect(try await bench.item() == item)
    }

    @Test func `a card that was made and is not as its row says is not taken again by that row`() async throws {
        try await bench.hold(7, of: first, as: .conflict)
        let item = try await bench.item()
        let row = try await bench.take(7, of: first)
        #expect(row.status == .conflict)
        #expect(row.cardID == "gid-1")
        #expect(try await bench.item() == item)
    }

    @Test func `a refused card is taken by another row, with its value and another attempt`() async throws {
        try await bench.hold(7, of: first, as: .refused)
        try await bench.add(2, of: second, value: 9900)
        #expect(try await bench.take(2, of: second, now: 8000).status == .planned)
        let item = Item(
            key: CardBench.key(1),
            state: .planned,
            attempt: 2,
            run: second.id,
            line: 2,
            value: 9900,
            updatedAt: 8000
        )
        #expect(try await bench.item() == item)
    }

    @Test func `a refused card is taken by its own row again, with the corrected value`() async throws {
        try await bench.hold(2, of: first, as: .refused)
        let row = try await bench.take(2, of: first, value: 100)
        #expect(row.status == .planned)
        #expect(row.reason == nil)
        let item = try #require(try await bench.item())
        #expect(item.state == .planned)
        #expect(item.attempt == 2)
        #expect(item.value == 100)
    }

    @Test func `a row that waited takes the card once it is refused`() async throws {
        try await bench.hold(7, of: first, as: .submitted)
        try await bench.add(2, of: second)
        try await bench.take(2, of: second)
        try await bench.settle(7, of: first, as: .refused("no"))
        let row = try await bench.take(2, of: second)
        #expect(row.status == .planned)
        #expect(row.doubt == nil)
        #expect(row.unknownSince == nil)
    }

    @Test func `a row that waited is already active once the card is`() async throws {
        try await bench.hold(7, of: first, as: .submitted)
        try await bench.add(2, of: second)
        try await bench.take(2, of: second)
        try await bench.settle(7, of: first, as: .active(cardID: "gid-9"))
        let row = try await bench.take(2, of: second)
        #expect(row.status == .alreadyActive)
        #expect(row.cardID == "gid-9")
        #expect(row.doubt == nil)
        #expect(row.unknownSince == nil)
    }

    @Test func `of two rows that waited for a refused card one takes it and the other waits on`() async throws {
        try await bench.hold(7, of: first, as: .submitted)
        for run in bench.runs[1...] {
            try await bench.add(2, of: run)
            try await bench.take(2, of: run)
        }
        try await bench.settle(7, of: first, as: .refused("no"))
        #expect(try await bench.take(2, of: bench.runs[2]).status == .planned)
        #expect(try await bench.take(2, of: second).doubt == .elsewhere)
        #expect(try await bench.item()?.run == bench.runs[2].id)
    }

    @Test func `the same code at another shop is another card`() async throws {
        try await bench.hold(2, of: first, as: .active)
        let run = second
        let status = try await bench.ledger.write { ledger in
            var row = Row(line: 2, status: .planned, value: 1)
            var key = CardBench.key(1)
            key.shop = "other.myshopify.com"
            try ledger.take(&row, of: run, key: key, now: 1)
            return row.status
        }
        #expect(status == .planned)
    }

    @Test func `of many that take one card at once, one holds it and the others wait`() async throws {
        for run in bench.runs { for line in 2...6 { try await bench.add(line, of: run) } }
        let rows = try await withThrowingTaskGroup(of: Row.self) { group in
            for run in bench.runs {
                for line in 2...6 { group.addTask { [bench] in try await bench.take(line, of: run) } }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(rows.count { $0.status == .planned } == 1)
        #expect(rows.count { $0.doubt == .elsewhere } == 14)
    }

    @Test func `a planned card that is given back is taken by any row, with its own value`() async throws {
        try await bench.hold(2, of: first, as: .planned)
        #expect(try await bench.free(2, of: first).status == .invalid)
        try await bench.add(9, of: second, value: 100)
        #expect(try await bench.take(9, of: second).status == .planned)
        let item = try await bench.item()
        #expect(item?.run == second.id && item?.line == 9 && item?.value == 100 && item?.attempt == 2)
    }

    @Test(arguments: [ItemState.submitted, .active, .refused, .unknown, .inFeed, .conflict])
    func `a card that was sent is not given back`(_ state: ItemState) async throws {
        try await bench.hold(2, of: first, as: state)
        let before = try await bench.everything()
        try await bench.free(2, of: first)
        #expect(try await bench.everything() == before)
    }

    @Test func `a planned card that a person refuses is taken by any row, with its own value, and by its own again`()
        async throws
    {
        try await bench.hold(2, of: first, as: .planned)
        let refused = try await bench.refuse(2, of: first)
        #expect(refused.status == .refused && refused.reason == "refused by ann: no")
        try await bench.add(9, of: second, value: 100)
        #expect(try await bench.take(9, of: second).status == .planned)
        #expect(try await bench.item()?.value == 100)
        try await bench.refuse(9, of: second)
        #expect(try await bench.take(2, of: first).status == .planned)
        let item = try await bench.item()
        #expect(item?.run == first.id && item?.line == 2 && item?.value == 2550 && item?.attempt == 3)
    }

    @Test(arguments: [ItemState.submitted, .active, .unknown, .inFeed])
    func `a card that was sent stays as it is, whatever row is refused`(_ state: ItemState) async throws {
        try await bench.hold(2, of: first, as: state)
        try await bench.add(2, of: second)
        let before = try await bench.item()
        try await bench.refuse(2, of: first)
        try await bench.refuse(2, of: second)
        #expect(try await bench.item() == before)
    }

    @Test func `a row gives back no card that another row holds`() async throws {
        try await bench.hold(2, of: first, as: .planned)
        try await bench.add(2, of: second)
        try await bench.add(3, of: first)
        let before = try await bench.everything()
        try await bench.free(2, of: second)
        try await bench.free(3, of: first)
        #expect(try await bench.everything() == before)
    }
}
