import Ledgers
import Testing

let transactions: [Check] = [
    Check("a transaction that throws leaves nothing behind and throws the closure's error") { subject in
        let run = try await subject.addRun()
        await #expect(throws: Refusal()) {
            try await subject.ledger.write { ledger in
                try ledger.put(Row(line: 2, status: .planned), of: run.id)
                _ = try ledger.insert(
                    Item(key: .card(1), state: .planned, attempt: 1, run: run.id, line: 2, value: 1, updatedAt: 1)
                )
                _ = try ledger.add(Run.sample())
                try ledger.setSetting("name", to: [1])
                var changed = run
                changed.state = .done
                try ledger.put(changed)
                throw Refusal()
            }
        }
        let (lines, item, runs) = (
            try await subject.lines(of: run), try await subject.item(.card(1)),
            try await subject.ledger.read { try $0.runs(RunQuery()) }
        )
        #expect(lines == [])
        #expect(item == nil)
        #expect(runs == [run])
        #expect(try await subject.setting("name") == nil)
    },
    Check("a refused change takes the whole transaction with it") { subject in
        await subject.expect(.inconsistent) {
            try await subject.ledger.write { ledger in
                try ledger.setSetting("name", to: [1])
                try ledger.put(Row(line: 2, status: .planned), of: RunID(404))
            }
        }
        let setting = try await subject.setting("name")
        #expect(setting == nil)
    },
    Check("a write as owner that throws leaves nothing behind, and the owner stays") { subject in
        let claim = try #require(try await subject.ledger.claim(ClaimKey(text: "key")))
        await #expect(throws: Refusal()) {
            try await subject.ledger.write(as: claim) { ledger in
                try ledger.setSetting("name", to: [1])
                throw Refusal()
            }
        }
        #expect(try await subject.setting("name") == nil)
        try await subject.ledger.write(as: claim) { try $0.setSetting("name", to: [2]) }
        #expect(try await subject.setting("name") == [2])
    },
    Check("a transaction sees its own changes") { subject in
        let seen = try await subject.ledger.write { ledger in
            try ledger.setSetting("name", to: [1])
            return try ledger.setting("name")
        }
        #expect(seen == [1])
    },
    Check("what one process wrote another one reads") { subject in
        let other = try await subject.open()
        let run = try await subject.addRun()
        #expect(try await other.read { try $0.run(run.id) } == run)
    },
    Check("what was written is there when the ledger is opened again") { subject in
        let run = try await subject.addRun()
        let item = Item(
            key: .card(1),
            state: .active,
            attempt: 3,
            run: run.id,
            line: 2,
            value: 5,
            cardID: "gid",
            updatedAt: 9
        )
        try await subject.ledger.write { _ = try $0.insert(item) }
        let again = try await subject.open()
        #expect(try await again.read { try $0.item(.card(1)) } == item)
    },
    Check("of many writers at once each sees what the one before it wrote") { subject in
        try await withThrowingTaskGroup { group in
            for _ in 0..<4 {
                let ledger = try await subject.open()
                for _ in 0..<8 {
                    group.addTask {
                        try await ledger.write { ledger in
                            let count = try ledger.setting("count")?.first ?? 0
                            try ledger.setSetting("count", to: [count + 1])
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await subject.setting("count") == [32])
    },
    Check("nothing of a run that is not there can be written") { subject in
        let writes: [@Sendable (any LedgerWriter) throws -> Void] = [
            { try $0.put(Row(line: 2, status: .planned), of: RunID(404)) },
            { try $0.put(Artifact.sample(.source), of: RunID(404)) },
            { try $0.put(Operation(run: RunID(404), attempt: 1, part: 1, name: "n", total: 1, sentAt: 1)) },
            { try $0.put(Delivery.sample(RunID(404))) },
            {
                try $0.add(
                    StageRecord(
                        run: RunID(404),
                        attempt: 1,
                        stage: "s",
                        outcome: "o",
                        detail: nil,
                        startedAt: 1,
                        endedAt: 2
                    )
                )
            },
            { try $0.add(AuditEntry(at: 1, run: RunID(404), event: "e", detail: "d")) },
            {
                _ = try $0.insert(
                    Item(key: .card(1), state: .planned, attempt: 1, run: RunID(404), line: 2, value: 1, updatedAt: 1)
                )
            },
        ]
        for (index, write) in writes.enumerated() {
            await subject.expect(.inconsistent, "write \(index)") { try await subject.ledger.write(write) }
        }
    },
]
