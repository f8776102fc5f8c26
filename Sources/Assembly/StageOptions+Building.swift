import ActivationFeedStage
import BulkFileStage
import BulkImportStage
import Commerce
import Pipelines
import ReconcileStage
import Shopify

/// The stages of a pipeline but the last, which delivers, and where that one sends a run back.
struct StagesBeforeDelivery {
    var stages: [any Stage]
    /// Where a run with rows whose outcome is not known goes on.
    var lookingAgainAt: StageName
    /// Where a held run goes on.
    var afterApproval: StageName
}

extension StageOptions {
    /// The stages before the shop, from the one that reads the pipeline's files.
    func upToTheShop(_ shop: ShopClient) -> [any Stage] {
        let bulkFile = BulkFileStage(
            shop: shop,
            sendsCustomer: sendsCustomer,
            partSize: Int(partSize),
            codePattern: takesFeeds ? codePattern : nil
        )
        return takesFeeds ? [bulkFile] : [ActivationFeedStage(shop: shop, reading: reading), bulkFile]
    }

    /// How the rows of NetSuite's files are read.
    private var reading: RowReading {
        RowReading(codePrefix: codePrefix, codePattern: codePattern, quoting: quoting)
    }

    /// All stages of a pipeline that sends to a shop.
    func through(_ shop: ShopClient) -> StagesBeforeDelivery {
        let reconcile = ReconcileStage(
            shop: shop,
            acceptsExisting: acceptsExisting,
            form: sourceForm,
            resending: BulkFileStage.name
        )
        return StagesBeforeDelivery(
            stages: upToTheShop(shop) + [BulkImportStage(shop: shop), reconcile],
            lookingAgainAt: ReconcileStage.name,
            afterApproval: BulkFileStage.name
        )
    }

    /// All stages of a pipeline that ends with the activation feed of a shop.
    func upToTheFeed(of shop: ShopConfiguration) -> StagesBeforeDelivery {
        guard let domain = shop.ownDomain else {
            preconditionFailure("the shop's domain was checked when the pipeline's file was read")
        }
        let feed = ActivationFeedStage(domain: domain, currency: shop.currency, reading: reading)
        return StagesBeforeDelivery(
            stages: [feed, ReportStage(form: sourceForm, beginning: ActivationFeedStage.name)],
            lookingAgainAt: ReportStage.name,
            afterApproval: ActivationFeedStage.name
        )
    }

    /// What the pipeline's files are.
    var sourceForm: SourceForm {
        takesFeeds ? .activationFeed : .giftCardFulfillment(codePrefix: codePrefix, quoting: quoting)
    }
}
