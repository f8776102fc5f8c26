import Ledgers
import Pipelines

/// What a person may decide on a run that is held.
enum HoldDecision: String {
    case approve, refuse

    /// What the audit trail says once it is taken.
    var event: String {
        switch self {
        case .approve: "approved"
        case .refuse: "refused"
        }
    }
}

extension LedgerReader {
    /// The run of a number, which is held.
    ///
    /// Throws `Refusal` where there is none and for one that is not held, with what became of it instead.
    func heldRun(_ id: RunID, to decide: HoldDecision) throws -> Run {
        guard let run = try run(id) else { throw Refusal.unknownRun(id) }
        if run.state == .held { return run }
        if let rerunFrom = run.rerunFrom {
            throw Refusal(
                .notNow,
                "run \(id) is to run again from \(rerunFrom), and is not held until it has; "
                    + "the next poll begins that, and 'dropline show \(id)' tells whether it is held then"
            )
        }
        let decided = try audit(of: id).last {
            [HoldDecision.approve.event, HoldDecision.refuse.event].contains($0.event)
        }
        guard !run.state.isFinal, let decided else {
            throw Refusal(
                .wrongUsage,
                "run \(id) is \(run.state.rawValue), not held: there is nothing to \(decide.rawValue)"
            )
        }
        let who = decided.who ?? "somebody"
        if decide == .refuse, decided.event == HoldDecision.approve.event {
            throw Refusal(
                .wrongUsage,
                "run \(id) was approved by \(who) and is \(run.state.rawValue): what was released can't be refused any more; "
                    + "'dropline pause \(run.pipeline) --reason TEXT' keeps back what has not been sent yet"
            )
        }
        throw Refusal(
            .wrongUsage,
            "run \(id) was \(decided.event) by \(who) already and is \(run.state.rawValue): there is nothing to \(decide.rawValue)"
        )
    }
}
