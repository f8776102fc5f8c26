public import Ledgers
public import Pipelines
import Shopify

extension BulkImportStage: CancelsOperations {
    /// Asks the shop to cancel the bulk operations of a run; `CancelsOperations` says how.
    ///
    /// What is safe about it: rows that the cancelled operation did not answer are `unknown`. They are looked up at the shop a minute later and sent again only
    /// where it shows no card of theirs; a card that appears even after that has its code, which the shop refuses to give out again, and its row's marker,
    /// by which it is told to be this row's.
    public func cancelOperations(
        of id: RunID,
        _ decision: Decision,
        in installation: Installation
    ) async throws -> Cancellation {
        let ledger = installation.ledger
        _ = try await ledger.read { try $0.cancellable(id) }
        return try await ledger.owning(id) { claim in
            let (run, operations) = try await ledger.read { try $0.cancellable(id) }
            _ = try await shop.verifiedProfile(expecting: run.shopDomain)
            let atShop = operations.filter(\.isAtShop)
            guard !atShop.isEmpty else {
                return Cancellation(run: id, parts: [], slots: try await slots(seenFrom: installation))
            }
            var parts: [Cancellation.Part] = []
            for operation in atShop {
                let cancelling = Cancelling(shop: shop, claim: claim, decision: decision, installation: installation)
                parts.append(try await cancelling.cancel(operation))
            }
            return Cancellation(run: id, parts: parts)
        }
    }

    /// What takes the shop's slots for bulk mutations, as far as it shows that.
    private func slots(seenFrom installation: Installation) async throws -> [Cancellation.Slot] {
        try await shop.bulkOperationsUnderWay().map { operation in
            Cancellation.Slot(
                id: operation.id,
                kind: "MUTATION",
                status: operation.status.word,
                since: operation.createdAt,
                name: operation.operationName,
                run: operation.operationName.flatMap { PartImport.run(of: $0, in: installation) }
            )
        }
    }
}

/// One operation that is being cancelled.
private struct Cancelling {
    let shop: ShopClient
    let claim: Claim
    let decision: Decision
    let installation: Installation

    func cancel(_ operation: Operation) async throws -> Cancellation.Part {
        guard let remote = try await shown(operation) else {
            return Cancellation.Part(operation: operation, outcome: .notFound)
        }
        var known = operation
        (known.state, known.remoteID, known.status) = (.started, remote.id, "\(remote.status)")
        known.progress = remote.objectCount ?? known.progress
        // What has ended is left to the next sweep, which fetches its result.
        guard !remote.status.isTerminal else { return Cancellation.Part(operation: known, outcome: .ended) }
        if remote.status == .canceling, known.cancelAskedAt != nil {
            return Cancellation.Part(operation: known, outcome: .alreadyCancelling)
        }
        known.cancelAskedAt = known.cancelAskedAt ?? installation.clock.now()
        try await put(known, "cancel-asked")
        installation.crashPoints.reach("cancel.recorded")
        try await installation.ledger.renew(claim)
        switch try await shop.cancelBulkOperation(remote.id) {
        case .ended: return Cancellation.Part(operation: known, outcome: .ended)
        case .unknown: return Cancellation.Part(operation: known, outcome: .notFound)
        case .taken(let cancelled):
            known.status = "\(cancelled.status)"
            try await put(known, "cancelled")
            installation.crashPoints.reach("cancel.answered")
            return Cancellation.Part(operation: known, outcome: .cancelling)
        }
    }

    /// The operation at the shop; one whose start was never answered is looked for by its name.
    private func shown(_ operation: Operation) async throws -> BulkOperation? {
        guard let id = operation.remoteID else { return try await shop.bulkOperation(named: operation.name) }
        return try await shop.bulkOperation(id)
    }

    /// Records it with an entry in the audit trail; a person is told again only if the cancellation lasts too long as well.
    private func put(_ operation: Operation, _ event: String) async throws {
        let (decision, id) = (decision, operation.run)
        let facts =
            "bulk operation \(operation.name) (\(operation.remoteID ?? "")), \(operation.progress) of \(operation.total) lines done"
        try await installation.ledger.write(as: claim) { ledger in
            try ledger.put(operation)
            if var run = try ledger.run(id) {
                if run.state == .waiting { run.attention = run.standingAttention }
                run.updatedAt = decision.at
                try ledger.put(run)
            }
            try ledger.add(decision.entry(event, facts, run: id))
        }
    }
}

extension LedgerReader {
    /// A run and what of it is at the shop or waits to be; throws `Refusal` when there is nothing to cancel.
    fileprivate func cancellable(_ id: RunID) throws -> (Run, [Operation]) {
        guard let run = try run(id) else { throw Refusal.unknownRun(id) }
        let operations = try operations(of: id).filter { $0.state != .ended }
        if operations.contains(where: { $0.isAtShop || $0.slotSince != nil }) { return (run, operations) }
        if operations.contains(where: { $0.state == .single }) {
            throw Refusal(
                .notNow,
                "run \(id) has no bulk operation: it goes one call at a time, and 'dropline pause \(run.pipeline) --reason TEXT' stops it between two calls"
            )
        }
        if !operations.isEmpty {
            throw Refusal(
                .notNow,
                "the bulk operation of run \(id) has not been started: there is nothing to cancel, and 'dropline pause \(run.pipeline) --reason TEXT' "
                    + "keeps it from being started"
            )
        }
        throw Refusal(
            .wrongUsage,
            "run \(id) is \(run.state.rawValue) and has no bulk operation at the shop: there is nothing to cancel"
        )
    }
}

extension PartImport {
    /// The name of the operation of a part, by which it is found at the shop.
    static func name(of run: RunID, attempt: Int, part: Int, in installation: Installation) -> String {
        "\(prefix(of: installation))\(run)_\(attempt)_\(part)"
    }

    /// The run of this installation that an operation's name is of; `nil` for a name that was given elsewhere.
    static func run(of name: String, in installation: Installation) -> RunID? {
        let prefix = prefix(of: installation)
        guard name.hasPrefix(prefix) else { return nil }
        return name.dropFirst(prefix.count).split(separator: "_").first.flatMap { Int64($0) }.map { RunID($0) }
    }

    private static func prefix(of installation: Installation) -> String { "DroplineGiftCards_\(installation.name)_" }
}
