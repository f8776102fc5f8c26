import BulkFileStage
import DeliverStage
import FileDrops
import Foundation
import Ledgers
public import Logging
public import Pipelines
import SQLiteLedger
import Sealing
import Shopify

extension Configuration {
    /// Lends an installation of one pipeline that ends at the shop's door: files given to it are converted and checked against a copy of the ledger, and
    /// nothing of the real installation, its drops or its shop is changed.
    ///
    /// The shop is asked for its profile, which its rules come from, and for nothing else. The copy, and sealed files of the runs, lie in a temporary
    /// folder that is removed after the body. With an output folder the feed and the bulk file of each run are written there, mode 0600.
    ///
    /// Throws as `withInstallation`, and `StarterError` when no temporary folder can be made.
    public func withDryRun<Value>(
        of name: String,
        output: OutputFolder?,
        logger: Logger,
        progress: ProgressReporter = .silent,
        meters: RemoteMeters = RemoteMeters(),
        _ body: (OpenInstallation) async throws -> Value
    ) async throws -> Value {
        guard let pipeline = pipelines.first(where: { $0.name == name }) else { throw unknownPipeline(name) }
        guard let shop = shops[pipeline.stages.shop] else {
            preconditionFailure("the shop was checked when the file was read")
        }
        return try await withTemporaryFolder("dry-run") { folder in
            let installation = try await copyOfInstallation(
                in: folder,
                logger: logger,
                progress: progress,
                meters: meters
            )
            func rehearse(_ stages: StagesBeforeDelivery) async throws -> Value {
                let rehearsed = try pipeline.rehearsed(stages, in: folder, output: output)
                return try await body(OpenInstallation(installation: installation, pipelines: [rehearsed]))
            }
            guard pipeline.callsShop else {
                let feed = pipeline.stages.upToTheFeed(of: shop)
                return try await rehearse(output == nil ? feed.assumingPublication() : feed)
            }
            let client = try shop.client(logger: logger, meters: meters)
            let result: Result<Value, any Error>
            do {
                result = .success(try await rehearse(pipeline.stages.upToTheDoor(of: client)))
            } catch {
                result = .failure(error)
            }
            try? await client.shutdown()
            return try result.get()
        }
    }

    /// An installation that knows what the real one knows; a real one that was never used is not made.
    private func copyOfInstallation(
        in folder: String,
        logger: Logger,
        progress: ProgressReporter,
        meters: RemoteMeters
    ) async throws -> Installation {
        let path = folder + "/ledger.sqlite"
        if FileManager.default.fileExists(atPath: state) { try SQLiteLedger.copy(state, to: path) }
        let ledger = try SQLiteLedger(path: path)
        return Installation(
            name: "dry-run",
            ledger: ledger,
            workspace: try Workspace(root: folder + "/workspace"),
            keyring: try await existingKeyring(in: ledger) ?? .create(existingMasterKey() ?? .random()),
            progress: progress,
            meters: meters,
            logger: logger
        )
    }
}

extension PipelineConfiguration {
    /// The pipeline up to the shop, on no drop.
    fileprivate func rehearsed(
        _ before: StagesBeforeDelivery,
        in folder: String,
        output: OutputFolder?
    ) throws -> Pipeline {
        Pipeline(
            name: name,
            shop: stages.shop,
            source: try source.map { try $0.build(drop: try FolderDrop(name: $0.drop, root: folder)) },
            limits: limits,
            unknownAfter: unknownAfter,
            operationPatience: operationPatience,
            quarantinesInvalid: quarantinesInvalid,
            stages: before.stages + [
                DeliverStage(
                    targets: try output?.targets([.activationFeed, .bulkFile]) ?? [],
                    lookingAgainAt: before.lookingAgainAt,
                    afterApproval: before.afterApproval
                )
            ]
        )
    }
}

extension StageOptions {
    /// The stages before the shop, and one that stands for all beyond its door.
    fileprivate func upToTheDoor(of shop: ShopClient) -> StagesBeforeDelivery {
        StagesBeforeDelivery(
            stages: upToTheShop(shop) + [AssumedImport()],
            lookingAgainAt: DeliverStage.name,
            afterApproval: BulkFileStage.name
        )
    }
}

extension StagesBeforeDelivery {
    /// With a stage that stands for the publication of the feed, where nothing is published.
    fileprivate func assumingPublication() -> StagesBeforeDelivery {
        var before = self
        before.stages.append(AssumedPublication())
        return before
    }
}
