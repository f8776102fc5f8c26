import Ledgers
import Testing

let runs: [Check] = [
    Check("a run comes back with every field that it had") { subject in
        let run = try await subject.addRun { $0.fill() }
        #expect(try await subject.ledger.read { try $0.run(run.id) } == run)
    },
    Check("a run comes back without the fields that it did not have") { subject in
        let run = try await subject.addRun { run in
            run.source.drop = nil
            run.nextStage = nil
            run.shop = ""
        }
        #expect(try await subject.ledger.read { try $0.run(run.id) } == run)
    },
    Check("a run that is put replaces all its fields, and no other run's") { subject in
        let (first, other) = (try await subject.addRun(), try await subject.addRun())
        var changed = first
        changed.fill()
        try await subject.ledger.write { [changed] in try $0.put(changed) }
        let read = try await subject.ledger.read { (try $0.run(first.id), try $0.run(other.id)) }
        #expect(read.0 == changed)
        #expect(read.1 == other)
        try await subject.ledger.write { try $0.put(first) }
        #expect(try await subject.ledger.read { try $0.run(first.id) } == first)
    },
    Check("every state and verdict comes back") { subject in
        for state in RunState.allCases {
            let run = try await subject.addRun { $0.state = state }
            #expect(try await subject.ledger.read { try $0.run(run.id)?.state } == state)
        }
        for verdict in [Verdict.empty, .duplicate, .quarantined, .incomplete] {
            let run = try await subject.addRun { $0.verdict = verdict }
            #expect(try await subject.ledger.read { try $0.run(run.id)?.verdict } == verdict)
        }
    },
    Check("texts come back byte by byte") { subject in
        for text in oddTexts {
            let run = try await subject.addRun { run in
                (run.source.path, run.source.name, run.stem, run.reason) = (text, text, text, text)
            }
            let read = try #require(try await subject.ledger.read { try $0.run(run.id) })
            for field in [read.source.path, read.source.name, read.stem, read.reason ?? "nil"] {
                #expect(Array(field.utf8) == Array(text.utf8))
            }
        }
    },
    Check("runs get numbers from 1 on that grow") { subject in
        var numbers: [Int64] = []
        for _ in 0..<5 { numbers.append(try await subject.addRun().id.number) }
        #expect(numbers.first == 1)
        #expect(numbers == numbers.sorted() && Set(numbers).count == 5)
    },
    Check("a run that is not there is nil, and no query finds it") { subject in
        let (run, runs) = (try await subject.ledger.read { try $0.run(RunID(404)) }, try await subject.runs(RunQuery()))
        #expect(run == nil)
        #expect(runs == [])
    },
    Check("each part of a query narrows it") { subject in
        let plain = try await subject.addRun()
        let odd = try await subject.addRun { run in
            (run.pipeline, run.state, run.createdAt, run.digest) = ("other", .waiting, 1_700_000_000_001, "ff")
            run.source = RunSource(drop: "local", path: "b/c.csv", name: "c.csv", size: 1, modified: 1)
        }
        let parts: [(String, @Sendable (inout RunQuery) -> Void)] = [
            ("pipeline", { $0.pipeline = "other" }), ("states", { $0.states = [.waiting, .held] }),
            ("since", { $0.since = 1_700_000_000_001 }), ("sourceDrop", { $0.sourceDrop = "local" }),
            ("sourcePath", { $0.sourcePath = "b/c.csv" }), ("sourceName", { $0.sourceName = "c.csv" }),
            ("digest", { $0.digest = "ff" }), ("after", { $0.after = plain.id }),
        ]
        for (name, narrow) in parts {
            var query = RunQuery()
            narrow(&query)
            #expect(try await subject.runs(query) == [odd.id], "\(name)")
        }
        #expect(try await subject.runs(RunQuery()) == [plain.id, odd.id])
    },
    Check("all parts of a query must hold at once") { subject in
        _ = try await subject.addRun { $0.digest = "ff" }
        let both = try await subject.addRun { ($0.digest, $0.state) = ("ff", .done) }
        _ = try await subject.addRun { $0.state = .done }
        var query = RunQuery(pipeline: "gift-card-activation", states: [.done])
        query.digest = "ff"
        #expect(try await subject.runs(query) == [both.id])
    },
    Check("a query for no state at all finds nothing") { subject in
        _ = try await subject.addRun()
        #expect(try await subject.runs(RunQuery(states: [])) == [])
    },
    Check("a query is no pattern and knows upper from lower case") { subject in
        _ = try await subject.addRun { $0.source.name = "a_b.csv" }
        for name in ["a%", "aXb.csv", "A_B.csv", "a_b.csv "] {
            var query = RunQuery()
            query.sourceName = name
            #expect(try await subject.runs(query) == [], "\(name)")
        }
    },
    Check("a limit gives the newest runs, in the order of their numbers") { subject in
        var all: [RunID] = []
        for _ in 0..<4 { all.append(try await subject.addRun().id) }
        for limit in 0...5 {
            var query = RunQuery()
            query.limit = limit
            #expect(try await subject.runs(query) == all.suffix(limit), "\(limit)")
        }
    },
    Check("a limit counts only runs that the rest of the query finds") { subject in
        let first = try await subject.addRun { $0.state = .held }
        let second = try await subject.addRun { $0.state = .held }
        _ = try await subject.addRun()
        var query = RunQuery(states: [.held])
        query.limit = 2
        #expect(try await subject.runs(query) == [first.id, second.id])
    },
    Check("the value taken is that of the shop's other runs since the moment") { subject in
        let own = try await subject.addRun { ($0.shopDomain, $0.takenAt, $0.takenValue) = ("a.example", 2000, 1) }
        _ = try await subject.addRun { ($0.shopDomain, $0.takenAt, $0.takenValue) = ("a.example", 2000, 20) }
        _ = try await subject.addRun { ($0.shopDomain, $0.takenAt, $0.takenValue) = ("a.example", 1001, 300) }
        _ = try await subject.addRun { ($0.shopDomain, $0.takenAt, $0.takenValue) = ("a.example", 999, 4000) }
        _ = try await subject.addRun { ($0.shopDomain, $0.takenAt, $0.takenValue) = ("b.example", 2000, 50_000) }
        _ = try await subject.addRun { ($0.shopDomain, $0.takenValue) = ("a.example", 600_000) }
        _ = try await subject.addRun()
        #expect(
            try await subject.ledger.read { try $0.valueTaken(shop: "a.example", since: 1000, except: own.id) } == 320
        )
        #expect(
            try await subject.ledger.read { try $0.valueTaken(shop: "a.example", since: 1000, except: RunID(0)) } == 321
        )
    },
    Check("where nothing was taken the value taken is nothing") { subject in
        let value = try await subject.ledger.read { try $0.valueTaken(shop: "a.example", since: 0, except: RunID(1)) }
        #expect(value == 0)
    },
]

extension Run {
    /// Gives every field a value of its own.
    fileprivate mutating func fill() {
        (pipeline, shop, stem, digest) = ("other", "second", "b.01234567", "cd")
        source = RunSource(drop: "local", path: "x/b.csv", name: "b.csv", size: .max, modified: .min, vanished: true)
        (state, nextStage, attempt, verdict) = (.held, "reconcile", 7, .incomplete)
        (reason, hold, attention, failures) = ("reason", "hold", "attention", 3)
        (shopDomain, currency, takenAt, takenValue) = ("example.myshopify.com", "JPY", 11, 12)
        (createdAt, updatedAt, finishedAt) = (13, 14, 15)
        (rerunFrom, retakes, republishes) = ("bulk-file", true, .all)
        refuses = "refused by ann: it's \"wrong\""
        failedSends = .after(nil, attempt: 7, at: 16, because: "why", stage: "reconcile", pausing: .seconds(90))
    }
}
