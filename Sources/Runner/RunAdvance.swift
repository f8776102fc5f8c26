import Commerce
import Ledgers
import Logging
import Pipelines

/// Brings one run as far as it goes at this moment: claims it, calls its stages one after another, and leaves it to the next owner.
struct RunAdvance {
    struct Outcome {
        /// When, within this sweep, more can be done; `nil` when nothing can.
        var checkAfter: Duration?
        var fault: SweepFault?
        /// What a person should look at: the run is at its end or held, or what it waits for has lasted too long.
        var attention: String?
        /// Whether the run has become final.
        var isAtEnd = false
    }

    let run: RunID
    let pipeline: Pipeline
    let installation: Installation
    let control: LoopControl

    /// Runs stages until the run is final, waits, or fails; told is how often it has failed in this sweep.
    func advance(retries: Int) async throws -> Outcome {
        try await installation.ledger.withClaim(.run(run)) { claim in
            if claim.isTakenOver {
                installation.workspace.removeUnfinished(in: installation.workspace.folder(of: run))
                try await CrashRecovery.record(run, of: pipeline, as: claim, in: installation)
            }
            let current = RunAdvance(
                run: run,
                pipeline: pipeline,
                installation: try await installation.withCurrentKeys(),
                control: control
            )
            var outcome = try await current.stages(as: claim, retries: retries)
            let run = try await installation.ledger.read { [run] in try $0.run(run) }
            outcome.attention = run?.attention
            outcome.isAtEnd = run?.state.isFinal ?? false
            return outcome
        } ?? Outcome()
    }

    private func stages(as claim: Claim, retries: Int) async throws -> Outcome {
        while !control.mustHandOver, let (run, stage) = try await next(as: claim) {
            let logger = logger(run, type(of: stage).name)
            let context = StageContext(
                installation: installation,
                pipeline: pipeline,
                stage: type(of: stage).name,
                claim: claim,
                run: run,
                logger: logger
            )
            do {
                if type(of: stage).beginsWork, let pause = try await context.pause() {
                    logger.debug("not begun", metadata: ["why": "\(pause)"])
                    return Outcome()
                }
                logger.debug("stage begins")
                let artifacts = try await installation.ledger.read { try $0.artifacts(of: run.id) }
                let output = try await withRenewal(of: claim) {
                    try await stage.run(StageInput(run: run, artifacts: artifacts), in: context)
                }
                switch output {
                case .finished, .close: logger.info("stage finished")
                case .again(_, let why): logger.info("a new attempt begins", metadata: ["why": "\(why)"])
                case .waiting(let why, _, let after):
                    logger.debug("waiting", metadata: ["why": "\(why)"])
                    if let after { return Outcome(checkAfter: after) }
                    return Outcome(checkAfter: try await pauseBeforeRerun())
                case .held(let why, _):
                    logger.notice("held until a person approves or refuses it", metadata: ["why": "\(why)"])
                    return Outcome(checkAfter: try await pauseBeforeRerun())
                }
            } catch let error as CancellationError {
                throw error
            } catch let error as LedgerError where error.code == .claimLost {
                logger.notice("another process has taken over the run")
                return Outcome()
            } catch {
                // What fails because it was given up is no failure of the run.
                try Task.checkCancellation()
                if let outcome = try await Failure(error, run: run, stage: context, claim: claim).record(
                    retries: retries
                ) {
                    return outcome
                }
            }
        }
        return Outcome()
    }

    /// The run and its next stage, while there is one and nothing waits for a person.
    private func next(as claim: Claim) async throws -> (Run, any Stage)? {
        try await Refusing(run: run, pipeline: pipeline, installation: installation, claim: claim).finish()
        try await Rerunning(run: run, pipeline: pipeline, installation: installation, claim: claim).begin()
        let id = run
        guard let run = try await installation.ledger.read({ try $0.run(id) }), !run.state.isFinal, run.state != .held,
            !run.isSetAside, let name = run.nextStage
        else { return nil }
        guard let stage = pipeline.stages.first(where: { type(of: $0).name.rawValue == name }) else {
            throw StageError(
                .misconfigured,
                "run \(run.id) goes on at the stage '\(name)', which the pipeline '\(pipeline.name)' has not",
                disposition: .stop,
                side: .configuration
            )
        }
        return (run, stage)
    }

    /// Nothing is waited for when a person has asked meanwhile that the run runs again.
    private func pauseBeforeRerun() async throws -> Duration? {
        try await installation.ledger.read { [run] in try $0.run(run)?.rerunFrom == nil ? nil : .zero }
    }

    /// Keeps the claim alive for as long as a stage takes; a lost claim ends the stage.
    private func withRenewal(
        of claim: Claim,
        _ body: @escaping @Sendable () async throws -> StageOutput
    ) async throws -> StageOutput {
        try await withThrowingTaskGroup(of: StageOutput.self) { group in
            group.addTask { try await body() }
            group.addTask { [installation] in
                while true {
                    try await Task.sleep(for: Self.renewalInterval)
                    try await installation.ledger.renew(claim)
                }
            }
            defer { group.cancelAll() }
            guard let output = try await group.next() else { preconditionFailure("two tasks were added") }
            return output
        }
    }

    private func logger(_ run: Run, _ stage: StageName) -> Logger {
        var logger = installation.logger
        logger[metadataKey: "run"] = "\(run.id)"
        logger[metadataKey: "pipeline"] = "\(pipeline.name)"
        logger[metadataKey: "stage"] = "\(stage)"
        return logger
    }

    private static let renewalInterval: Duration = .seconds(20)
}
