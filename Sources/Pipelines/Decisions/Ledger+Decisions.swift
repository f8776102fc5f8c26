public import Ledgers

extension Ledger {
    /// The run of a number that a person gave.
    ///
    /// Throws `Refusal` where there is none.
    public func knownRun(_ id: RunID) async throws -> Run {
        guard let run = try await read({ try $0.run(id) }) else { throw Refusal.unknownRun(id) }
        return run
    }

    /// Runs a body as the run's only owner; a sweep that works on it at this moment is waited for.
    ///
    /// Throws `Refusal` when it is not free within `patience`.
    public func owning<Value: Sendable>(
        _ id: RunID,
        patience: Duration = .seconds(10),
        clock: PipelineClock = .system,
        _ body: (Claim) async throws -> Value
    ) async throws -> Value {
        let start = clock.boot()
        while true {
            if let claim = try await claim(.run(id)) {
                do {
                    let value = try await body(claim)
                    try await release(claim)
                    return value
                } catch {
                    try? await release(claim)
                    throw error
                }
            }
            if let passed = clock.boot().since(start), passed > patience {
                throw Refusal(.notNow, "another process works on run \(id) at this moment; try again in a while")
            }
            try await clock.sleep(.milliseconds(50))
        }
    }

    /// Changes the rows of a run that have one of these statuses, page by page.
    public func changeRows(
        of id: RunID,
        _ statuses: Set<RowStatus>,
        as claim: Claim,
        _ change: @escaping @Sendable (inout Row) -> Void
    ) async throws {
        var last = 0
        while true {
            let start = last
            let end = try await write(as: claim) { ledger -> Int? in
                let rows = try ledger.rows(of: id, statuses: statuses, after: start, limit: 2_000)
                for row in rows {
                    var changed = row
                    change(&changed)
                    if changed != row { try ledger.put(changed, of: id) }
                }
                return rows.last?.line
            }
            guard let end else { return }
            last = end
        }
    }
}
