public import Commerce
public import Sealing

/// How a shop is reached: the configuration's `shops:` entry.
public struct ShopSettings: Sendable {
    /// How we show who we are.
    public enum Credentials: Sendable {
        /// An access token that stays valid until somebody withdraws it.
        case token(Secret)
        /// The id and secret of a Dev Dashboard app, for tokens of 24 hours that are asked for and renewed by the client.
        ///
        /// https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/client-credentials-grant
        case client(id: String, secret: Secret)
    }

    /// The name of the shop in the configuration, by which messages speak of it.
    public let name: String

    /// Where the shop is: `https://example.myshopify.com`, or the address of a sandbox on this machine.
    public let url: String

    /// How we show who we are.
    public let credentials: Credentials

    /// The version of the Admin API to ask for.
    public let version: APIVersion

    /// The currency in which the pipeline's values are meant; it must be the shop's own.
    public let currency: Currency

    /// Makes settings without looking at them; `validate()` does.
    public init(name: String, url: String, credentials: Credentials, version: APIVersion, currency: Currency) {
        self.name = name
        self.url = url
        self.credentials = credentials
        self.version = version
        self.currency = currency
    }

    /// Looks for what can be wrong without asking the shop.
    ///
    /// - Throws: `ShopError` with `.badURL` unless the address is `https://host[:port][/path]`, `.insecureURL` if it is `http` and the host is not this machine,
    ///   `.badCredentials` for an empty token, or one that holds something else than printable ASCII.
    public func validate() throws(ShopError) {
        _ = try address()
        try validateCredentials()
    }
}
