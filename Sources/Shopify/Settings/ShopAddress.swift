import FoundationEssentials
import Sealing

/// Where a shop's calls go, as text that was looked at once.
struct ShopAddress: Sendable, Equatable {
    /// Scheme, host, port and path, without a slash at the end.
    let base: String
    /// Whether the shop is on this machine, which alone makes `http` addresses acceptable.
    let isLoopback: Bool

    /// Where GraphQL documents are posted.
    func graphQL(_ version: APIVersion) -> String { base + "/admin/api/\(version.rawValue)/graphql.json" }

    /// Where client id and secret are exchanged for a token.
    var accessToken: String { base + "/admin/oauth/access_token" }

    /// Whether a file may be sent to, or read from, an address that the shop gave.
    func accepts(_ url: Secret) -> Bool {
        guard let parts = URLComponents(string: url.reveal()), let host = parts.host, !host.isEmpty else {
            return false
        }
        switch parts.scheme?.lowercased() {
        case "https": return true
        case "http": return isLoopback && Self.isLoopback(host)
        default: return false
        }
    }

    /// Whether a host is this machine by its name: `localhost`, `127.…` or `::1`.
    static func isLoopback(_ host: String) -> Bool {
        let bare = host.lowercased().filter { $0 != "[" && $0 != "]" }
        if bare == "localhost" || bare == "::1" { return true }
        let parts = bare.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}

extension ShopSettings {
    private static let doing = "reading the shop's settings"

    func address() throws(ShopError) -> ShopAddress {
        // The url is not repeated in the message: somebody may have put a password into it.
        guard let parts = URLComponents(string: url), let host = parts.host, !host.isEmpty, parts.user == nil,
            parts.password == nil,
            parts.query == nil, parts.fragment == nil, let scheme = parts.scheme?.lowercased(),
            scheme == "https" || scheme == "http"
        else { throw ShopError(.badURL, doing: Self.doing, shop: name) }
        let isLoopback = ShopAddress.isLoopback(host)
        guard scheme == "https" || isLoopback else { throw ShopError(.insecureURL, doing: Self.doing, shop: name) }
        var base = url
        while base.hasSuffix("/") { base.removeLast() }
        return ShopAddress(base: base, isLoopback: isLoopback)
    }

    func validateCredentials() throws(ShopError) {
        let parts: [(String, String)] =
            switch credentials {
            case .token(let token): [("token", token.reveal())]
            case .client(let id, let secret): [("client_id", id), ("client_secret", secret.reveal())]
            }
        for (what, text) in parts {
            guard !text.isEmpty else {
                throw ShopError(.badCredentials, doing: Self.doing, shop: name, detail: "\(what) is empty")
            }
            guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                let detail = "\(what) holds a blank, a line break or something else than ASCII"
                throw ShopError(.badCredentials, doing: Self.doing, shop: name, detail: detail)
            }
        }
    }
}

extension ShopSettings.Credentials {
    /// Whether a token that was refused can be replaced by a new one.
    var areRenewable: Bool {
        if case .client = self { true } else { false }
    }
}
