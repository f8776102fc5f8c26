import Ledgers
import SeededRandom
import Testing

/// What must hold whatever the runs do, in whatever order.
@Suite struct CardModelTests {
    @Test(arguments: UInt64(1)...12)
    func `no code is ever held twice, and an active card stays as it is`(_ seed: UInt64) async throws {
        let bench = try await CardBench(runs: 3)
        var random = SplitMix64(seed: seed)
        for run in bench.runs {
            for line in 2...5 {
                try await bench.add(line, of: run, card: UInt8(line % 2), value: random.below(4) == 0 ? 5000 : 2550)
            }
        }
        var before = try await bench.everything()
        for step in 1...150 {
            let move = Move(&random, bench.runs, before)
            do {
                try await move.make(on: bench)
            } catch let error as LedgerError where error.code == .inconsistent {
                // Refused as a whole: the checks below see that nothing of it is left.
            }
            let after = try await bench.everything()
            let faults = Self.faults(after, since: before, bench.runs)
            try #require(faults == [], "seed \(seed), step \(step): \(move)")
            before = after
        }
        let outcomes = before.items.filter { $0.state == .active || $0.attempt > 1 }
        #expect(!outcomes.isEmpty, "seed \(seed) never got as far as an outcome")
    }

    /// What one run does with one of its rows.
    private struct Move: CustomStringConvertible {
        enum Kind: CaseIterable { case take, submit, settle, free, refuse, feed }

        let kind: Kind
        let run: Run
        let line: Int
        let outcome: CardOutcome
        let now: Int64

        /// Most moves are such as the row's status allows, so that cards get on; the others are any.
        init(_ random: inout SplitMix64, _ runs: [Run], _ now: CardBench.Everything) {
            let (run, row) = (random.below(runs.count), random.below(4))
            let any = Kind.allCases[random.below(Kind.allCases.count)]
            let fitting: Kind =
                switch now.rows[run][row].status {
                case .planned: random.below(2) == 0 ? .take : .submit
                case .submitted, .unknown: random.below(4) == 0 ? .take : .settle
                default: .take
                }
            kind = random.below(4) == 0 ? any : fitting
            self.run = runs[run]
            line = 2 + row
            let time = Int64(random.below(1_000_000))
            self.now = time
            let outcomes: [CardOutcome] = [
                .active(cardID: "gid-\(time)"), .foundActive(cardID: "gid-\(time)"), .refused("no"), .refused("no"),
                .conflict("other"), .contradicted(cardID: "gid-\(time)", "another value"),
                .unknown(.unanswered, "no answer"), .unknown(.taken, "taken"), .plannedAgain,
            ]
            outcome = outcomes[random.below(outcomes.count)]
        }

        func make(on bench: CardBench) async throws {
            switch kind {
            case .submit: try await bench.submit(line, of: run, now: now)
            case .settle: try await bench.settle(line, of: run, as: outcome, now: now)
            case .feed: try await bench.putInFeed(line, of: run, now: now)
            case .free: try await bench.free(line, of: run, now: now)
            case .refuse:
                // A person refuses what is held or released, and not sent.
                guard try await bench.row(line, of: run)?.status == .planned else { return }
                try await bench.refuse(line, of: run, now: now)
            case .take:
                // A row that is sent, or looked for, is decided by its outcome and not taken.
                let row = try await bench.row(line, of: run)
                guard let row, row.status != .submitted, row.status != .unknown || row.doubt == .elsewhere else {
                    return
                }
                try await bench.take(line, of: run, now: now)
            }
        }

        var description: String { "run \(run.id), line \(line): \(kind) \(kind == .settle ? "\(outcome)" : "")" }
    }

    private static func faults(_ after: CardBench.Everything, since before: CardBench.Everything, _ runs: [Run])
        -> [String]
    {
        var faults: [String] = []
        for item in after.items {
            let rows = zip(runs, after.rows).flatMap { run, rows in
                rows.filter { $0.key == item.key.hash }.map { (run: run.id, row: $0) }
            }
            // A row that nobody has taken yet stands as planned, but is not sent: its card belongs to another one.
            let holders = rows.filter { $0.run == item.run && $0.row.line == item.line }
            if holders.count != 1 { faults.append("\(item.key.hash[0]) is held by \(holders.count) rows") }
            for (run, row) in rows where row.status == .submitted && !(run == item.run && row.line == item.line) {
                faults.append("run \(run), line \(row.line) was sent and does not hold its card")
            }
            if let row = holders.first?.row, !agree(row, item) {
                faults.append("\(row.status) with a card that is \(item.state)")
            }
            guard let old = before.items.first(where: { $0.key == item.key }) else { continue }
            if [.active, .inFeed, .conflict].contains(old.state), item != old {
                faults.append("a card that was \(old.state) became \(item)")
            }
            if item.attempt < old.attempt { faults.append("attempt \(old.attempt) became \(item.attempt)") }
            if item.run != old.run || item.line != old.line || item.value != old.value, old.state != .refused {
                faults.append("a card that was \(old.state) passed to another row")
            }
            if item.state == .submitted, old.state == .submitted, item.attempt != old.attempt {
                faults.append("sent twice at once")
            }
        }
        if after.items.count < before.items.count { faults.append("a card was forgotten") }
        return faults
    }

    /// Whether the row that holds a card stands as its card does.
    private static func agree(_ row: Row, _ item: Item) -> Bool {
        switch item.state {
        case .planned: row.status == .planned
        case .submitted: row.status == .submitted
        case .inFeed: row.status == .inFeed
        case .active: row.status.isAccepted && row.cardID == item.cardID
        case .unknown: row.status == .unknown && row.doubt != .elsewhere
        case .conflict: row.status == .conflict && row.cardID == item.cardID
        case .refused: [.refused, .conflict, .invalid].contains(row.status)
        }
    }
}
