import Ledgers
import Pipelines

/// What a process that ended in the middle of a run, without a word, leaves to the next one: the run goes on after its last recorded stage.
///
/// A file that brings every process down would be taken up for ever and hold up those after it. So such ends are counted, from the third on the
/// run has its turn after the others, and after the tenth in a row it is put aside, or stopped once cards of it were taken.
struct CrashRecovery {
    /// From how many on in a row a run has its turn last.
    static let fewestForLastTurn = 3
    /// After how many in a row nobody works on it any more.
    static let most = 10

    /// Counts one, for the run that a claim took over.
    static func record(_ id: RunID, of pipeline: Pipeline, as claim: Claim, in installation: Installation) async throws
    {
        let now = installation.clock.now()
        let last = pipeline.chain.last?.rawValue
        try await forgetRows(of: id, last: last, as: claim, in: installation)
        try await installation.ledger.write(as: claim) { ledger in
            guard var run = try ledger.run(id), !run.state.isFinal, run.state != .held, let stage = run.nextStage else {
                return
            }
            run.interruptions += 1
            var detail = "the process that worked on it ended in the middle"
            if run.interruptions >= most {
                detail = "\(run.interruptions) processes in a row ended in the middle of the stage '\(stage)'"
                if run.verdict == nil { run.reason = detail }
                if !run.mayHoldCards, stage != last {
                    (run.state, run.verdict, run.nextStage) = (.open, .quarantined, last)
                    // Putting it aside is begun like any other work.
                    run.interruptions = 0
                } else {
                    (run.state, run.attention) = (.stopped, "\(detail); see what ends them, and run it again")
                }
            }
            run.updatedAt = now
            try ledger.put(run)
            try ledger.add(
                StageRecord(
                    run: id,
                    attempt: run.attempt,
                    stage: stage,
                    outcome: "interrupted",
                    detail: detail,
                    startedAt: now,
                    endedAt: now
                )
            )
        }
    }

    /// A file that is about to be put aside has no rows: none of them will ever have an outcome.
    private static func forgetRows(
        of id: RunID,
        last: String?,
        as claim: Claim,
        in installation: Installation
    ) async throws {
        guard let run = try await installation.ledger.read({ try $0.run(id) }), !run.mayHoldCards,
            run.interruptions + 1 >= most, let stage = run.nextStage, stage != last
        else { return }
        let limit = 2_000
        while try await installation.ledger.write(as: claim, { try $0.removeRows(of: id, limit: limit) }) == limit {}
    }
}

extension Run {
    /// Whether too many processes ended while they worked on it: a person sees to it first.
    var isSetAside: Bool { interruptions >= CrashRecovery.most }
}
