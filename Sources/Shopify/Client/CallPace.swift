import Commerce

/// What is left of the shop's budget of calls, as far as the last answer told: calls wait before they are thrown back.
///
/// The numbers come from `extensions.cost.throttleStatus`; until the first answer nothing is known and nothing waits
/// (https://shopify.dev/docs/api/usage/limits).
struct CallPace: Sendable {
    private var available = 0.0
    private var maximum = 0.0
    private var restoreRate = 0.0
    private var learnedAt = Duration.zero

    /// Takes what a call will cost, and says how long to wait until that much is there.
    mutating func reserve(_ cost: Double, now: Duration) -> Duration {
        guard restoreRate > 0 else { return .zero }
        available = left(at: now) - cost
        learnedAt = now
        return available < 0 ? .seconds(-available / restoreRate) : .zero
    }

    /// Takes over what an answer says.
    mutating func learn(_ cost: QueryCost, now: Duration) {
        guard let rate = cost.restoreRate, let left = cost.available, rate > 0 else { return }
        available = left
        maximum = cost.maximum ?? left
        restoreRate = rate
        learnedAt = now
    }

    private func left(at now: Duration) -> Double {
        min(maximum, available + (now - learnedAt) / .seconds(1) * restoreRate)
    }
}

/// What an answer says of its cost (`extensions.cost`); every number may be missing.
struct QueryCost: Sendable {
    let requested: Double?
    let available: Double?
    let maximum: Double?
    let restoreRate: Double?

    /// The budget, where the answer tells all of it.
    var budget: CallBudget? {
        guard let available, let maximum, let restoreRate else { return nil }
        return CallBudget(available: available, maximum: maximum, restoreRate: restoreRate)
    }

    /// How long until the requested cost is there.
    var wait: Duration? {
        guard let requested, let available, let restoreRate, restoreRate > 0 else { return nil }
        return .seconds(max(0, requested - available) / restoreRate)
    }
}
