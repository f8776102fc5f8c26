import Ledgers
import Pipelines

/// Brings a run to its end of which a person refused what was held.
///
/// Only the run's owner does this, before any of its stages is called: no row is sent meanwhile.
struct Refusing {
    let run: RunID
    let pipeline: Pipeline
    let installation: Installation
    let claim: Claim

    /// Refuses the rows that a process which ended in the middle has left, and sends the run to the stage where it goes on.
    func finish() async throws {
        guard try await installation.ledger.read({ [run] in try $0.run(run)?.refuses }) != nil else { return }
        try await installation.refuseRows(of: run, as: claim)
        installation.crashPoints.reach("refuse.before-commit")
        let (id, chain, now) = (run, pipeline.chain, installation.clock.now())
        try await installation.ledger.write(as: claim) { ledger in
            guard var run = try ledger.run(id), run.refuses != nil else { return }
            // Rows that may still be sent go into a feed of their own, without those that are refused; else only the reports are left to be written.
            let isOpen = try ledger.tallies(of: id).contains { $0.status == .unknown }
            run.nextStage = (isOpen ? chain.first : chain.dropLast().last)?.rawValue
            (run.refuses, run.updatedAt) = (nil, now)
            try ledger.put(run)
        }
        installation.crashPoints.reach("refuse.finished")
    }
}
