import Ledgers

/// Which run has its turn when, within one sweep.
struct Turns {
    private struct Place {
        /// `nil` for a run that is parked until the next sweep, or until another run ends.
        var dueAt: Int64?
        /// Failed turns in a row.
        var failures = 0
        var hadTurn = false
    }

    private var order: [RunID] = []
    private var places: [RunID: Place] = [:]

    init(_ runs: [RunID]) { add(runs) }

    /// Adds the runs that are not known yet; their turn is now.
    mutating func add(_ runs: [RunID]) {
        for run in runs where places[run] == nil {
            order.append(run)
            places[run] = Place(dueAt: 0)
        }
    }

    /// The first run whose turn it is; behind the deadline only a run that had none.
    func due(at now: BootTime, until deadline: BootTime) -> RunID? {
        let isLate = now.nanoseconds > deadline.nanoseconds
        return order.first { run in
            guard let place = places[run], let dueAt = place.dueAt else { return false }
            return dueAt <= now.nanoseconds && !(isLate && place.hadTurn)
        }
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

    /// Ends a run's turn; it gets another at a moment, or none, behind the others.
    mutating func leave(_ run: RunID, until moment: BootTime?, after outcome: RunAdvance.Outcome) {
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
        for run in order where places[run]?.dueAt == nil && retries(of: run) == 0 {
            places[run]?.dueAt = 0
        }
    }
}
