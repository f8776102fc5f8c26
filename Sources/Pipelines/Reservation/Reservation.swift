public import Commerce
public import Ledgers

/// The rows of a file whose cards are to be taken, from the first to the last.
public protocol SourceRows {
    /// The next row as it was read and checked on its own, or `nil` after the last one.
    ///
    /// Throws `StageError` with the disposition `quarantine` for a file that can't be read as what it should be.
    mutating func next() throws -> Row?
}

/// Takes the cards of a run's rows, which a pipeline's first stage does first: from here on no other file, worker or rerun can.
///
/// In order: content that was processed before is told; every row is read and recorded; codes that stand twice in the file are settled; the cards
/// are taken; the limits are looked at. Nothing is sent meanwhile, and after a crash each step gives the same again.
///
/// When a run takes its cards again, those that it has made count for the limits too; it is held only if there is something to be sent.
public struct Reservation: Sendable {
    private let context: StageContext
    private let run: Run
    private let domain: String
    private let currency: Currency

    /// Takes for a shop, under whose own domain its cards are keyed; where nothing is sent to a shop, under a name that no shop has.
    public init(_ run: Run, domain: String, currency: Currency, context: StageContext) {
        self.run = run
        self.domain = domain
        self.currency = currency
        self.context = context
    }

    /// Takes the cards of the rows, unless that is done already and not asked for again; returns how the run is to be closed where nothing can be taken.
    public func take(_ open: () throws -> some SourceRows, emptyBecause: String) async throws -> StageOutput? {
        guard !run.mayHoldCards else {
            // Where a process ended among them, some were taken, perhaps by another configuration.
            guard run.takenAt == nil || run.retakes else { return nil }
            try await SourceRecheck(context: context, run: run, domain: domain).update(open)
            try await takeAll()
            return nil
        }
        if let earlier = try await earlierRun() {
            return .close(.duplicate, "the same content as run \(earlier.id) (\(earlier.source.name))")
        }
        guard try await record(open) > 0 else { return .close(.empty, emptyBecause) }
        context.reach("rows-recorded")
        try await beginTaking()
        try await takeAll()
        return nil
    }

    /// A run that brought the same content to its end in this pipeline and shop, every row accepted.
    private func earlierRun() async throws -> Run? {
        try await context.read { [run, domain] ledger in
            var query = RunQuery(pipeline: run.pipeline, states: [.done])
            query.digest = run.digest
            return try ledger.runs(query).first { earlier in
                guard earlier.shopDomain == domain else { return false }
                let tallies = try ledger.tallies(of: earlier.id)
                return !tallies.isEmpty && tallies.allSatisfy { $0.status.isAccepted }
            }
        }
    }

    // MARK: - Rows

    /// Records every row as it was read; returns how many there are.
    private func record(_ open: () throws -> some SourceRows) async throws -> Int {
        do {
            var rows = try open()
            var count = 0
            var invalid: Row?
            var batch: [Row] = []
            while let row = try rows.next() {
                if row.status == .invalid, invalid == nil { invalid = row }
                batch.append(row)
                count += 1
                if batch.count == Self.batchSize {
                    try await context.put(batch)
                    batch.removeAll(keepingCapacity: true)
                    context.progress("reading rows", count)
                }
            }
            try await context.put(batch)
            if context.pipeline.quarantinesInvalid, let invalid {
                throw StageError.quarantine(
                    "line \(invalid.line): \(invalid.reason ?? "invalid") ('on_invalid: quarantine')"
                )
            }
            return count
        } catch let error as StageError where error.disposition == .quarantine {
            try await forget()
            throw error
        }
    }

    /// A file that is put aside has no rows: none of them will ever have an outcome.
    private func forget() async throws {
        let run = run.id
        while try await context.write({ try $0.removeRows(of: run, limit: Self.batchSize) }) == Self.batchSize {}
    }

    /// Rows per transaction: some milliseconds each.
    static let batchSize = 2_000

    // MARK: - Cards

    /// Marks that cards may be taken from here on, under this shop's domain: whatever happens, the file can't be put aside any more.
    private func beginTaking() async throws {
        let (id, domain, currency) = (run.id, domain, currency)
        try await context.write { ledger in
            guard var run = try ledger.run(id) else { return }
            (run.shopDomain, run.currency) = (domain, currency.code)
            try ledger.put(run)
        }
        context.reach("taking-begun")
    }

    /// Settles repeated codes, takes the cards, and holds the run if it is above a limit; the last transaction marks that all is taken.
    private func takeAll() async throws {
        try await settleRepeats()
        let limits = try LimitCheck(context.pipeline.limits, currency)
        var taken = try await takeCards(limits)
        taken.kept = try await valueKept(besides: taken)
        let hold = limits.reasonToHold(
            largest: taken.largest,
            sum: taken.kept + taken.new,
            strange: taken.strange
        )
        if taken.new > 0, let hold { return try await self.hold(because: hold, taken) }
        context.reach("before-taken")
        let (id, known) = (run.id, taken)
        // The day's sum is read in the transaction that adds to it: two runs can't both stay just below.
        let aboveDay = try await context.write { [domain] ledger -> String? in
            let before = try ledger.valueTaken(shop: domain, since: dayBefore, except: id)
            let sum = recentlyKept(known) + known.new
            if known.new > 0, let reason = limits.reasonToHold(day: before + sum, with: sum) { return reason }
            try mark(known, hold: nil, ledger)
            return nil
        }
        if let aboveDay { return try await self.hold(because: aboveDay, taken) }
        context.reach("taken")
    }

    /// Holds the rows, and marks that all is taken.
    private func hold(because reason: String, _ taken: Taken) async throws {
        try await context.changeRows([.planned]) { _, row in row.status = .held }
        context.reach("before-taken")
        try await context.write { try mark(taken, hold: reason, $0) }
        context.reach("taken")
    }

    private func mark(_ taken: Taken, hold: String?, _ ledger: any LedgerWriter) throws {
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
        let sent = tallies.filter { [.activated, .inFeed, .submitted, .unknown].contains($0.status) }
        return sent.reduce(0) { $0 + $1.value } - taken.waiting
    }

    /// Of these what counts for the day.
    private func recentlyKept(_ taken: Taken) -> Int64 {
        run.takenAt.map { $0 > dayBefore } == true ? taken.kept : 0
    }

    private var dayBefore: Int64 { context.now() - Self.day }

    /// The time that counts for the day's limit, in milliseconds.
    static let day: Int64 = 86_400_000

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
        var strange = StrangeValues()
        /// What the cards are worth that it took before, and that are made or looked for.
        var kept: Int64 = 0

        /// What may be sent from now on.
        var new: Int64 { value + waiting }
    }

    private func takeCards(_ limits: LimitCheck) async throws -> Taken {
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
