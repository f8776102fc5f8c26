/// The client's clock, its way to wait and its dice, so that a test can hold them.
public struct ShopTiming: Sendable {
    /// Time since some start, which never goes back.
    public let now: @Sendable () -> Duration
    /// Waits.
    public let sleep: @Sendable (Duration) async throws -> Void
    /// A number from 0 up to 1, by which waits are spread.
    public let random: @Sendable () -> Double

    /// Makes a timing.
    public init(
        now: @escaping @Sendable () -> Duration,
        sleep: @escaping @Sendable (Duration) async throws -> Void,
        random: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.sleep = sleep
        self.random = random
    }

    /// The machine's own clock.
    public static var system: ShopTiming {
        let start = ContinuousClock.now
        return ShopTiming(
            now: { ContinuousClock.now - start },
            sleep: { try await Task.sleep(for: $0) },
            random: { Double.random(in: 0..<1) }
        )
    }
}

/// How long and how large things may become, and how often they are tried.
public struct ShopLimits: Sendable {
    /// How long a connection may take to come about.
    public var connect: Duration = .seconds(10)
    /// How long one call may take, its answer included.
    ///
    /// Shopify itself gives up after about 10 seconds (https://shopify.dev/docs/api/usage/response-codes, 504).
    public var call: Duration = .seconds(30)
    /// How long a connection may be silent while an answer is read.
    public var silence: Duration = .seconds(60)
    /// How long an upload of at most 100 MB may take.
    public var upload: Duration = .seconds(900)
    /// How long a download may take.
    public var download: Duration = .seconds(3600)
    /// The size of an answer in bytes.
    public var answer = 10 * 1024 * 1024
    /// The size of a result file in bytes; that of a full bulk file has less than half of it.
    public var result = 2 << 30
    /// How often a call is sent at most where it may be sent again.
    public var attempts = 5
    /// The longest single wait inside the client; where Shopify asks for more, the call fails and its disposition says how long.
    public var wait: Duration = .seconds(60)

    /// The usual limits.
    public init() {}
}
