import Runner

/// What one receiver has been told and what waits for it; kept in the ledger, so that a restart repeats nothing and forgets nothing.
struct Outbox: Sendable, Equatable, Codable {
    /// The conditions that go on.
    var standing: [Standing] = []
    /// The messages that were not delivered yet, the oldest first.
    var waiting: [Alert] = []

    private static let gone = "the pipeline is not configured any more"

    /// How many messages wait at most; after that the oldest are given up.
    static let limit = 500

    /// Adds the messages for what has begun and ended since it was asked last.
    ///
    /// - Parameters:
    ///   - conditions: What a person should know now.
    ///   - seen: The pipelines of which is known what is over: after a start, nothing is until their source has been seen.
    ///   - isConfigured: Whether there is such a pipeline still; of one that is gone nothing goes on.
    ///   - now: Milliseconds since 1970.
    ///   - patience: How long a condition has lasted before it is told.
    ///   - nextID: Gives a new message its id.
    /// - Returns: How many messages were given up because too many wait.
    mutating func follow(
        _ conditions: [Condition],
        seen: Set<String>,
        isConfigured: (String) -> Bool = { _ in true },
        at now: Int64,
        patience: Int64,
        nextID: () -> String
    ) -> Int {
        let over = standing.filter { told in
            (seen.contains(told.pipeline) || !isConfigured(told.pipeline))
                && !conditions.contains(where: told.isSame(as:))
        }
        standing.removeAll(where: over.contains)
        waiting += over.map { told in
            Alert(.ended, told, id: nextID(), ended: now, why: isConfigured(told.pipeline) ? nil : Self.gone)
        }

        let begun = conditions.filter { condition in
            now - condition.since >= patience && !standing.contains { $0.isSame(as: condition) }
        }
        for condition in begun.sorted(by: { ($0.since, $0.pipeline) < ($1.since, $1.pipeline) }) {
            let id = nextID()
            let told = Standing(condition, alert: id)
            standing.append(told)
            waiting.append(Alert(.began, told, id: id))
        }
        let surplus = max(0, waiting.count - Self.limit)
        waiting.removeFirst(surplus)
        return surplus
    }
}
