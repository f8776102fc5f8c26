import Ledgers
import Logging
import Pipelines
import Sealing
import Shopify

/// What became of a try to fetch the result of an operation that has ended at the shop.
enum ResultFetch {
    /// It is in the workspace.
    case fetched(Artifact)
    /// It is to be tried again after a while, with the address that the operation has then.
    case later(why: String, after: Duration)
    /// Several addresses were refused one after the other: there is no result any more.
    case gone
}

extension PartImport {
    /// Fetches the result of an operation from the address that the shop has just given for it.
    ///
    /// Shopify signs a new address each time the operation is asked for, so that one which is refused says little about the file: the operation is asked
    /// again a few times, over a quarter of a minute, before the result counts as gone and each row costs a look-up. The refusals are in the ledger, so that
    /// neither a crash nor the next sweep begins to count again.
    ///
    /// - Parameters:
    ///   - address: What the shop has just given.
    ///   - operation: The operation as it was just seen.
    ///   - previous: The operation as the ledger knew it before.
    /// - Returns: What became of it.
    /// - Throws: `ShopError`. A download that breaks off is one: whoever calls the stage again asks for the operation again, and so for a new address.
    func fetchResult(
        from address: Secret,
        of operation: Operation,
        after previous: Operation
    ) async throws -> ResultFetch {
        do {
            return .fetched(try await download(address))
        } catch let error as ShopError where error.code == .downloadExpired {
            var refused = operation
            refused.status = "\(operation.status ?? ""), result refused"
            // Once the operation has ended, its looks are counted from the first refusal.
            refused.looks = previous.status == refused.status ? previous.looks + 1 : 1
            context.installation.meters.count(error)
            context.logger.warning(
                "the address of a bulk operation's result was refused",
                metadata: ["operation": "\(operation.name)", "error": "\(error)", "refusals": "\(refused.looks)"]
            )
            guard refused.looks <= Self.waitsForNewAddress.count else { return .gone }
            try await context.write { [refused] in try $0.put(refused) }
            context.reach("result-refused")
            return .later(
                why: "the shop is asked for a new address of the bulk operation's result",
                after: Self.waitsForNewAddress[refused.looks - 1]
            )
        }
    }

    private static let waitsForNewAddress: [Duration] = [.seconds(1), .seconds(2), .seconds(4), .seconds(8)]
}
