import ActivationFeedStage
import BulkFileStage
import Pipelines
import ReconcileStage
import Shopify

extension StageOptions {
    /// The stages before the shop, from the one that reads the pipeline's files.
    func upToTheShop(_ shop: ShopClient) -> [any Stage] {
        let bulkFile = BulkFileStage(shop: shop, sendsCustomer: sendsCustomer, partSize: Int(partSize))
        guard !takesFeeds else { return [bulkFile] }
        return [ActivationFeedStage(shop: shop, codePrefix: codePrefix, quoting: quoting), bulkFile]
    }

    /// What the pipeline's files are.
    var sourceForm: SourceForm {
        takesFeeds ? .activationFeed : .giftCardFulfillment(codePrefix: codePrefix, quoting: quoting)
    }
}
