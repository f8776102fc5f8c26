/// What a shop last said of its budget of calls, in points.
///
/// Shopify's `extensions.cost.throttleStatus` (https://shopify.dev/docs/api/usage/limits).
public struct CallBudget: Sendable, Equatable {
    /// What was left.
    public let available: Double
    /// What there is at most.
    public let maximum: Double
    /// What comes back in each second.
    public let restoreRate: Double

    /// Describes a budget.
    public init(available: Double, maximum: Double, restoreRate: Double) {
        (self.available, self.maximum, self.restoreRate) = (available, maximum, restoreRate)
    }
}
