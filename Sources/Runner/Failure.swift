import Commerce
import Ledgers
import Logging
import Pipelines

/// What an error does to a run: its disposition decides, and nothing else.
struct Failure {
    private let error: any Error
    private let run: Run
    private let stage: StageContext
    private let claim: Claim
    private let fault: SweepFault

    init(_ error: any Error, run: Run, stage: StageContext, claim: Claim) {
        self.error = error
        self.run = run
        self.stage = stage
        self.claim = claim
        fault = SweepFault(error, run: run.id, in: stage.installation)
    }

    /// Records the failure; `nil` when the run goes on at once, towards its quarantine.
    func record(retries: Int) async throws -> RunAdvance.Outcome? {
        let disposition = disposition
        let (word, detail) = ((error as? any ClassifiedError)?.codeName ?? "unexpected", fault.message)
        stage.logger.info("stage failed", metadata: ["code": "\(word)", "error": "\(detail)"])
        let (id, name, attempt, now) = (run.id, stage.stage, run.attempt, stage.now())
        let last = stage.pipeline.chain.last?.rawValue
        try await stage.write { ledger in
            guard var run = try ledger.run(id) else { return }
            (run.failures, run.updatedAt) = (run.failures + 1, now)
            // What a person was told of a run that waits goes on while the shop can't be asked: else it would be told again afterwards.
            run.attention = (run.state == .waiting ? run.attention : nil) ?? run.standingAttention
            // Why a file is put aside is told beside it, however often that fails.
            if run.verdict == nil { run.reason = detail }
            switch disposition {
            case .retry: run.state = .waiting
            case .quarantine:
                // Putting it aside is begun like any other work.
                (run.state, run.verdict, run.nextStage, run.failures) = (.open, .quarantined, last, 0)
            case .hold: (run.state, run.attention) = (.held, detail)
            case .stop: (run.state, run.attention) = (.stopped, detail)
            }
            run.stayOpenForRerun()
            try ledger.put(run)
            try ledger.add(
                StageRecord(
                    run: id,
                    attempt: attempt,
                    stage: name.rawValue,
                    outcome: "failed",
                    detail: "\(word): \(detail)",
                    startedAt: now,
                    endedAt: now
                )
            )
        }
        switch disposition {
        case .quarantine: return nil
        case .retry(let after): return RunAdvance.Outcome(checkAfter: backOff(retries, asked: after), fault: fault)
        case .hold, .stop: return RunAdvance.Outcome(fault: fault)
        }
    }

    /// A file can be put aside only while none of its cards was taken, and not by the very stage that puts it aside.
    private var disposition: Disposition {
        guard let error = error as? any ClassifiedError else { return .stop }
        let canPutAside = run.takenAt == nil && stage.stage != stage.pipeline.chain.last
        return error.disposition == .quarantine && !canPutAside ? .stop : error.disposition
    }

    /// The next try within the sweep: after one second, two, four and eight, or what the shop asked for, spread by up to a half.
    ///
    /// After that the next sweep goes on. The clients of drops and shops have tried several times by themselves before.
    private func backOff(_ retries: Int, asked: Duration?) -> Duration? {
        guard retries < Self.retriesPerSweep else { return nil }
        let base = max(asked ?? .zero, .seconds(1 << retries))
        return base + base * (stage.installation.clock.random() / 2)
    }

    private static let retriesPerSweep = 4
}
