/// A gift card as the shop itself knows it, with its code in the clear.
public struct SandboxCard: Sendable, Hashable {
    /// The global id, `gid://shopify/GiftCard/650000000001`.
    public let id: String
    /// The code as the shop keeps it: lower case, no spaces, no dashes.
    public let code: String
    /// The initial value as decimal text, `25.0`.
    public let initialValue: String
    /// The balance as decimal text.
    public let balance: String
    /// The currency, ISO 4217.
    public let currency: String
    /// The internal note.
    public let note: String?
    /// Whether the card is enabled: a deactivated one is not.
    public let enabled: Bool
    /// The day of expiry, `2028-04-26`.
    public let expiresOn: String?
    /// When the card was made, `2026-05-05T20:34:00Z`.
    public let createdAt: String
    /// The customer's global id.
    public let customerId: String?
}

/// A bulk operation as the shop itself knows it.
public struct SandboxOperation: Sendable, Hashable {
    /// The global id, `gid://shopify/BulkOperation/7000000000001`.
    public let id: String
    /// The status as the API says it, `CREATED`, `RUNNING`, `COMPLETED` and so on.
    public let status: String
    /// The error code of a failed one.
    public let errorCode: String?
    /// The inner mutation, verbatim.
    public let query: String
    /// How many lines the file has.
    public let lineCount: Int
    /// How many lines were executed.
    public let objectCount: Int
    /// When it was made, `2026-05-05T20:34:00Z`.
    public let createdAt: String
    /// When it ended.
    public let completedAt: String?
}
