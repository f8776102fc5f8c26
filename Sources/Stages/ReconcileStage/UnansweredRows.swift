import Ledgers
import Pipelines
import Shopify

/// The rows of a run that were sent and got no answer: whatever the cause, they are sent again ever more rarely (`FailedTries`), and become a person's
/// once they have been unknown for as long as the pipeline says.
struct UnansweredRows {
    let run: Run
    let context: StageContext

    /// Counts, once for each attempt, that it left rows without an answer; returns how often that was so in a row by now, `nil` when it was not.
    ///
    /// A denial, of lines or of the whole operation, stops the run: only a person can give the app what it lacks.
    func count(denied: String?) async throws -> FailedTries? {
        let now = context.now()
        let counted = try await counted(denied: denied, now: now)
        if counted != run.failedSends {
            try await context.write { [id = run.id] ledger in
                guard var run = try ledger.run(id) else { return }
                run.failedSends = counted
                try ledger.put(run)
            }
        }
        return counted
    }

    private func counted(denied: String?, now: Int64) async throws -> FailedTries? {
        let known = run.failedSends?.known(at: now)
        guard known?.attempt != run.attempt, case let sent = try await operations(), !sent.isEmpty else { return known }
        let isOfAttempt = try await hasRows(ofAttempt: run.attempt)
        guard isOfAttempt else { return try await hasRows(ofAttempt: nil) ? known : nil }
        let denial =
            denied
            ?? sent.first { $0.errorCode == Self.denied }.map {
                "bulk operation \($0.name) \($0.ending). \(Self.permission)"
            }
        return .after(
            known,
            attempt: run.attempt,
            at: min(sent.compactMap(\.endedAt).max() ?? now, now),
            because: denial ?? sent.compactMap(\.failure).first ?? "the shop answered nothing for some rows",
            stage: context.stage.rawValue,
            pausing: sent.contains(where: \.wasCancelled) ? Self.settling : .zero,
            stops: denial != nil
        )
    }

    /// How the operations of the present attempt ended, where one of them failed; `nil` where all came to their last line.
    ///
    /// Results have it, in which no name stands that another installation would give otherwise.
    func ending() async throws -> String? { try await operations().first { $0.failure != nil }?.ending }

    private func operations() async throws -> [Operation] {
        try await context.read { [run] in try $0.operations(of: run.id).filter { $0.attempt == run.attempt } }
    }

    /// Whether rows without an answer are left, of one attempt or of any.
    private func hasRows(ofAttempt attempt: Int?) async throws -> Bool {
        let (now, patience) = (context.now(), context.pipeline.unknownAfter)
        var unknown = RowPages(context: context, statuses: [.unknown])
        while let row = try await unknown.next() {
            guard row.doubt == .unanswered, !row.isOverdue(at: now, after: patience) else { continue }
            if attempt == nil || row.position?.attempt == attempt { return true }
        }
        return false
    }

    private static let denied = "ACCESS_DENIED"
    private static let permission =
        "The app lacks the access scope 'write_gift_cards': give it to the app and install it again"
    /// Of a cancelled operation lines may still be executed for a while: so long nothing is looked up.
    private static let settling: Duration = .seconds(60)
}

extension Operation {
    /// `ended: failed, TIMEOUT`.
    fileprivate var ending: String { "ended: \(status ?? "unknown")" + (errorCode.map { ", \($0)" } ?? "") }

    /// The same with its name, of one that did not come to its last line, or whose result could not be had; `nil` of single calls.
    fileprivate var failure: String? {
        let isWhole = remoteID == nil || status == "\(BulkOperation.Status.completed)"
        return isWhole ? nil : "bulk operation \(name) \(ending)"
    }

    /// Whether it was cancelled, by a person or by Shopify, so that lines may still be executed.
    var wasCancelled: Bool { status?.hasPrefix("\(BulkOperation.Status.canceled)") == true }
}
