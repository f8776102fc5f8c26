import Ledgers
import Pipelines

/// Begins what a person asked for: that a run runs again from a stage.
///
/// Only the run's owner does this, and only once nothing of the run is under way at the shop: what was sent is first followed to its last result line.
/// A run that has not come as far as the stage goes on where it is, and one that was put aside begins at its first stage, so that none is left out.
/// Where the file with the shop's answer, or with what is sent call by call, is not what was recorded, nothing could ever be followed: the run begins
/// without it, and the shop is asked for each card whose answer is lost.
struct Rerunning {
    let run: RunID
    let pipeline: Pipeline
    let installation: Installation
    let claim: Claim

    /// What the ledger knows of the run at one moment.
    fileprivate struct Standing: Sendable {
        var run: Run
        var operations: [Ledgers.Operation]
        var hasSubmittedRows: Bool
        /// Whether files were made that are numbered by its attempt.
        var hasFilesOfAttempt: Bool
        /// Whether its attempt has made a feed of which some rows do not know yet that they stand in it.
        var hasOpenFeed: Bool
        /// What was sent and what was answered, part by part.
        var exchanged: [Artifact]
    }

    /// Begins it, when it is asked for and can be begun now.
    func begin() async throws {
        while let standing = try await standing(), let from = standing.run.rerunFrom, !standing.isAtTheShop {
            let target = target(of: standing.run, from: from)
            let isNewAttempt =
                standing.hasFilesOfAttempt && pipeline.stages[target...].contains { type(of: $0).numbersAttempts }
            // Who only publishes again needs no file of the exchange with the shop but those that are published.
            let onlyPublishes = target + 1 == pipeline.stages.count
            let lost =
                try onlyPublishes ? [] : standing.exchanged.filter { try !installation.isAsRecorded($0, of: run) }
            guard !standing.isUnderWay(without: lost) else { return }
            if isNewAttempt || !lost.isEmpty { try await doubtUnanswered(standing.run, lost) }
            if !onlyPublishes { try await renewPatience() }
            if try await commit(from, target, isNewAttempt, without: lost) {
                return installation.crashPoints.reach("rerun.begun")
            }
        }
    }

    private func standing() async throws -> Standing? {
        try await installation.ledger.read { [run] ledger in
            guard let known = try ledger.run(run), known.rerunFrom != nil else { return nil }
            let statuses = Set(try ledger.tallies(of: run).map(\.status))
            let artifacts = try ledger.artifacts(of: run)
            let made = Set(artifacts.filter { $0.attempt == known.attempt }.map(\.kind))
            return Standing(
                run: known,
                operations: try ledger.operations(of: run),
                hasSubmittedRows: statuses.contains(.submitted),
                hasFilesOfAttempt: !made.isDisjoint(with: [.bulkFile, .activationFeed]),
                hasOpenFeed: made.contains(.activationFeed) && statuses.contains(.planned),
                exchanged: artifacts.filter { $0.kind == .bulkFile || $0.kind == .bulkResult }
            )
        }
    }

    /// The place in the chain where the run begins.
    private func target(of run: Run, from: String) -> Int {
        let names = pipeline.chain.map(\.rawValue)
        let (asked, last) = (place(of: from), names.count - 1)
        if run.verdict != nil { return asked == last ? last : 0 }
        let reached = run.nextStage.flatMap(names.firstIndex(of:)) ?? last
        return min(asked, reached)
    }

    /// The place of the stage that was asked for; of the first one, where the pipeline doesn't have it any more.
    private func place(of from: String) -> Int { pipeline.chain.map(\.rawValue).firstIndex(of: from) ?? 0 }

    /// Rows of which the ledger says that they are being sent, though their operation was never asked for, or what it answered is lost: the shop is asked
    /// for their cards before they are sent again, as for any row without an answer.
    private func doubtUnanswered(_ run: Run, _ lost: [Artifact]) async throws {
        let now = installation.clock.now()
        let why = lost.isEmpty ? "its bulk operation never started" : "the shop's answer is lost"
        try await changeRows([.submitted]) { ledger, row in
            let doubt = CardOutcome.unknown(.unanswered, why)
            try ledger.settle(&row, of: run.id, key: try run.card(of: row), as: doubt, now: now)
        }
    }

    /// Rows that were looked for too long are looked for again, for as long as new ones.
    private func renewPatience() async throws {
        let now = installation.clock.now()
        try await changeRows([.unknown]) { _, row in row.unknownSince = now }
    }

