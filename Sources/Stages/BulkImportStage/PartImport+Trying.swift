import Commerce
import Ledgers
import Logging
import Pipelines
import Shopify

/// What the shop would not do for a part, tried again ever more rarely; and what a person asked to be done with it.
extension PartImport {
    /// Records that something was tried for the operation in vain.
    func noteFailedTry(of operation: Operation, because reason: String, stops: Bool = false) async throws -> Operation {
        var known = operation
        known.failedTries = .after(
            operation.failedTries,
            attempt: part.attempt,
            at: context.now(),
            because: reason,
            stage: context.stage.rawValue,
            stops: stops
        )
        try await put(known)
        return known
    }

    /// Waits until it may be tried again; a run that only a person can help stays stopped until then.
    func waiting(for operation: Operation) throws -> Progress {
        try operation.failedTries.map(waiting(for:)) ?? .waiting("it is tried again", after: .zero)
    }

    func waiting(for failed: FailedTries) throws -> Progress {
        guard !failed.stops else {
            throw StageError(.misconfigured, failed.words, disposition: .stop, side: .remote)
        }
        return .waiting(
            failed.words,
            after: max(.seconds(1), failed.wait(at: context.now())),
            attention: failed.needsPerson ? failed.attention(of: run.id) : nil
        )
    }

    /// A part of a paused pipeline waits for no slot.
    func rest(_ operation: Operation) async throws {
        guard operation.slotSince != nil else { return }
        var resting = operation
        resting.slotSince = nil
        try await put(resting)
    }

    /// The operation as the shop shows it once a cancellation that a person asked for has reached it: the command that recorded the wish may have ended
    /// before it sent it, or without an answer.
    func cancelled(_ remote: BulkOperation?, of operation: Operation) async throws -> BulkOperation? {
        guard let remote, operation.cancelAskedAt != nil, !remote.status.isTerminal, remote.status != .canceling else {
            return remote
        }
        try await context.renew()
        let answer = try await shop.cancelBulkOperation(remote.id)
        context.reach("cancelled")
        context.logger.notice("a bulk operation is cancelled, as asked", metadata: ["operation": "\(operation.name)"])
        guard case .taken(let cancelled) = answer else { return remote }
        return cancelled
    }

    /// Says how an operation ended, and with which of the shop's words.
    func tellEnd(of operation: Operation) {
        context.logger.log(
            level: operation.status == "\(BulkOperation.Status.completed)" ? .info : .warning,
            "bulk operation ended",
            metadata: [
                "operation": "\(operation.name)", "status": "\(operation.status ?? "?")",
                "errorCode": "\(operation.errorCode ?? "none")", "done": "\(operation.progress)",
                "total": "\(operation.total)",
            ]
        )
    }
}

extension ShopError {
    /// Whether the shop was there and would not do it, though it may another time; where nobody could be reached nothing was tried.
    var isFailedTry: Bool {
        guard case .retry = disposition else { return false }
        return ![.unreachable, .throttled, .tooManyRequests].contains(code)
    }
}
