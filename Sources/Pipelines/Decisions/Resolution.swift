public import Ledgers

/// What a person can say became of a row whose outcome could not be found out.
public enum ResolvedStatus: String, CaseIterable, Sendable {
    /// Its card was made from this row; the shop must show it.
    case activated
    /// Somebody else made its card, of the same value; the shop must show it.
    case alreadyActive = "already-active"
    /// No card came of it, and none will; the code may be taken by another row.
    case refused
    /// The code belongs to a card of another value or another origin.
    case conflict
}

/// What a person decides on one row.
public struct Resolution: Sendable {
    /// The run.
    public var run: RunID
    /// The row's line in the source.
    public var line: Int
    /// What became of it.
    public var status: ResolvedStatus
    /// The card that a person found at the shop, where several may be meant.
    public var cardID: String?

    /// Describes a resolution.
    public init(run: RunID, line: Int, status: ResolvedStatus, cardID: String? = nil) {
        (self.run, self.line, self.status, self.cardID) = (run, line, status, cardID)
    }
}