    /// Changes rows page by page.
    private func changeRows(
        _ statuses: Set<RowStatus>,
        _ change: @escaping @Sendable (any LedgerWriter, inout Row) throws -> Void
    ) async throws {
        var last = 0
        while true {
            let (run, start) = (run, last)
            let end = try await installation.ledger.write(as: claim) { ledger -> Int? in
                let page = try ledger.rows(of: run, statuses: statuses, after: start, limit: 2_000)
                for known in page {
                    var row = known
                    try change(ledger, &row)
                    try ledger.update(row, of: run)
                }
                return page.last?.line
            }
            guard let end else { return }
            installation.crashPoints.reach("rerun.rows-changed")
            last = end
        }
    }

    /// Sends the run to its stage, in one transaction; `false` when a person has asked for an earlier one meanwhile.
    private func commit(
        _ from: String,
        _ target: Int,
        _ isNewAttempt: Bool,
        without lost: [Artifact]
    ) async throws -> Bool {
        installation.crashPoints.reach("rerun.before-commit")
        let (id, now, chain) = (run, installation.clock.now(), pipeline.chain)
        return try await installation.ledger.write(as: claim) { ledger in
            guard var run = try ledger.run(id), run.rerunFrom == from else { return false }
            if isNewAttempt { run.attempt += 1 }
            for var operation in try ledger.operations(of: id) where operation.isUnsent {
                guard isNewAttempt || lost.contains(where: { $0.isSent(by: operation) }) else { continue }
                (operation.status, operation.state) =
                    (operation.state == .single ? "single calls, bulk file lost" : "never started", .ended)
                try ledger.put(operation)
            }
            for file in lost {
                try ledger.removeArtifact(kind: file.kind, attempt: file.attempt, part: file.part, of: id)
            }
            // What was put aside stays so while only its outputs are published again.
            if run.verdict == nil || target + 1 < chain.count { (run.verdict, run.reason) = (nil, nil) }
            // Rows that are held go only if the first stage was asked for, which looks at the limits again; in any later one they need their approval.
            if place(of: from) == 0, run.takenAt != nil { run.retakes = true }
            (run.state, run.nextStage, run.rerunFrom) = (.open, chain[target].rawValue, nil)
            (run.failures, run.attention, run.updatedAt, run.finishedAt) = (0, nil, now, nil)
            try ledger.put(run)
            // What it puts on the drops from now on is to go in its turn, also when the clock was set back meanwhile.
            for var purge in try ledger.purges(of: id) where purge.doneAt != nil {
                purge.doneAt = nil
                try ledger.put(purge)
            }
            let left = lost.map { "\($0.kind) \($0.attempt)-\($0.part)" }.joined(separator: ", ")
            let without = lost.isEmpty ? "" : ", without what is not as it was recorded: \(left)"
            let detail = "from \(chain[target]), attempt \(run.attempt)\(without)"
            try ledger.add(AuditEntry(at: now, run: id, event: "runs-again", detail: detail))
            return true
        }
    }
}

extension Rerunning.Standing {
    /// Whether the shop may be working on something of the run; or a feed is made and its rows are not settled.
    fileprivate var isAtTheShop: Bool {
        hasOpenFeed || operations.contains { [.unanswered, .started].contains($0.state) }
    }

    /// Whether cards are made call by call, or the shop's answer is there and was not read; not where the file for that is lost.
    fileprivate func isUnderWay(without lost: [Artifact]) -> Bool {
        let current = operations.filter { $0.attempt == run.attempt }
        let single = current.filter { $0.state == .single }
        if !single.isEmpty { return single.allSatisfy { call in !lost.contains { $0.isSent(by: call) } } }
        guard hasSubmittedRows, !current.isEmpty, current.allSatisfy({ $0.state == .ended }) else { return false }
        return !lost.contains { $0.kind == .bulkResult && $0.attempt == run.attempt }
    }
}

extension Ledgers.Operation {
    /// Whether the shop has nothing of it, or is sent its cards one by one by whoever owns the run.
    fileprivate var isUnsent: Bool { state == .intended || state == .single }
}

extension Artifact {
    /// Whether it is the file that an operation sends.
    fileprivate func isSent(by operation: Ledgers.Operation) -> Bool {
        kind == .bulkFile && attempt == operation.attempt && part == operation.part
    }
}
