import Ledgers
import Testing

let items: [Check] = [
    Check("an item comes back with every field that it had") { subject in
        let run = try await subject.addRun()
        for (index, state) in [ItemState.planned, .submitted, .active, .refused, .unknown, .inFeed, .conflict]
            .enumerated()
        {
            let cardID = state == .active ? "gid://shopify/GiftCard/1" : nil
            let item = Item(
                key: .card(UInt8(index)),
                state: state,
                attempt: index,
                run: run.id,
                line: 7,
                value: 999_999_999_999,
                cardID: cardID,
                updatedAt: 1_700_000_000_000
            )
            #expect(try await subject.insert(item))
            #expect(try await subject.item(item.key) == item)
        }
    },
    Check("an item is made once, and a second one changes nothing") { subject in
        let item = try await subject.planned()
        var second = item
        (second.value, second.line, second.state) = (99, 9, .active)
        #expect(try await subject.insert(second) == false)
        #expect(try await subject.item(item.key) == item)
    },
    Check("of many that make one item at once, one does") { subject in
        let run = try await subject.addRun()
        let made = try await withThrowingTaskGroup(of: Bool.self) { group in
            for line in 0..<12 {
                let ledger = line.isMultiple(of: 4) ? try await subject.open() : subject.ledger
                group.addTask {
                    try await ledger.write {
                        try $0.insert(
                            Item(
                                key: .card(1),
                                state: .planned,
                                attempt: 1,
                                run: run.id,
                                line: line,
                                value: 1,
                                updatedAt: 1
                            )
                        )
                    }
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(made == 1)
    },
    Check("the same hash at another shop is another item") { subject in
        let item = try await subject.planned()
        #expect(try await subject.item(.card(1, shop: "other.myshopify.com")) == nil)
        var other = item
        other.key = .card(1, shop: "other.myshopify.com")
        #expect(try await subject.insert(other))
    },
    Check("an item that is as expected is changed in every field") { subject in
        let item = try await subject.planned()
        let run = try await subject.addRun()
        let changed = Item(
            key: item.key,
            state: .active,
            attempt: 4,
            run: run.id,
            line: 8,
            value: 9,
            cardID: "gid",
            updatedAt: 10
        )
        #expect(try await subject.replace(changed, ifState: .planned, attempt: 1))
        #expect(try await subject.item(item.key) == changed)
    },
    Check("an item in another state or attempt is not changed") { subject in
        let item = try await subject.planned()
        var changed = item
        changed.state = .active
        for (state, attempt) in [(ItemState.submitted, 1), (.planned, 0), (.planned, 2), (.active, 1)] {
            #expect(try await subject.replace(changed, ifState: state, attempt: attempt) == false)
            #expect(try await subject.item(item.key) == item)
        }
    },
    Check("an item that is not there is not changed, and not made") { subject in
        let item = try await subject.planned()
        var other = item
        other.key = .card(2)
        #expect(try await subject.replace(other, ifState: .planned, attempt: 1) == false)
        #expect(try await subject.item(.card(2)) == nil)
    },
    Check("of many that change one item from one state, one does") { subject in
        let item = try await subject.planned()
        let changed = try await withThrowingTaskGroup(of: Bool.self) { group in
            for line in 0..<12 {
                let ledger = line.isMultiple(of: 4) ? try await subject.open() : subject.ledger
                group.addTask {
                    var mine = item
                    (mine.state, mine.line) = (.submitted, line)
                    return try await ledger.write { [mine] in try $0.replace(mine, ifState: .planned, attempt: 1) }
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(changed == 1)
    },
]

extension Subject {
    /// Makes the item of card 1.
    fileprivate func planned() async throws -> Item {
        let run = try await addRun()
        let item = Item(key: .card(1), state: .planned, attempt: 1, run: run.id, line: 2, value: 2550, updatedAt: 1)
        try #require(try await insert(item))
        return item
    }

    fileprivate func insert(_ item: Item) async throws -> Bool { try await ledger.write { try $0.insert(item) } }

    fileprivate func replace(_ item: Item, ifState state: ItemState, attempt: Int) async throws -> Bool {
        try await ledger.write { try $0.replace(item, ifState: state, attempt: attempt) }
    }
}
