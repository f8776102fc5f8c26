import Commerce
import Ledgers
import Pipelines

/// Takes the cards of a run's rows: from here on no other file, worker or rerun can.
struct Taking {
    let context: StageContext
    let run: Run
    /// The shop's own domain, under which its cards are keyed.
    let domain: String

    /// Settles repeated codes, takes the cards, and holds the run if it is above a limit; the last transaction marks that all is taken.
    func take(_ currency: Currency) async throws {
        try await settleRepeats()
        let limits = try Amounts(context.pipeline.limits, currency)
        let taken = try await takeCards(limits)
        let hold = limits.reasonToHold(
            largest: taken.largest,
            sum: taken.value + taken.waiting,
            strange: taken.strange
        )
        if let hold { return try await self.hold(because: hold, taken, currency) }
        context.reach("before-taken")
        let (id, since) = (run.id, context.now() - 86_400_000)
        // The day's sum is read in the transaction that adds to it: two runs can't both stay just below.
        let aboveDay = try await context.write { ledger -> String? in
            let before = try ledger.valueTaken(shop: domain, since: since, except: id)
            let sum = taken.value + taken.waiting
            if let reason = limits.reasonToHold(day: before + sum, with: sum) { return reason }
            try mark(taken, currency, hold: nil, ledger)
            return nil
        }
        if let aboveDay { return try await self.hold(because: aboveDay, taken, currency) }
        context.reach("taken")
    }

    /// Holds the rows, and marks that all is taken.
    private func hold(because reason: String, _ taken: Taken, _ currency: Currency) async throws {
        try await context.changeRows([.planned]) { _, row in row.status = .held }
        context.reach("before-taken")
        try await context.write { try mark(taken, currency, hold: reason, $0) }
        context.reach("taken")
    }

    private func mark(_ taken: Taken, _ currency: Currency, hold: String?, _ ledger: any LedgerWriter) throws {
        guard var run = try ledger.run(run.id) else { return }
        let now = context.now()
        (run.shopDomain, run.currency) = (domain, currency.code)
        (run.takenAt, run.takenValue, run.hold) = (now, taken.value, hold)
        try ledger.put(run)
        if let hold { try ledger.add(AuditEntry(at: now, run: run.id, event: "held", detail: hold)) }
    }

    /// A code twice in the file: with one value the later rows are duplicates of the first, with several none of the rows is sent.
    private func settleRepeats() async throws {
        let id = run.id
        let repeated = try await context.read { try $0.repeatedKeys(of: id) }
        guard !repeated.isEmpty else { return }
        let byKey = Dictionary(repeated.map { ($0.key, $0) }) { first, _ in first }
        try await context.changeRows([.planned]) { _, row in
            guard let key = row.key, let group = byKey[key] else { return }
            if !group.valuesAgree {
                row.status = .conflict
                row.reason =
                    "the code stands on \(group.rows) lines with different values "
                    + "(the first is line \(group.firstLine), the last line \(group.lastLine))"
            } else if row.line != group.firstLine {
                row.status = .invalid
                row.reason = "a duplicate of line \(group.firstLine)"
            }
        }
    }

    private struct Taken {
        /// What the cards are worth that this run holds now.
        var value: Int64 = 0
        /// What the rows are worth that wait for another run, and may be taken later.
        var waiting: Int64 = 0
        var largest: Int64 = 0
        var strange = StrangeValues()
    }

    private func takeCards(_ limits: Amounts) async throws -> Taken {
        let (run, domain, now) = (run, domain, context.now())
        var taken = Taken()
        var count = 0
        var pages = RowPages(context: context, statuses: [.planned, .held])
        while case let page = try await pages.nextPage(), !page.isEmpty {
            let rows = try await context.write { ledger in
                try page.map { known in
                    guard let hash = known.key else { return known }
                    var row = known
                    try ledger.take(&row, of: run, key: ItemKey(kind: .giftCard, shop: domain, hash: hash), now: now)
                    if row != known { try ledger.update(row, of: run.id) }
                    return row
                }
            }
            // A row that waits for another run may be sent later, so the limits count it now.
            for row in rows where row.status == .planned || row.status == .unknown {
                if row.status == .planned { taken.value += row.value ?? 0 } else { taken.waiting += row.value ?? 0 }
                taken.largest = max(taken.largest, row.value ?? 0)
                if let value = row.value, !limits.allows(value) { taken.strange.add(value) }
            }
            count += page.count
            context.progress("taking cards", count)
            context.reach("batch-taken")
        }
        return taken
    }
}
