/// The documents of this module, as `Documents/` holds them.
enum Document {
    static let shopProfile = text(PackageResources.ShopProfile_graphql)
    static let stagedUploadsCreate = text(PackageResources.StagedUploadsCreate_graphql)
    static let bulkOperationRunMutation = text(PackageResources.BulkOperationRunMutation_graphql)
    static let bulkOperation = text(PackageResources.BulkOperation_graphql)
    static let bulkOperations = text(PackageResources.BulkOperations_graphql)
    static let bulkOperationCancel = text(PackageResources.BulkOperationCancel_graphql)
    static let bulkOperationsUnderWay = text(PackageResources.BulkOperationsUnderWay_graphql)
    static let giftCardCreate = text(PackageResources.GiftCardCreate_graphql)
    static let giftCardLookup = text(PackageResources.GiftCardLookup_graphql)

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
