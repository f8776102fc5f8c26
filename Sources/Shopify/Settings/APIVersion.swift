/// A version of the Admin API that the documents in this module were checked against.
///
/// Shopify answers a version it no longer knows with its oldest one, silently (https://shopify.dev/docs/api/usage/versioning);
/// `ShopClient` compares what was answered with what was asked.
public enum APIVersion: String, CaseIterable, Sendable {
    /// January 2026: the first with `bulkOperation(id:)` and five bulk operations at once.
    case v2026January = "2026-01"
    /// April 2026.
    case v2026April = "2026-04"
    /// July 2026: the value of a card is a `MoneyInput`.
    case v2026July = "2026-07"

    /// Whether a card's value is sent as `initialAmount {amount currencyCode}` and no longer as `initialValue`.
    ///
    /// `GiftCardCreateInput.initialValue` is deprecated from 2026-07; `initialAmount` is refused before it.
    public var usesInitialAmount: Bool { self == .v2026July }
}
