import Commerce
import Foundation
import Logging
import Pipelines
import Sealing
import Shopify

/// A `shops:` entry.
struct ShopConfiguration: Sendable {
    enum Credentials: Sendable {
        case token(SecretReference)
        case client(id: String, secret: SecretReference)
    }

    let name: String
    let url: String
    /// `nil` for a shop that is only named in activation feeds, and never called.
    let credentials: Credentials?
    /// Its own domain, where the file gives it.
    let domain: String?
    let version: APIVersion
    let currency: Currency
    private let folder: String

    init?(reading section: Section, name: String) {
        self.name = name
        folder = section.file.folder
        let url = section.requiredText("url")
        let version = section.word("api_version", or: APIVersion.v2026July)
        let currency = section.requiredText("currency").flatMap { text -> Currency? in
            let currency = Currency(text)
            if currency == nil {
                section.file.problem(section.value("currency"), "'\(text)' is not a currency code such as USD")
            }
            return currency
        }
        let token = section.secret("token")
        let id = section.text("client_id")
        let secret = section.secret("client_secret")
        let domain = section.text("domain")?.lowercased()
        if let domain, Self.host(of: "https://" + domain) != domain {
            section.file.problem(
                section.value("domain"),
                "'domain' is the shop's own, such as example.myshopify.com, without 'https://'"
            )
        }
        self.version = version
        let credentials: Credentials? =
            if let token { .token(token) } else if let id, let secret { .client(id: id, secret: secret) } else { nil }
        let isNamedOnly = domain != nil && id == nil && section.value("client_secret") == nil
        if section.value("token") == nil, section.value("client_secret") == nil || id == nil, !isNamedOnly {
            section.file.problem(
                section.node,
                "the shop needs 'token', or 'client_id' and 'client_secret'; or only 'domain', where all its pipelines end at 'activation-feed'"
            )
        } else if section.value("token") != nil, id != nil {
            section.file.problem(
                section.value("client_id"),
                "give 'token', or 'client_id' and 'client_secret', not both"
            )
        }
        guard let url, let currency, isNamedOnly || credentials != nil else { return nil }
        (self.url, self.currency, self.credentials, self.domain) = (url, currency, credentials, domain)
        let unchecked = ShopSettings(
            name: name,
            url: url,
            credentials: .token(Secret("unchecked")),
            version: version,
            currency: currency
        )
        do throws(ShopError) { try unchecked.validate() } catch {
            section.file.problem(section.value("url"), "\(error)")
            return nil
        }
    }

    /// The shop's own domain as far as the file tells it: by `domain`, or by an `url` that shows it.
    var ownDomain: String? { domain ?? Self.host(of: url) }

    /// The host of an address, where it is a shop's own domain.
    private static func host(of url: String) -> String? {
        let host = URL(string: url)?.host()?.lowercased()
        return host.flatMap { $0.hasSuffix(".myshopify.com") ? $0 : nil }
    }

    /// The settings with their secrets fetched.
    func settings() throws -> ShopSettings {
        let fetched: ShopSettings.Credentials
        switch credentials {
        case nil: preconditionFailure("that the shop can be called was checked when the pipeline's file was read")
        case .token(let reference): fetched = .token(try fetch(reference, "token"))
        case .client(let id, let reference): fetched = .client(id: id, secret: try fetch(reference, "client_secret"))
        }
        return ShopSettings(name: name, url: url, credentials: fetched, version: version, currency: currency)
    }

    /// A client with the secrets fetched; what the shop says of its budget is noted.
    func client(logger: Logger, meters: RemoteMeters) throws -> ShopClient {
        try ShopClient(try settings(), logger: logger) { [name] in meters.note($0, of: name) }
    }

    private func fetch(_ reference: SecretReference, _ key: String) throws -> Secret {
        try reference.fetch(in: folder, for: "shops.\(name).\(key)")
    }
}
