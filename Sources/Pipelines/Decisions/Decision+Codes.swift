import Commerce
public import Ledgers
import Sealing

extension Installation {
    /// Makes sure that what a person says on a run holds the code of no card that the ledger knows: it will stand in results, rejects and the audit trail.
    ///
    /// Codes are found with or without a prefix, capitals, spaces and dashes. Throws `Refusal` where there is one.
    public func requireNoCode(in decision: Decision, on run: Run) async throws {
        guard let shop = run.shopDomain else { return }
        let keyring = try await withCurrentKeys().keyring
        let keys = Set(GiftCardCode.possible(in: decision.reason).map { keyring.hash($0, shop: shop).bytes })
        let isKnown = try await ledger.read { ledger in
            try keys.contains { try ledger.item(ItemKey(kind: .giftCard, shop: shop, hash: $0)) != nil }
        }
        guard isKnown else { return }
        throw Refusal(
            .wrongUsage,
            "the reason holds a gift card's code, and would stand in results and in the audit trail; say it without the code"
        )
    }
}
