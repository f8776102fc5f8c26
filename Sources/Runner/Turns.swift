import Ledgers

/// Which run has its turn when, within one sweep.
struct Turns {
    private struct Place {
        /// `nil` for a run that is parked until the next sweep, or until another run ends.
        var dueAt: Int64?
        var failures = 0
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

    /// The first run whose turn it is.
    func due(at now: BootTime) -> RunID? {
        order.first { places[$0]?.dueAt.map { $0 <= now.nanoseconds } ?? false }
    }

    /// When the next run has its turn, in nanoseconds since the boot; `nil` when none has in this sweep.
    var next: Int64? { order.compactMap { places[$0]?.dueAt }.min() }

    /// How often a run has failed in a row.
    func retries(of run: RunID) -> Int { places[run]?.failures ?? 0 }

    /// Ends a run's turn; it gets another at a moment, or none, behind the others.
    mutating func leave(_ run: RunID, until moment: BootTime?, failed: Bool) {
        places[run] = Place(dueAt: moment?.nanoseconds, failures: failed ? retries(of: run) + 1 : 0)
        order.removeAll { $0 == run }
        order.append(run)
    }

    /// Takes a run out that is at its end, and gives the parked ones another turn, except those that failed: it may be what they waited for.
    mutating func end(_ ended: RunID) {
        order.removeAll { $0 == ended }
        for run in order where places[run]?.dueAt == nil && retries(of: run) == 0 {
            places[run]?.dueAt = 0
        }
    }
}
