import Foundation
import Hummingbird
public import Logging

/// A Shopify shop on this machine: its Admin API for gift cards and bulk mutations, its storage for uploads and results.
///
/// It listens on loopback only. The API and `/admin/oauth/access_token` are as Shopify's; `/sandbox/…` is for people and
/// tests: `GET /sandbox/cards?limit=`, `/sandbox/operations`, `/sandbox/state`, `/sandbox/faults`; `POST /sandbox/cards`
/// (`code`, `value`, `currency`, `note`), `/sandbox/cards/{number}/disable` and `…/expire`, `/sandbox/faults`,
/// `/sandbox/clock` (`seconds` to add); `DELETE /sandbox/faults`. They need no token.
public final class Sandbox: Sendable {
    private let configuration: SandboxConfiguration
    private let logger: Logger
    private let shop: Result<Shop, SandboxError>

    /// A shop as configured, with the state of an earlier one if there is a state file.
    ///
    /// What is wrong with the configuration is thrown by `run`.
    public init(_ configuration: SandboxConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        do {
            shop = .success(try Shop(configuration, logger: logger))
        } catch let error as SandboxError {
            shop = .failure(error)
        } catch {
            shop = .failure(SandboxError(.unreadableState, "\(error)"))
        }
    }

    static func isLoopback(_ host: some StringProtocol) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Serves until cancelled.
    ///
    /// Bulk operations that were under way in a shop with a state file go on where they were.
    ///
    /// - Parameter onReady: is told the port once requests are taken.
    /// - Throws: `SandboxError` with `.hostNotLoopback`, `.badConfiguration` or `.unreadableState`, and what the
    ///   network throws, such as a port that is taken.
    public func run(onReady: @escaping @Sendable (Int) async -> Void) async throws {
        guard Self.isLoopback(configuration.host) else {
            throw SandboxError(.hostNotLoopback, "the sandbox listens on loopback only, not on \(configuration.host)")
        }
        let shop = try shop.get()
        // The web server reports being stopped as an error.
        var quiet = logger
        quiet.logLevel = .critical
        let application = Application(
            responder: SandboxResponder(shop: shop, configuration: configuration),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                serverName: nil
            ),
            onServerRunning: { channel in await onReady(channel.localAddress?.port ?? 0) },
            logger: quiet
        )
        defer { logger.debug("sandbox ended") }
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await application.run() }
                group.addTask { await BulkRunner(shop: shop).run() }
                try await group.next()
                group.cancelAll()
            }
        } catch {
            await shop.removeTemporaryFiles()
            throw error
        }
        await shop.removeTemporaryFiles()
    }

    /// The gift cards, oldest first.
    public func cards() async -> [SandboxCard] {
        await (try? shop.get())?.cards() ?? []
    }

    /// The bulk operations, oldest first.
    public func operations() async -> [SandboxOperation] {
        await (try? shop.get())?.operations() ?? []
    }

    /// Puts faults into force, after those that are.
    public func inject(_ faults: SandboxFault...) async {
        await (try? shop.get())?.inject(faults)
    }

    /// Ends all faults, save those that operations under way already have.
    public func clearFaults() async {
        await (try? shop.get())?.clearFaults()
    }

    /// Makes the shop's clock go ahead, for what expires.
    public func advanceClock(by duration: Duration) async {
        await (try? shop.get())?.advanceClock(by: duration / .seconds(1))
    }

    /// Makes a card by hand in the shop.
    ///
    /// - Throws: `SandboxError` with `.badConfiguration` if the code is taken or the value is no amount.
    @discardableResult
    public func addCard(
        code: String,
        initialValue: String,
        currency: String? = nil,
        note: String? = nil
    ) async throws -> SandboxCard {
        try await shop.get().addCard(code: code, value: initialValue, currency: currency, note: note)
    }

    /// Disables a card by hand.
    ///
    /// - Throws: `SandboxError` with `.noSuchCard`.
    public func disable(_ id: String) async throws {
        _ = try await shop.get().disable(Int(SearchRules.tail(id)) ?? 0)
    }

    /// Lets a card expire yesterday.
    ///
    /// - Throws: `SandboxError` with `.noSuchCard`.
    public func expire(_ id: String) async throws {
        _ = try await shop.get().expire(Int(SearchRules.tail(id)) ?? 0)
    }
}
