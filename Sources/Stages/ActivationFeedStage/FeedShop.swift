import Commerce
import Ledgers
import Pipelines
import Shopify

/// Whose cards the feed carries.
enum FeedShop: Sendable {
    /// A shop to which later stages send: it is asked what it is.
    case asked(ShopClient)
    /// One that the configuration names, and that nobody asks: the pipeline ends with the feed.
    case named(domain: String, currency: Currency)

    /// What the feed says of the shop, and what its cards are checked and keyed by.
    struct Terms {
        var domain: String
        var currency: Currency
        /// What the shop issues at most on one card; `nil` where it is not known.
        var issueLimit: Money?
        /// Under what the cards are keyed in the ledger.
        var keyDomain: String
    }

    /// Whether the pipeline ends with the feed.
    var endsWithFeed: Bool { if case .named = self { true } else { false } }

    /// Throws `ShopError` when the shop can't be asked, and for a run that was begun for another one.
    ///
    /// Cards that only stand in a feed are keyed by their pipeline too: a pipeline on the same ledger that takes the feed keys them by the shop alone,
    /// and activates them.
    func terms(of run: Run) async throws -> Terms {
        switch self {
        case .asked(let client):
            let profile = try await client.verifiedProfile(expecting: run.shopDomain)
            return Terms(
                domain: profile.domain,
                currency: profile.currency,
                issueLimit: profile.issueLimit,
                keyDomain: profile.domain
            )
        case .named(let domain, let currency):
            let keyDomain = "feed:\(run.pipeline)/\(domain)"
            guard run.shopDomain == nil || run.shopDomain == keyDomain else {
                throw StageError(
                    .misconfigured,
                    "run \(run.id) was begun for another shop than \(domain), or when the pipeline still sent to its shop; "
                        + "set the pipeline and its shop back",
                    disposition: .stop,
                    side: .configuration
                )
            }
            return Terms(domain: domain, currency: currency, issueLimit: nil, keyDomain: keyDomain)
        }
    }
}
