public import Ledgers
public import Pipelines

/// What a person refused.
public struct RefusedRows: Sendable, Equatable {
    /// How many rows are never sent.
    public let rows: Int
    /// What they are worth, in the smallest units of the run's currency.
    public let value: Int64
    /// Why the run was held.
    public let hold: String
}

extension Installation {
    /// Refuses what is held of a run: none of it is sent, and any row may take its cards.
    ///
    /// The decision is recorded first and stands from then on. The rows follow page by page, here or, after a crash, when a sweep goes on with the run and
    /// brings it to its end (``Refusing``). Throws `Refusal` for a run of which nothing is held, and for a reason that holds a card's code.
    public func refuse(_ id: RunID, _ decision: Decision) async throws -> RefusedRows {
        let run = try await ledger.read { try $0.heldRun(id, to: .refuse) }
        try await requireNoCode(in: decision, on: run)
        return try await ledger.owning(id, clock: clock) { claim in
            let refused = try await ledger.write(as: claim) { try $0.recordRefusal(of: id, decision) }
            crashPoints.reach("refuse.recorded")
            try await refuseRows(of: id, as: claim)
            return refused
        }
    }

    /// Gives every row that a recorded refusal means its status, a page of them in each transaction; their value counts for no limit any more.
    func refuseRows(of id: RunID, as claim: Claim) async throws {
        let now = clock.now()
        var last = 0
        while true {
            let lastDone = last
            guard let done = try await ledger.write(as: claim, { try $0.refusePage(of: id, after: lastDone, now: now) })
            else { return }
            crashPoints.reach("refuse.rows-changed")
            // A million of them take longer than a claim lasts.
            try await ledger.renew(claim)
            last = done
        }
    }
}

extension LedgerWriter {
    /// Takes the run out of its hold, with the reason that its rows are to get.
    fileprivate func recordRefusal(of id: RunID, _ decision: Decision) throws -> RefusedRows {
        var run = try heldRun(id, to: .refuse)
        let held = try tallies(of: id).filter { run.refusable.contains($0.status) }
        let refused = RefusedRows(
            rows: held.reduce(0) { $0 + $1.rows },
            value: held.reduce(0) { $0 + $1.value },
            hold: run.hold ?? run.reason ?? "held"
        )
        guard refused.rows > 0 else {
            throw Refusal(
                .wrongUsage,
                "nothing to refuse: no row of run \(id) is held, the run itself is (\(run.reason ?? "held")); "
                    + "once that is put right, 'dropline approve \(id) --reason TEXT' has it go on"
            )
        }
        let reason = decision.reasonOfRefusedRows
        (run.state, run.refuses, run.reason, run.attention) = (.open, reason, reason, nil)
        run.updatedAt = decision.at
        try put(run)
        let facts = "\(refused.rows) rows worth \(run.shown(refused.value)), held for: \(refused.hold)"
        try add(decision.entry(HoldDecision.refuse.event, facts, run: id))
        return refused
    }

    /// Refuses a page of rows after a line; returns the line of the last one, `nil` when there was none.
    fileprivate func refusePage(of id: RunID, after line: Int, now: Int64) throws -> Int? {
        guard var run = try run(id), let reason = run.refuses else { return nil }
        let page = try rows(of: id, statuses: run.refusable, after: line, limit: 2_000)
        guard let last = page.last else { return nil }
        for known in page {
            var row = known
            try refuse(&row, of: id, key: try run.card(of: row), because: reason, now: now)
            try update(row, of: id)
        }
        // Rows that a run has taken after its first look at the limits were not counted by every Dropline.
        run.takenValue = max(0, run.takenValue - page.reduce(0) { $0 + ($1.value ?? 0) })
        try put(run)
        return last.line
    }
}

extension Run {
    /// The status of rows that a person can refuse: those above a limit that an approval cut off by a crash has released stay held with their run.
    fileprivate var refusable: Set<RowStatus> { hold == nil ? [.held] : [.held, .planned] }
}

extension Decision {
    /// What stands beside a refused row in results and rejects: one line, and no longer than the console lets a reason be.
    fileprivate var reasonOfRefusedRows: String {
        "refused by \(who): " + reason.split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(500)
    }
}
