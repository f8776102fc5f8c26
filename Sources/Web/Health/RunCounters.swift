import Ledgers

/// Counts what became final since the service began; as counters do, they begin again with it.
actor RunCounters {
    /// Files, by pipeline and how they ended.
    private(set) var files: [Labels: Double] = [:]
    /// Rows, by pipeline and what became of them.
    private(set) var rows: [Labels: Double] = [:]
    /// Money in a currency's own units, by pipeline, currency and what became of it.
    private(set) var money: [Labels: Double] = [:]
    /// Tries of stages, by pipeline, stage and how they ended.
    private(set) var durations: [Labels: Histogram] = [:]
    private let since: Int64
    private var isStarted = false
    private var newest = RunID(0)
    private var open: Set<RunID> = []

    init(since: Int64) { self.since = since }

    /// One try of counting.
    struct Finished: Sendable {
        let run: Run
        let tallies: [Tally]
        let stages: [StageRecord]
    }

    /// Counts the runs that became final since the last time.
    func update(from ledger: any Ledger) async throws {
        let (since, isStarted, newest, known) = (since, isStarted, newest, open)
        let (finished, unfinished, last) = try await ledger.read { ledger -> ([Finished], Set<RunID>, RunID) in
            var query = RunQuery()
            (query.after, query.since) = (newest, since)
            var candidates = try ledger.runs(query)
            if !isStarted {
                // Those that were under way when the service began end in its time.
                let before = RunQuery(states: RunState.unfinished)
                candidates += try ledger.runs(before).filter { $0.createdAt < since }
            }
            candidates += try known.compactMap { try ledger.run($0) }
            let last = candidates.map(\.id).max() ?? newest
            let done = try candidates.filter(\.state.isFinal).map {
                Finished(run: $0, tallies: try ledger.tallies(of: $0.id), stages: try ledger.stageRecords(of: $0.id))
            }
            return (done, Set(candidates.filter { !$0.state.isFinal }.map(\.id)), last)
        }
        // Two who ask at once count nothing twice.
        guard self.newest == newest, open == known, self.isStarted == isStarted else { return }
        (self.isStarted, self.newest, open) = (true, max(newest, last), unfinished)
        for run in finished { count(run) }
    }

    private func count(_ finished: Finished) {
        let run = finished.run
        files[["pipeline": run.pipeline, "outcome": run.state.rawValue], default: 0] += 1
        for tally in finished.tallies {
            rows[["pipeline": run.pipeline, "outcome": tally.status.rawValue], default: 0] += Double(tally.rows)
            guard let currency = run.currency else { continue }
            let labels: Labels = ["pipeline": run.pipeline, "outcome": tally.status.rawValue, "currency": currency]
            money[labels, default: 0] += amount(tally.value, currency)
        }
        for record in finished.stages where record.endedAt >= since {
            let labels: Labels = ["pipeline": run.pipeline, "stage": record.stage, "outcome": record.outcome]
            durations[labels, default: Histogram()].observe(Double(max(0, record.endedAt - record.startedAt)) / 1_000)
        }
    }
}
