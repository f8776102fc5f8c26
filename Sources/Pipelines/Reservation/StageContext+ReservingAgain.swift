import Commerce
public import Ledgers

extension StageContext {
    /// Decides again on rows whose card another run holds, for it may have settled it by now.
    ///
    /// What is taken here counts for the day's limit from now on, for the run that held it may count it no longer; a run that would be above that limit is held.
    /// What a run takes while it is above a limit is held. The limits for a card and a file have counted these rows when the run first took its cards.
    public func decideAgain(on run: Run) async throws {
        let now = now()
        var pages = RowPages(context: self, statuses: [.unknown])
        while case let page = try await pages.nextPage(), !page.isEmpty {
            let waiting = page.filter { $0.doubt == .elsewhere }
            guard !waiting.isEmpty else { continue }
            try await write { try takeAgain(waiting, of: run, now: now, $0) }
            reach("rows-changed")
        }
    }

    private func takeAgain(_ waiting: [Row], of run: Run, now: Int64, _ ledger: any LedgerWriter) throws {
        var rows = waiting
        for index in rows.indices {
            try ledger.take(&rows[index], of: run, key: try run.card(of: rows[index]), now: now)
        }
        let value = rows.reduce(0) { $0 + ($1.status == .planned ? $1.value ?? 0 : 0) }
        if value > 0, try count(value, of: run.id, now: now, ledger) != nil {
            for index in rows.indices where rows[index].status == .planned { rows[index].status = .held }
        }
        for (known, row) in zip(waiting, rows) where row != known { try ledger.update(row, of: run.id) }
    }

    /// Counts what the run has taken, in the transaction that takes it; returns the limit that the run is above.
    private func count(_ value: Int64, of id: RunID, now: Int64, _ ledger: any LedgerWriter) throws -> String? {
        guard var run = try ledger.run(id), let domain = run.shopDomain else { return nil }
        let dayBefore = now - Reservation.day
        let known = run.takenAt.map { $0 > dayBefore } == true ? run.takenValue : 0
        (run.takenValue, run.takenAt) = (known + value, now)
        if run.hold == nil, let currency = run.currency.flatMap(Currency.init) {
            let before = try ledger.valueTaken(shop: domain, since: dayBefore, except: id)
            let limits = try LimitCheck(pipeline.limits, currency)
            run.hold = limits.reasonToHold(day: before + run.takenValue, with: value)
            if let hold = run.hold { try ledger.add(AuditEntry(at: now, run: id, event: "held", detail: hold)) }
        }
        try ledger.put(run)
        return run.hold
    }
}
