import Foundation

/// The leaky bucket of query cost.
struct CostBucket: Sendable {
    let maximum: Int
    let restoreRate: Int
    private var available: Double
    private var filledAt: Date?

    init(maximum: Int, restoreRate: Int) {
        self.maximum = maximum
        self.restoreRate = restoreRate
        available = Double(maximum)
    }

    mutating func refill(at now: Date) {
        if let filledAt, now > filledAt {
            available = min(Double(maximum), available + now.timeIntervalSince(filledAt) * Double(restoreRate))
        }
        filledAt = now
    }

    func holds(_ cost: Int) -> Bool { available >= Double(min(cost, maximum)) }

    mutating func take(_ cost: Int) { available = max(0, available - Double(cost)) }

    /// The `extensions.cost` of an answer.
    func json(requested: Int, actual: Int?) -> JSON {
        [
            "requestedQueryCost": .int(requested), "actualQueryCost": actual.map(JSON.int) ?? .null,
            "throttleStatus": [
                "maximumAvailable": .int(maximum), "currentlyAvailable": .int(Int(available)),
                "restoreRate": .int(restoreRate),
            ],
        ]
    }
}
