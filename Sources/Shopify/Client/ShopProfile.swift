public import Commerce

/// What a shop says of itself.
public struct ShopProfile: Sendable, Equatable {
    /// The shop's own address, which never changes: `example.myshopify.com`.
    public let domain: String
    /// The name that its customers see.
    public let name: String
    /// The currency of its books.
    public let currency: Currency
    /// What a single card may be worth at most; `nil` if the app may not read it.
    public let issueLimit: Money?
    /// What the app may do, such as `write_gift_cards`; `nil` if the app may not read it.
    public let scopes: Set<String>?

    /// Makes a profile.
    public init(domain: String, name: String, currency: Currency, issueLimit: Money?, scopes: Set<String>?) {
        self.domain = domain
        self.name = name
        self.currency = currency
        self.issueLimit = issueLimit
        self.scopes = scopes
    }

    /// The scopes without which no card is made or found again.
    public static let neededScopes: Set<String> = ["read_gift_cards", "write_gift_cards"]

    /// Compares what the shop says with what the configuration expects.
    ///
    /// - Throws: `ShopError` with `.currencyMismatch` or, where the scopes are known, `.accessDenied` with the missing ones.
    public func verify(against settings: ShopSettings) throws(ShopError) {
        let doing = "checking the shop"
        guard currency == settings.currency else {
            let detail = "the shop's is \(currency), the configured one \(settings.currency)"
            throw ShopError(.currencyMismatch, doing: doing, shop: settings.name, detail: detail)
        }
        guard let scopes else { return }
        // A scope to write includes the one to read (https://shopify.dev/docs/api/usage/access-scopes).
        let missing = Self.neededScopes.filter { scope in
            !scopes.contains(scope) && !(scope.hasPrefix("read_") && scopes.contains("write_" + scope.dropFirst(5)))
        }
        guard missing.isEmpty else {
            let detail = "missing: \(missing.sorted().joined(separator: ", "))"
            throw ShopError(.accessDenied, doing: doing, shop: settings.name, detail: detail)
        }
    }
}
