import Ledgers

/// Which run has its turn when, within one sweep.
struct RunQueue {
    private struct Place {
        /// `nil` for a run that is parked until the next sweep, or until another run ends.
        var dueAt: Int64?
        /// Failed turns in a row.
        var failures = 0
        var hadTurn = false
    }

    private var order: [RunID] = []
    private var places: [RunID: Place] = [:]
    /// Whether the last turn was the first one of its run.
    private var lastWasFirst = false
    /// How many runs have come to their end.
    private(set) var ended = 0

    init(_ runs: [RunID]) { add(runs) }

    /// Adds the runs that are not known yet; their turn is now.
    mutating func add(_ runs: [RunID]) {
        for run in runs where places[run] == nil {
            order.append(run)
            places[run] = Place(dueAt: 0)
        }
    }

    /// How many runs have been known.
    var count: Int { places.count }

    /// The run whose turn it is; after the deadline only one that had none.
    ///
    /// Runs that go on and runs that begin take turns with one another, so that what was begun comes to its end while many wait to begin.
    func due(at now: BootTime, until deadline: BootTime) -> RunID? {
        let isLate = now.nanoseconds > deadline.nanoseconds
        func first(begun: Bool) -> RunID? {
            order.first { run in
                guard let place = places[run], let dueAt = place.dueAt else { return false }
                return dueAt <= now.nanoseconds && place.hadTurn == begun
            }
        }
        guard !isLate else { return first(begun: false) }
        return first(begun: lastWasFirst) ?? first(begun: !lastWasFirst)
    }

    /// How many runs have a turn to come before the deadline.
    func underWay(at now: BootTime, until deadline: BootTime) -> Int {
        guard now.nanoseconds <= deadline.nanoseconds else { return 0 }
        return order.count { places[$0]?.dueAt.map { $0 <= deadline.nanoseconds } ?? false }
    }

    /// When the next run has its turn; `nil` when none has before the deadline.
    func next(at now: BootTime, until deadline: BootTime) -> BootTime? {
        guard now.nanoseconds <= deadline.nanoseconds, let next = order.compactMap({ places[$0]?.dueAt }).min(),
            next <= deadline.nanoseconds
        else { return nil }
        return BootTime(boot: now.boot, nanoseconds: next)
    }

    /// How often a run has failed in a row.
    func retries(of run: RunID) -> Int { places[run]?.failures ?? 0 }

    /// Ends a run's turn; it gets another at a moment, or none, after the others.
    mutating func leave(_ run: RunID, until moment: BootTime?, after outcome: RunAdvance.Outcome) {
        lastWasFirst = places[run]?.hadTurn == false
        places[run] = Place(
            dueAt: moment?.nanoseconds,
            failures: outcome.fault == nil ? 0 : retries(of: run) + 1,
            hadTurn: true
        )
        order.removeAll { $0 == run }
        order.append(run)
    }

    /// Takes a run out that waits for a person: nothing in this sweep helps it.
    mutating func drop(_ waiting: RunID) {
        order.removeAll { $0 == waiting }
    }

    /// Takes a run out that is at its end, and gives the parked ones another turn, except those that failed: it may be what they waited for.
    mutating func end(_ ended: RunID) {
        order.removeAll { $0 == ended }
        self.ended += 1
        for run in order where places[run]?.dueAt == nil && retries(of: run) == 0 {
            places[run]?.dueAt = 0
        }
    }
}
