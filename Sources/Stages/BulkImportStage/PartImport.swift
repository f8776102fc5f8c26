import Commerce
import Ledgers
import Logging
import Pipelines
import Records
import Sealing
import Shopify

/// One part of a bulk file on its way through the shop, as a machine of states that the ledger remembers:
/// `intended → unanswered → started → ended`, or `single` where the shop takes no bulk operation for it.
struct PartImport {
    /// Whether there is more to do for the part.
    enum Progress {
        case ended
        /// Why, when to look again, and what a person should know of it.
        case waiting(String, after: Duration, attention: String? = nil)
    }

    let part: Artifact
    let run: Run
    let shop: ShopClient
    let context: StageContext
    let answerGrace: Duration

    /// Goes on from what the ledger knows of the part.
    func advance() async throws -> Progress {
        let (id, attempt, number) = (run.id, part.attempt, part.part)
        let known = try await context.read { ledger in
            try ledger.operations(of: id).first { $0.attempt == attempt && $0.part == number }
        }
        guard let stored = known else { return try await send(try await intend()) }
        let operation = stored.known(at: context.now())
        if operation != stored { try await put(operation) }
        switch operation.state {
        case .intended: return try await send(operation)
        case .unanswered: return try await find(operation)
        case .started: return try await follow(operation)
        case .single: return try await SingleCalls(part: part, run: run, shop: shop, context: context).advance()
        case .ended: return .ended
        }
    }

    // MARK: - Before anything is sent

    /// Marks the part's cards as being sent, and then the operation as intended.
    private func intend() async throws -> Operation {
        let (run, now) = (run, context.now())
        let (attempt, number) = (part.attempt, part.part)
        try await context.changeRows([.planned]) { ledger, row in
            guard row.position?.attempt == attempt, row.position?.part == number else { return }
            try ledger.submit(&row, of: run.id, key: try run.card(of: row), now: now)
        }
        let operation = Operation(
            run: run.id,
            attempt: attempt,
            part: number,
            name: Self.name(of: run.id, attempt: attempt, part: number, in: context.installation),
            total: part.count,
            sentAt: now
        )
        try await put(operation)
        context.reach("intended")
        return operation
    }

    // MARK: - Sending

    private func send(_ operation: Operation) async throws -> Progress {
        if let pause = try await context.pause() {
            try await rest(operation)
            return .waiting("\(pause)", after: Self.pauseLook)
        }
        try checkVersion()
        if let failed = operation.failedTries, !failed.isDue(at: context.now()) { return try waiting(for: failed) }
        let uploaded = try await upload(operation)

        // From here on the shop may have started it, whatever becomes of this process.
        var sent = uploaded
        (sent.state, sent.sends, sent.looks, sent.sentAt) = (.unanswered, operation.sends + 1, 0, context.now())
        sent.askedAt = operation.askedAt ?? sent.sentAt
        try await context.renew()
        try await put(sent)
        context.reach("unanswered")
        let start: BulkStart
        do {
            start = try await shop.runBulkMutation(
                giftCardCreateDocument(named: operation.name),
                path: uploaded.uploadedPath ?? ""
            )
        } catch let error as ShopError where error.isOutcomeUnknown {
            context.installation.meters.count(error)
            context.logger.warning("no answer to a bulk operation", metadata: ["error": "\(error)"])
            return .waiting("no answer came whether the bulk operation started; the shop is asked", after: .seconds(1))
        } catch let error as ShopError {
            try await put(uploaded)
            throw error
        }
        context.reach("answered")
        return try await settle(start, sent)
    }

    /// Uploads the part, unless it lies at the shop from a try that found all slots taken.
    private func upload(_ operation: Operation) async throws -> Operation {
        if operation.uploadedPath != nil, context.now() - operation.uploadedAt < Self.uploadLife { return operation }
        context.progress("uploading the bulk file", 0, of: part.count)
        let target = try await shop.stageUpload(name: "\(operation.name).jsonl", size: Int(part.size))
        context.reach("staged")
        var uploaded = operation
        do {
            uploaded.uploadedPath = try await shop.upload(to: target, reading: try context.open(part))
        } catch let error as ShopError where error.isFailedTry || error.code == .uploadTooLarge {
            _ = try await noteFailedTry(of: operation, because: "\(error)", stops: error.disposition == .stop)
            throw error
        }
        uploaded.uploadedAt = context.now()
        context.reach("uploaded")
        return uploaded
    }

    /// When a paused part is looked at again, within a sweep.
    static let pauseLook: Duration = .seconds(3_600)

    private func settle(_ start: BulkStart, _ sent: Operation) async throws -> Progress {
        var operation = sent
        operation.state = .intended
        switch start {
        case .started(let remote):
            (operation.state, operation.remoteID) = (.started, remote.id)
            (operation.slotSince, operation.failedTries) = (nil, nil)
            try await put(operation)
            context.reach("started")
            return try await follow(operation)
        case .busy(let others):
            operation.sends -= 1
            (operation.askedAt, operation.slotSince) = (nil, operation.slotSince ?? context.now())
            try await put(operation)
            return .waiting("the shop runs \(max(1, others.count)) other bulk operations", after: .seconds(5))
        case .mutationNotAllowed:
            operation.state = .single
            try await put(operation)
            context.logger.notice("the shop takes no bulk operation for gift cards; they go one call at a time")
            return .waiting("cards are made one call at a time", after: .zero)
        case .noSuchFile, .fileUnreadable:
            operation.uploadedPath = nil
            let why = "the shop could not read the uploaded file; it is uploaded again"
            return try waiting(for: try await noteFailedTry(of: operation, because: why))
        case .invalidFile(let error):
            try await put(operation)
            throw refusal(
                "\(error); a smaller 'part_size' at the stage 'bulk-file' makes smaller files, once it is run again from there"
            )
        case .refused(let errors):
            try await put(operation)
            throw refusal(errors.map { "\($0)" }.joined(separator: "; "))
        }
    }

