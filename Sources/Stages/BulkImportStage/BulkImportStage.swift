import Ledgers
public import Pipelines
public import Shopify

/// Has Shopify make the cards of a bulk file: uploads each part, runs and follows its bulk operation, and fetches its result.
///
/// It never waits: an operation that still runs leaves the run `waiting`, and a later call goes on with it. What is about to be asked for stands in
/// the ledger before it is asked for, so that after a lost answer or a crash the shop is asked first, and nothing is sent blindly again.
public struct BulkImportStage: Stage {
    /// `bulk-import`.
    public static let name: StageName = "bulk-import"

    let shop: ShopClient
    private let answerGrace: Duration

    /// Makes the stage for a shop.
    ///
    /// `answerGrace` is how long after a lost answer an operation may still appear at the shop; only then is it asked for again.
    public init(shop: ShopClient, answerGrace: Duration = .seconds(10)) {
        self.shop = shop
        self.answerGrace = answerGrace
    }

    /// Brings every part of this attempt as far as it goes at this moment.
    public func run(_ input: StageInput, in context: StageContext) async throws -> StageOutput {
        let parts = input.artifacts(.bulkFile, attempt: input.run.attempt)
        if !parts.isEmpty { _ = try await shop.verifiedProfile(expecting: input.run.shopDomain) }
        try await requireUnsent(parts, input.run, context)
        var waiting: [(why: String, after: Duration)] = []
        var told: [String] = []
        for part in parts {
            let importing = PartImport(
                part: part,
                run: input.run,
                shop: shop,
                context: context,
                answerGrace: answerGrace
            )
            if case .waiting(let why, let after, let attention) = try await importing.advance() {
                waiting.append((why, after))
                if let attention { told.append(attention) }
            }
        }
        guard let next = waiting.min(by: { $0.after < $1.after }) else { return try await context.commit(.finished) }
        told += try await OverdueOperations(run: input.run, context: context).words()
        let attention = told.isEmpty ? nil : told.joined(separator: "; ")
        // What a person is told of is not followed any longer within this sweep.
        let after = attention == nil ? next.after : nil
        return try await context.commit(.waiting(waiting[0].why, checkAfter: after)) { _, run in
            run.attention = attention
        }
    }

    /// Makes sure, before a row is marked as sent, that the parts of which nothing is sent yet are what was recorded.
    private func requireUnsent(_ parts: [Artifact], _ run: Run, _ context: StageContext) async throws {
        let begun = try await context.read { [run] in try $0.operations(of: run.id) }
        for part in parts where !begun.contains(where: { $0.attempt == part.attempt && $0.part == part.part }) {
            _ = try context.open(part)
        }
    }
}
