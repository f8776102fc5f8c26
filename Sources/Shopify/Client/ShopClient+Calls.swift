import Commerce
import Logging
import Records
import Sealing
import Synchronization

extension ShopClient {
    /// Executes a call and gives its `data`; any entry in `errors` is a failure.
    func data(of call: AdminCall) async throws -> AdminReply {
        try await reply(to: call) { $0.failure() }
    }

    /// Executes a call, again where nothing can be doubled by it.
    ///
    /// - Parameters:
    ///   - call: What to execute.
    ///   - failure: What of a readable answer is a failure; the throttled answer always is.
    /// - Returns: The first answer that is no failure.
    /// - Throws: `ShopError`, or `CancellationError`.
    func reply(to call: AdminCall, failure: (AdminReply) -> ShopError?) async throws -> AdminReply {
        var attempt = 1
        var refused: Secret?
        while true {
            let error: ShopError
            var wait: Duration?
            var used: Secret?
            do {
                let token = try await tokens.token(otherThan: refused)
                used = token
                let reply = try await send(call, token: token)
                if reply.isThrottled {
                    // Not executed (https://shopify.dev/docs/api/usage/limits), so it may go again.
                    wait = reply.cost?.wait
                    error = reply.meaning.error(.throttled, disposition: .retry(after: wait))
                } else if let failed = failure(reply) {
                    error = failed
                } else {
                    return reply
                }
            } catch let thrown as ShopError {
                error = thrown
                if case .retry(let after?) = thrown.disposition, thrown.code == .tooManyRequests { wait = after }
            }
            if error.code == .tokenRefused, refused == nil, settings.credentials.areRenewable {
                // 401 means that nothing was executed; once, since a new token that is refused too will not get better.
                refused = used
                continue
            }
            guard attempt < limits.attempts, error.code.isPassing, !error.isOutcomeUnknown else { throw error }
            let pause = (wait ?? backOff(attempt)) + .milliseconds(250) * timing.random()
            guard pause <= limits.wait else { throw error }
            logger.debug(
                "shop call is tried again",
                metadata: [
                    "shop": "\(settings.name)", "call": "\(call.name)", "error": "\(error.codeName)",
                    "attempt": "\(attempt)",
                ]
            )
            try await timing.sleep(pause)
            attempt += 1
        }
    }

    /// Half a second, doubled with each attempt, and spread by half of itself.
    func backOff(_ attempt: Int) -> Duration {
        .milliseconds(500) * Double(1 << min(attempt - 1, 10)) * (0.75 + timing.random() / 2)
    }

    private func send(_ call: AdminCall, token: Secret) async throws -> AdminReply {
        let delay = pace.withLock { $0.reserve(call.cost, now: timing.now()) }
        if delay > .zero { try await timing.sleep(min(delay, limits.wait)) }
        let answer = try await exchange.post(
            call.body,
            to: address.graphQL(settings.version),
            headers: [("content-type", "application/json"), ("x-shopify-access-token", token.reveal())],
            doing: call.doing,
            creates: call.creates
        )
        logger.debug(
            "shop call answered",
            metadata: ["shop": "\(settings.name)", "call": "\(call.name)", "status": "\(answer.status)"]
        )
        let meaning = AnswerMeaning(
            answer,
            doing: call.doing,
            shop: settings.name,
            creates: call.creates,
            scrubber: call.scrubber.hiding(token)
        )
        if let failure = meaning.statusFailure() { throw failure }
        guard let json = meaning.json() else { throw meaning.unreadable() }
        if let failure = meaning.versionFailure(asked: settings.version) { throw failure }
        let reply = AdminReply(json, meaning: meaning)
        if let cost = reply.cost { pace.withLock { $0.learn(cost, now: timing.now()) } }
        if let budget = reply.cost?.budget { onBudget(budget) }
        guard reply.data != nil || !reply.errors.isEmpty else { throw meaning.unreadable("neither data nor errors") }
        return reply
    }
}

extension ShopError.Code {
    /// Whether the same call may succeed a moment later.
    var isPassing: Bool {
        switch self {
        case .unreachable, .answerLost, .timedOut, .serverFailed, .internalError, .malformedAnswer, .tooManyRequests,
            .throttled:
            true
        default: false
        }
    }
}
