public import Ledgers
public import Pipelines

/// What a person released.
public struct Approval: Sendable, Equatable {
    /// How many rows are sent now.
    public let rows: Int
    /// What they are worth, in the smallest units of the run's currency.
    public let value: Int64
    /// Why the run was held.
    public let hold: String
}

extension Ledger {
    /// Releases a held run: its rows are sent when a sweep goes on with it.
    ///
    /// The run stays held until its last row is released; after a crash in between it is approved again. Throws `Refusal` for a run that is not held, and,
    /// where it needs two people, for whoever dropped its file.
    public func approve(_ id: RunID, needsTwoPeople: Bool, _ decision: Decision) async throws -> Approval {
        try await read { ledger in
            _ = try ledger.heldRun(id, to: .approve)
            guard needsTwoPeople,
                let dropped = try ledger.audit(of: id).first(where: { $0.event == AuditEntry.dropped }),
                dropped.who == decision.who
            else { return }
            throw Refusal(
                .wrongUsage,
                "\(decision.who) dropped the file of run \(id), and its pipeline says 'approval: two-people': somebody else approves it"
            )
        }
        return try await owning(id) { claim in
            _ = try await read { try $0.heldRun(id, to: .approve) }
            try await changeRows(of: id, [.held], as: claim) { $0.status = .planned }
            return try await write(as: claim) { ledger in
                var run = try ledger.heldRun(id, to: .approve)
                let released = try ledger.tallies(of: id).first { $0.status == .planned }
                let hold = run.hold ?? run.reason ?? "held"
                let approval = Approval(rows: released?.rows ?? 0, value: released?.value ?? 0, hold: hold)
                (run.state, run.hold, run.reason, run.attention) = (.open, nil, nil, nil)
                run.updatedAt = decision.at
                try ledger.put(run)
                let facts = "\(approval.rows) rows worth \(run.shown(approval.value)), held for: \(hold)"
                try ledger.add(decision.entry(HoldDecision.approve.event, facts, run: id))
                return approval
            }
        }
    }
}