    private func refusal(_ words: String) -> StageError {
        StageError(
            .misconfigured,
            "the shop '\(shop.settings.name)' refused the bulk operation: \(words)",
            disposition: .stop,
            side: .remote
        )
    }

    private func checkVersion() throws {
        guard let made = part.attributes["api_version"], made != shop.settings.version.rawValue else { return }
        throw StageError(
            .misconfigured,
            "the bulk file of run \(run.id) was made for API version \(made), and the shop is now configured for "
                + "\(shop.settings.version.rawValue); set 'api_version: \"\(made)\"' until this run is done",
            disposition: .stop,
            side: .configuration
        )
    }

    // MARK: - After a lost answer

    /// Looks for the operation by its name; only when it stays absent for a while was it never started.
    private func find(_ operation: Operation) async throws -> Progress {
        var known = operation
        if let remote = try await shop.bulkOperation(named: operation.name) {
            (known.state, known.remoteID, known.looks) = (.started, remote.id, 0)
            (known.slotSince, known.failedTries) = (nil, nil)
            try await put(known)
            return try await follow(known)
        }
        // A clock that was set back since would make the time begin in the future.
        known.sentAt = min(operation.sentAt, context.now())
        let passed = Duration.milliseconds(context.now() - known.sentAt)
        if passed >= answerGrace, operation.looks > 0 {
            known.state = .intended
            let why = "no answer came to its start, and the shop does not show it"
            known = try await noteFailedTry(of: known, because: why)
            context.reach("not-started")
            return try await send(known)
        }
        known.looks += 1
        try await put(known)
        return .waiting(
            "no answer came whether the bulk operation started; the shop is asked again",
            after: max(.seconds(1), answerGrace - passed)
        )
    }

    // MARK: - Following

    private func follow(_ operation: Operation) async throws -> Progress {
        guard let id = operation.remoteID else {
            throw LedgerError(.inconsistent, "operation \(operation.name) was started and has no id")
        }
        var known = operation
        guard let remote = try await cancelled(try await shop.bulkOperation(id), of: operation) else {
            known.looks += 1
            try await put(known)
            guard known.looks > Self.mostLooksForLost else {
                return .waiting("the shop does not show the bulk operation", after: .seconds(5))
            }
            return try await end(known, status: "not found", result: nil)
        }
        (known.status, known.errorCode) = ("\(remote.status)", remote.errorCode)
        known.progress = remote.objectCount ?? known.progress
        known.looks += 1
        context.progress("bulk operation \(remote.status)", known.progress, of: known.total)
        guard remote.status.isTerminal else {
            try await put(known)
            return .waiting(
                "the bulk operation has done \(known.progress) of \(known.total) cards",
                after: known.looks < 10 ? .seconds(1) : .seconds(5)
            )
        }
        known.endedAt = known.endedAt ?? context.now()
        guard let address = remote.url ?? remote.partialDataURL else {
            return try await end(known, status: "\(remote.status)", result: nil)
        }
        if let failed = known.failedTries, !failed.isDue(at: context.now()) { return try waiting(for: failed) }
        do {
            switch try await fetchResult(from: address, of: known, after: operation) {
            case .fetched(let result): return try await end(known, status: "\(remote.status)", result: result)
            case .later(let why, let wait): return .waiting(why, after: wait)
            case .gone: return try await end(known, status: "\(remote.status), result gone", result: nil)
            }
        } catch let error as ShopError where error.isFailedTry {
            _ = try await noteFailedTry(of: known, because: "\(error)")
            throw error
        }
    }

    func download(_ address: Secret) async throws -> Artifact {
        let file = try context.create(.bulkResult, attempt: part.attempt, part: part.part)
        _ = try await shop.download(address) { try file.write($0) }
        context.reach("downloaded")
        return context.artifact(
            .bulkResult,
            attempt: part.attempt,
            part: part.part,
            fileName: "\(run.stem)-\(part.attempt)-\(part.part)-BulkResult.jsonl",
            mediaType: "text/jsonl",
            count: 0,
            file: try await context.finish(file)
        )
    }

    private func end(_ operation: Operation, status: String, result: Artifact?) async throws -> Progress {
        var ended = operation
        (ended.state, ended.status, ended.failedTries) = (.ended, status, nil)
        ended.endedAt = operation.endedAt ?? context.now()
        let (known, id) = (ended, run.id)
        try await context.write { ledger in
            if let result { try ledger.put(result, of: id) }
            try ledger.put(known)
        }
        context.reach("ended")
        tellEnd(of: known)
        return .ended
    }

    func put(_ operation: Operation) async throws {
        try await context.write { try $0.put(operation) }
    }

    /// Shopify's policy for an upload ends after 24 hours; in milliseconds.
    private static let uploadLife: Int64 = 12 * 3_600_000
    private static let mostLooksForLost = 20
}
