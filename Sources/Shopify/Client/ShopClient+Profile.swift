import Commerce
import Records
import Synchronization

extension ShopClient {
    /// Asks the shop who it is, and with what currency, limit and scopes.
    ///
    /// What the app may not read is `nil` in the profile: a denied field takes the whole answer with it where the schema says it is never null, so it is asked again without.
    ///
    /// - Throws: `ShopError`; not for a currency or scopes that do not fit, which `ShopProfile.verify(against:)` looks at.
    public func profile() async throws -> ShopProfile {
        var withIssueLimit = true
        var withScopes = true
        while true {
            let call = AdminCall(
                "ShopProfile",
                Document.shopProfile,
                variables: ["withIssueLimit": .bool(withIssueLimit), "withScopes": .bool(withScopes)],
                doing: "asking the shop for its profile",
                cost: 3
            )
            let reply = try await reply(to: call) { reply in
                reply.errors.allSatisfy { $0.kind == .denied } ? nil : reply.failure()
            }
            if let profile = ShopProfile(reply) { return profile }
            let denied = Set(reply.errors.compactMap(\.path.first))
            if withIssueLimit, denied.contains("giftCardConfiguration") {
                withIssueLimit = false
            } else if withScopes, denied.contains("currentAppInstallation") {
                withScopes = false
            } else {
                throw reply.failure() ?? reply.meaning.unreadable("no shop")
            }
        }
    }
}

extension ShopProfile {
    fileprivate init?(_ reply: AdminReply) {
        guard let data = reply.data, let shop = data["shop"], let domain = shop["myshopifyDomain"]?.string,
            let name = shop["name"]?.string,
            let currency = shop["currencyCode"]?.string.flatMap(Currency.init)
        else { return nil }
        let handles = data["currentAppInstallation"]?["accessScopes"]?.array
        self.init(
            domain: domain,
            name: name,
            currency: currency,
            issueLimit: data["giftCardConfiguration"]?["issueLimit"].flatMap(Money.init(answered:)),
            scopes: handles.map { Set($0.compactMap { $0["handle"]?.string }) }
        )
    }
}

extension ShopClient {
    /// The profile, when the shop is what the configuration and a run that was begun expect.
    ///
    /// - Throws: `ShopError` with `.otherShop` when the shop's own domain is not the expected one, and what `profile()` and
    ///   `ShopProfile.verify(against:)` throw. A run that has begun in one shop never goes on in another: its cards would exist in both.
    ///
    /// Every stage of every file asks for this, so the shop is asked once a minute.
    public func verifiedProfile(expecting domain: String?) async throws -> ShopProfile {
        let profile = try await recentProfile()
        try profile.verify(against: settings)
        if let domain, domain != profile.domain {
            let detail = "begun for \(domain), and the configured address is \(profile.domain)"
            throw ShopError(.otherShop, doing: "checking the shop", shop: settings.name, detail: detail)
        }
        return profile
    }

    private func recentProfile() async throws -> ShopProfile {
        let now = timing.now()
        if let known = lastProfile.withLock({ $0 }), now - known.at < Self.profileLife { return known.profile }
        let profile = try await profile()
        lastProfile.withLock { $0 = (profile, now) }
        return profile
    }

    private static let profileLife: Duration = .seconds(60)
}
