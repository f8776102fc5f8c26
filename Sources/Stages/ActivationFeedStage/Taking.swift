import Commerce
import Ledgers
import Pipelines

/// Takes the cards of a run's rows: from here on no other file, worker or rerun can.
///
/// When a run takes its cards anew, those that it has made count for the limits too; it is held only if there is something to be sent.
struct Taking {
    let context: StageContext
    let run: Run
    /// The shop's own domain, under which its cards are keyed.
    let domain: String

    /// Settles repeated codes, takes the cards, and holds the run if it is above a limit; the last transaction marks that all is taken.
    func take(_ currency: Currency) async throws {
        try await settleRepeats()
        var taken = try await takeCards()
        taken.kept = try await valueKept(besides: taken)
        let limits = try Amounts(context.pipeline.limits, currency)
        if taken.new > 0, let hold = limits.reasonToHold(largest: taken.largest, sum: taken.kept + taken.new) {
            return try await self.hold(because: hold, taken, currency)
        }
        context.reach("before-taken")
        let (id, known) = (run.id, taken)
        // The day's sum is read in the transaction that adds to it: two runs can't both stay just below.
        let aboveDay = try await context.write { ledger -> String? in
            let before = try ledger.valueTaken(shop: domain, since: dayBefore, except: id)
            let sum = recentlyKept(known) + known.new
            if known.new > 0, let reason = limits.reasonToHold(day: before + sum, with: sum) { return reason }
            try mark(known, currency, hold: nil, ledger)
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
        (run.takenValue, run.hold, run.retakes) = (recentlyKept(taken) + taken.value, hold, false)
        // What was taken stays where it was in time, unless something is taken now.
        if run.takenAt == nil || taken.value > 0 { run.takenAt = now }
        try ledger.put(run)
        if let hold { try ledger.add(AuditEntry(at: now, run: run.id, event: "held", detail: hold)) }
    }

    /// What the run's cards are worth that were made, or may have been, when it took its cards before.
    private func valueKept(besides taken: Taken) async throws -> Int64 {
        let id = run.id
        let tallies = try await context.read { try $0.tallies(of: id) }
        let sent = tallies.filter { [.activated, .submitted, .unknown].contains($0.status) }
        return sent.reduce(0) { $0 + $1.value } - taken.waiting
    }

    /// Of these what counts for the day.
    private func recentlyKept(_ taken: Taken) -> Int64 {
        run.takenAt.map { $0 > dayBefore } == true ? taken.kept : 0
    }

    private var dayBefore: Int64 { context.now() - 86_400_000 }

    /// A code twice in the file: with one value the later rows are duplicates of the first, with several none of the rows is sent.
    private func settleRepeats() async throws {
        let id = run.id
        let repeated = try await context.read { try $0.repeatedKeys(of: id) }
        guard !repeated.isEmpty else { return }
        let byKey = Dictionary(repeated.map { ($0.key, $0) }) { first, _ in first }
        let (domain, now) = (domain, context.now())
        try await context.changeRows([.planned]) { ledger, row in
            guard let key = row.key, let group = byKey[key] else { return }
            guard !group.valuesAgree || row.line != group.firstLine else { return }
            try ledger.free(row, of: id, key: ItemKey(kind: .giftCard, shop: domain, hash: key), now: now)
            if !group.valuesAgree {
                row.status = .conflict
                row.reason =
                    "the code stands on \(group.rows) lines with different values "
                    + "(the first is line \(group.firstLine), the last line \(group.lastLine))"
            } else {
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
        /// What the cards are worth that it took before, and that are made or looked for.
        var kept: Int64 = 0

        /// What may be sent from now on.
        var new: Int64 { value + waiting }
    }

    private func takeCards() async throws -> Taken {
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
            }
            count += page.count
            context.progress("taking cards", count)
            context.reach("batch-taken")
        }
        return taken
    }
}
