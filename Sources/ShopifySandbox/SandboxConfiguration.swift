/// What kind of shop the sandbox is, and how it behaves.
public struct SandboxConfiguration: Sendable {
    /// The address to listen on; only a loopback address or `localhost` is accepted.
    public var host = "127.0.0.1"
    /// The port to listen on; 0 takes a free one.
    public var port = 0
    /// The shop's own domain.
    public var domain = "dropline-sandbox.myshopify.com"
    /// The shop's currency, ISO 4217.
    public var currency = "USD"
    /// The highest value of one gift card, decimal text.
    public var issueLimit = "2000.00"
    /// The highest value of a gift card sold as a product, decimal text; the API only tells it.
    public var purchaseLimit = "10000.00"
    /// An access token that does not expire.
    public var token = "shpat_sandbox"
    /// The client id for the client-credentials grant.
    public var clientID = "sandbox-client"
    /// The client secret for the client-credentials grant.
    public var clientSecret = "sandbox-secret"
    /// How long a granted token is valid, in seconds.
    public var tokenLifetime = 86_399
    /// The access scopes of every token; a write scope includes reading.
    public var scopes = ["read_gift_cards", "write_gift_cards", "read_customers", "write_customers"]
    /// The customers that exist, as global ids; nil means that every well-formed id is one.
    public var customers: [String]?
    /// How long a bulk operation takes at least, in seconds: a third of it CREATED, the rest RUNNING.
    public var operationSeconds = 0.3
    /// How much longer a bulk operation takes for each line, in seconds.
    public var secondsPerLine = 0.0
    /// How many bulk mutations may be under way at a time.
    public var operationSlots = 5
    /// The largest file of variables, in bytes.
    public var maximumFileBytes = 104_857_600
    /// Whether `giftCardCreate` may be run in bulk.
    public var allowsGiftCardsInBulk = true
    /// Orders the lines of bulk operations, made-up codes and made-up names.
    public var seed: UInt64 = 1
    /// The size of the bucket of query cost.
    public var maximumAvailable = 2000
    /// How many points of cost the bucket regains each second.
    public var restoreRate = 100
    /// How long every answer of the API is delayed, in seconds.
    public var latencySeconds = 0.0
    /// Faults in force from the start.
    public var faults: [SandboxFault] = []
    /// A file that keeps the shop over restarts, with a folder `‹path›.files` beside it; nil keeps nothing.
    public var statePath: String?

    /// A shop with the defaults above.
    public init() {}
}
