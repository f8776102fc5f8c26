public import Ledgers
public import Pipelines

/// What a person asks for: that a run runs again.
public struct RerunRequest: Sendable {
    /// The run.
    public var run: RunID
    /// The stages of its pipeline.
    public var chain: [StageName]
    /// The stage to begin at.
    public var from: StageName
    /// Whether outputs that are gone from the drop are published again too.
    public var again: Bool

    /// Describes a request.
    public init(run: RunID, chain: [StageName], from: StageName, again: Bool = false) {
        (self.run, self.chain, self.from, self.again) = (run, chain, from, again)
    }
}

extension Ledger {
    /// Records what a person asked for; whoever owns a run next, or owns it now, begins it (``PipelineRunner``).
    ///
    /// All of the requests are recorded, or none. One that comes while an earlier one has not begun is joined with it: the earlier stage holds. Throws
    /// `Refusal` for a run that is not there or can't run again, and while its pipeline is paused.
    public func request(_ reruns: [RerunRequest], _ decision: Decision) async throws {
        try await write { ledger in
            for rerun in reruns { try ledger.request(rerun, decision) }
        }
    }
}

extension LedgerWriter {
    fileprivate func request(_ rerun: RerunRequest, _ decision: Decision) throws {
        guard var run = try run(rerun.run) else { throw Refusal.unknownRun(rerun.run) }
        if let pause = try pause(of: run.pipeline) {
            throw Refusal(.notNow, "\(pause); 'dropline resume \(run.pipeline) --reason TEXT' ends it")
        }
        let publishes = rerun.from == rerun.chain.last
        if run.verdict == .incomplete, !publishes {
            throw Refusal(
                .wrongUsage,
                "run \(run.id) is incomplete: its file vanished while it was read, and only a part of it is kept; have it dropped again"
            )
        }
        try requireUnpurged(run.id, [.workspace, .ledger])
        guard try artifacts(of: run.id).contains(where: { $0.kind == .source }) else {
            throw Refusal(
                .wrongUsage,
                "run \(run.id) has no source: it was never read, or is not kept any more; have the file dropped again"
            )
        }
        let names = rerun.chain.map(\.rawValue)
        if let earlier = run.rerunFrom.flatMap(names.firstIndex(of:)),
            let asked = rerun.chain.firstIndex(of: rerun.from)
        {
            run.rerunFrom = names[min(earlier, asked)]
        } else {
            run.rerunFrom = rerun.from.rawValue
        }
        if publishes { run.republishes = rerun.again ? .all : run.republishes ?? .present }
        if run.verdict == nil { run.reason = "to run again from \(run.rerunFrom ?? "")" }
        (run.state, run.failures, run.interruptions) = (.open, 0, 0)
        (run.attention, run.failedSends, run.finishedAt) = (nil, run.failedSends?.startingOver, nil)
        run.updatedAt = decision.at
        try put(run)
        // What was tried in vain is tried at once.
        for var operation in try operations(of: run.id) where operation.failedTries != nil {
            operation.failedTries = nil
            try put(operation)
        }
        let again = rerun.again ? ", what is gone too" : ""
        try add(decision.entry("rerun", "from \(rerun.from)\(again)", run: run.id))
    }
}
