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
        let taken = try await takeCards()
        let hold = try await reasonToHold(taken, currency)
        if hold != nil { try await context.changeRows([.planned]) { _, row in row.status = .held } }
        let (id, domain, now) = (run.id, domain, context.now())
        context.reach("before-taken")
        try await context.write { ledger in
            guard var run = try ledger.run(id) else { return }
            (run.shopDomain, run.currency) = (domain, currency.code)
            (run.takenAt, run.takenValue) = (now, taken.value)
            run.hold = hold
            try ledger.put(run)
            if let hold { try ledger.add(AuditEntry(at: now, run: id, event: "held", detail: hold)) }
        }
        context.reach("taken")
    }

    /// A code twice in the file: with one value the later rows are duplicates of the first, with several none of the rows is sent.
    private func settleRepeats() async throws {
        let id = run.id
        let repeated = try await context.read { try $0.repeatedRows(of: id) }
        var changed: [Row] = []
        var rest = repeated[...]
        while let first = rest.first {
            let group = rest.prefix { $0.key == first.key }
            rest = rest.dropFirst(group.count)
            let agree = group.allSatisfy { $0.value == first.value }
            for var row in agree ? group.dropFirst() : group {
                row.status = agree ? .invalid : .conflict
                let others = group.filter { $0.line != row.line }.map { String($0.line) }.joined(separator: ", ")
                row.reason =
                    agree
                    ? "a duplicate of line \(first.line)" : "the same code stands with another value (line \(others))"
                changed.append(row)
            }
        }
        for start in stride(from: 0, to: changed.count, by: batchSize) {
            try await context.put(Array(changed[start..<min(start + batchSize, changed.count)]))
        }
    }

    private struct Taken {
        var value: Int64 = 0
        var largest: Int64 = 0
    }

    private func takeCards() async throws -> Taken {
        let (run, domain, now) = (run, domain, context.now())
        var taken = Taken()
        var count = 0
        var pages = RowPages(context: context, statuses: [.planned, .held])
        while case let page = try await pages.nextPage(), !page.isEmpty {
            let rows = try await context.write { ledger in
                try page.map { row in
                    guard let hash = row.key else { return row }
                    var row = row
                    try ledger.take(&row, of: run, key: ItemKey(kind: .giftCard, shop: domain, hash: hash), now: now)
                    try ledger.put(row, of: run.id)
                    return row
                }
            }
            // A row that waits for another run may be sent later, so the limits count it now.
            for row in rows where row.status == .planned || row.status == .unknown {
                taken.value += row.value ?? 0
                taken.largest = max(taken.largest, row.value ?? 0)
            }
            count += page.count
            context.progress("taking cards", count)
            context.reach("batch-taken")
        }
        return taken
    }

    // MARK: - Limits

    private func reasonToHold(_ taken: Taken, _ currency: Currency) async throws -> String? {
        let limits = context.pipeline.limits
        func money(_ units: Int64) -> Money { Money(minorUnits: units, currency: currency) }
        if let card = try amount(limits.card, "card", currency), taken.largest > card {
            return "a card of \(money(taken.largest)) is above the limit of \(money(card)) for one card"
        }
        if let file = try amount(limits.file, "file", currency), taken.value > file {
            return "the file's cards are worth \(money(taken.value)), above the limit of \(money(file)) for one file"
        }
        if let day = try amount(limits.day, "day", currency) {
            let (id, domain, since) = (run.id, domain, context.now() - 86_400_000)
            let before = try await context.read { try $0.valueTaken(shop: domain, since: since, except: id) }
            if taken.value > 0, before + taken.value > day {
                return
                    "with this file's cards of \(money(taken.value)), \(money(before + taken.value)) were taken within "
                    + "24 hours, above the limit of \(money(day)) for one day"
            }
        }
        return nil
    }

    private func amount(_ text: String?, _ name: String, _ currency: Currency) throws -> Int64? {
        guard let text else { return nil }
        do throws(Money.Fault) {
            return try Money(value: text, in: currency).minorUnits
        } catch {
            throw StageError(
                .misconfigured,
                "limits.\(name): '\(text)' is not an amount in \(currency): \(error.rawValue)",
                disposition: .stop,
                side: .configuration
            )
        }
    }
}
