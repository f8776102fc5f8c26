import AsyncHTTPClient
public import Commerce
public import HTTPS
public import Logging
public import Sealing
import Synchronization

/// Speaks with one shop's Admin API.
///
/// Calls that create something (`runBulkMutation`, `createGiftCard`) are sent once: again only where Shopify says that it did not execute them (THROTTLED, 429, 401 with
/// a renewed token) or where nothing had left this machine. All other calls are tried again a few times. All messages are free of tokens, codes and signed addresses.
public final class ShopClient: Sendable {
    /// The settings the client was made with.
    public let settings: ShopSettings

    let address: ShopAddress
    let http: HTTPClient
    let exchange: Exchange
    let logger: Logger
    let limits: ShopLimits
    let timing: ShopTiming
    let tokens: AccessTokens
    let pace = Mutex(CallPace())
    let lastProfile = Mutex<(profile: ShopProfile, at: Duration)?>(nil)
    let onBudget: @Sendable (CallBudget) -> Void

    /// Makes a client with connections of its own.
    ///
    /// `shutdown()` must be called before it goes; `withShopClient` does that. `roots` are whose certificates are believed; `onBudget` hears what each answer
    /// says of the budget of calls.
    ///
    /// - Throws: what `ShopSettings.validate()` throws.
    public init(
        _ settings: ShopSettings,
        logger: Logger,
        limits: ShopLimits = ShopLimits(),
        timing: ShopTiming = .system,
        trusting roots: TrustedRoots = .ofEnvironment,
        onBudget: @escaping @Sendable (CallBudget) -> Void = { _ in }
    ) throws(ShopError) {
        try settings.validate()
        self.settings = settings
        address = try settings.address()
        self.logger = logger
        self.limits = limits
        self.timing = timing
        self.onBudget = onBudget
        http = HTTPClient.make(trusting: roots, connect: limits.connect, silence: limits.silence)
        exchange = Exchange(http: http, roots: roots, shop: settings.name, limits: limits)
        tokens = AccessTokens(settings: settings, address: address, exchange: exchange, timing: timing, logger: logger)
    }

    /// The secrets that are sent to the shop at present, so that nothing it says shows one.
    public var secrets: [Secret] { get async { await tokens.secrets } }

    /// Closes the client's connections.
    public func shutdown() async throws {
        try await http.shutdown()
    }
}

/// Lends a client and closes its connections afterwards, also when the body fails; the client must not be kept.
///
/// - Throws: `ShopError` for settings that cannot be right, and whatever the body throws; a failure to close is only logged.
public func withShopClient<Result>(
    _ settings: ShopSettings,
    logger: Logger,
    limits: ShopLimits = ShopLimits(),
    timing: ShopTiming = .system,
    trusting roots: TrustedRoots = .ofEnvironment,
    _ body: (ShopClient) async throws -> Result
) async throws -> Result {
    let client = try ShopClient(settings, logger: logger, limits: limits, timing: timing, trusting: roots)
    let outcome: Swift.Result<Result, any Error>
    do { outcome = .success(try await body(client)) } catch { outcome = .failure(error) }
    do { try await client.shutdown() } catch {
        logger.debug("closing the shop's connections failed", metadata: ["shop": "\(settings.name)"])
    }
    return try outcome.get()
}
