import DeliverStage
public import FileDrops
import Foundation
public import Ledgers
public import Logging
public import Pipelines
import PollStage
public import Runner
import SQLiteLedger
import Sealing
import Shopify

/// An installation with everything opened: ledger, workspace, keys, drops, and the clients of its shops.
public struct OpenInstallation: Sendable {
    /// What every run shares.
    public let installation: Installation
    /// The pipelines, ordered by name.
    public let pipelines: [Pipeline]

    /// A runner for one of the pipelines.
    public func runner(_ pipeline: Pipeline) -> PipelineRunner {
        PipelineRunner(pipeline: pipeline, intake: PollIntake(), installation: installation)
    }

    /// A loop that serves one of the pipelines.
    public func loop(
        _ pipeline: Pipeline,
        _ configuration: PipelineConfiguration?,
        watcher: FolderWatcher?,
        board: ServiceBoard
    ) -> PipelineLoop {
        PipelineLoop(
            pipeline,
            intake: PollIntake(),
            in: installation,
            schedule: configuration?.schedule,
            watches: configuration?.watches ?? true,
            watcher: watcher,
            board: board
        )
    }

    /// One sweep of every pipeline, all at once, so that a drop or a shop that hangs delays no other; reports in the order of the names.
    public func sweep(waitsForSecondLook: Bool, wait: Duration) async throws -> [SweepReport] {
        try await withThrowingTaskGroup(of: SweepReport.self) { group in
            for pipeline in pipelines {
                group.addTask { try await runner(pipeline).sweep(waitsForSecondLook: waitsForSecondLook, wait: wait) }
            }
            return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.pipeline < $1.pipeline }
        }
    }

    /// Makes a run of a local file that a person gives; the file stays where it is.
    ///
    /// Its outputs go to the drops, or to a folder only.
    public func take(
        _ path: String,
        shownAs shown: String? = nil,
        for pipeline: Pipeline,
        output: OutputFolder? = nil,
        giving: AuditEntry?
    ) async throws -> RunID {
        let real = (path as NSString).resolvingSymlinksInPath
        let folder = real.folderPart
        let drop = try FolderDrop(name: "local", root: folder.isEmpty ? "." : folder)
        return try await GivenIntake().take(
            try DropPath(real.namePart),
            from: drop,
            shownAs: shown ?? path,
            for: pipeline,
            outputTo: output?.path,
            giving: giving,
            in: installation
        )
    }
}

extension OpenInstallation {
    /// Makes a run of a file that lies in memory; on the disk it is never but sealed.
    public func take(
        _ bytes: [UInt8],
        named name: String,
        for pipeline: Pipeline,
        giving: AuditEntry?
    ) async throws -> RunID {
        let file = try FileInMemory(bytes, named: name, at: installation.clock.now() * 1_000_000)
        return try await GivenIntake().take(
            file.path,
            from: file,
            shownAs: name,
            for: pipeline,
            giving: giving,
            in: installation
        )
    }
}

extension Configuration {
    /// Opens the ledger alone, for looking at its history; `nil` where nothing was ever run, and nothing is made.
    public func openLedger() throws -> (any Ledger)? {
        FileManager.default.fileExists(atPath: state) ? try SQLiteLedger(path: state) : nil
    }

    /// Opens the ledger alone, for a decision that may come before the first run; it is made where there is none.
    public func makeLedger() throws -> any Ledger { try SQLiteLedger(path: state) }

    /// Lends the opened installation, and closes what it opened.
    ///
    /// Throws `ConfigurationProblems` for secrets that can't be had, `SealingError` for a master key that is not this ledger's, `LedgerError`, and what the
    /// body throws.
    public func withInstallation<Value>(
        logger: Logger,
        progress: ProgressReporter = .silent,
        meters: RemoteMeters = RemoteMeters(),
        only names: [String] = [],
        _ body: (OpenInstallation) async throws -> Value
    ) async throws -> Value {
        try requirePipelines(names)
        return try await withPipelines(
            in: try await openInstallation(logger: logger, progress: progress, meters: meters),
            only: names,
            body
        )
    }

    /// Lends the pipelines on an installation that is open already, and closes their drops and shops after the body.
    ///
    /// Throws `ConfigurationProblems` for secrets that can't be had, before the body runs, and what the body throws.
    public func withPipelines<Value>(
        in installation: Installation,
        only names: [String] = [],
        _ body: (OpenInstallation) async throws -> Value
    ) async throws -> Value {
        let needed = chosenPipelines(names)
        let drops = try openDrops(needed.reduce(into: []) { $0.formUnion($1.dropNames) })
        var clients: [String: ShopClient] = [:]
        let result: Result<Value, any Error>
        do {
            for shop in Set(needed.filter(\.callsShop).map(\.stages.shop)) {
                guard let configured = shops[shop] else { continue }
                clients[shop] = try configured.client(logger: installation.logger, meters: installation.meters)
            }
            let built = try needed.map { pipeline in
                try pipeline.build(
                    drops: drops,
                    shops: shops,
                    clients: clients,
                    othersHere: namesOfOthers(beside: pipeline)
                )
            }
            result = .success(try await body(OpenInstallation(installation: installation, pipelines: built)))
        } catch {
            result = .failure(error)
        }
        for client in clients.values { try? await client.shutdown() }
        await close(drops.values)
        return try result.get()
    }

    /// Opens ledger, workspace and keys, without drops and shops; what is missing is made.
    public func openInstallation(
        logger: Logger,
        progress: ProgressReporter = .silent,
        meters: RemoteMeters = RemoteMeters()
    ) async throws -> Installation {
        let conditions = TestConditions()
        let ledger = try SQLiteLedger(path: state, lease: conditions.lease)
        let keyring = try await openKeyring(in: ledger)
        let workspace = try Workspace(root: workspace)
        TemporaryFolders.removeAbandoned()
        workspace.removeUnfinished(in: Workspace.incoming)
        return Installation(
            name: try await installationName(in: ledger),
            ledger: ledger,
            workspace: workspace,
            keyring: keyring,
            clock: conditions.clock,
            crashPoints: conditions.crashPoints,
            progress: progress,
            meters: meters,
            logger: logger
        )
    }

    func unknownPipeline(_ name: String) -> UnknownPipeline {
        UnknownPipeline(name: name, known: pipelines.map(\.name))
    }

    // MARK: - Keys

    /// The keyring that the ledger keeps, wrapped by the master key; both are made for a new ledger.
    private func openKeyring(in ledger: any Ledger) async throws -> Keyring {
        if let known = try await existingKeyring(in: ledger) { return known }
        if !keyIsCredential { try Self.makeFolder(of: keyPath) }
        let master =
            keyIsCredential ? try masterKey() : try .loadOrCreate(keyPath)
        let made = try Keyring.create(master).wrapped
        // Two processes may both find a new ledger; the keys of the first one stay.
        let kept = try await ledger.write { ledger in
            if let kept = try LedgerKeys.read(ledger) { return kept }
            try LedgerKeys.write(made, to: ledger)
            return made
        }
        return try Keyring(unwrapping: kept, master: master)
    }

    /// The keyring that the ledger keeps; `nil` for a new ledger.
    func existingKeyring(in ledger: any Ledger) async throws -> Keyring? {
        guard let known = try await ledger.read(LedgerKeys.read) else { return nil }
        return try Keyring(unwrapping: known, master: try masterKey())
    }

    /// The master key, where there is one already.
    func existingMasterKey() throws -> MasterKey? {
        guard keyIsCredential || FileManager.default.fileExists(atPath: keyPath) else { return nil }
        return try .load(keyPath, access: keyIsCredential ? .guardedByFolder : .ownerOnly)
    }

    private func installationName(in ledger: any Ledger) async throws -> String {
        let drawn = String(UInt32.random(in: .min ... .max), radix: 16)
        let padded = String(repeating: "0", count: 8 - drawn.count) + drawn
        let name = try await ledger.write { ledger in
            if let name = try ledger.setting(Self.nameSetting) { return name }
            try ledger.setSetting(Self.nameSetting, to: Array(padded.utf8))
            return Array(padded.utf8)
        }
        return String(decoding: name, as: UTF8.self)
    }

    static func makeFolder(of path: String) throws {
        let folder = path.folderPart
        guard !folder.isEmpty, !FileManager.default.fileExists(atPath: folder) else { return }
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }

    private static let nameSetting = "installation"
}

extension PipelineConfiguration {
    /// Whether it sends to its shop; else it only names it in activation feeds.
    var callsShop: Bool { !stages.endsWithFeed }

    /// Builds the pipeline on opened drops and shops.
    fileprivate func build(
        drops: [String: any FileDrop],
        shops: [String: ShopConfiguration],
        clients: [String: ShopClient],
        othersHere: [NamePattern]
    ) throws -> Pipeline {
        let before = before(delivery: shops, clients)
        let targets = try deliveries.map { delivery in
            DeliveryTarget(
                kind: delivery.kind,
                drop: try Self.drop(delivery.drop, drops),
                directory: delivery.directory,
                mode: delivery.mode
            )
        }
        return Pipeline(
            name: name,
            shop: stages.shop,
            source: try source.map { try $0.build(drop: try Self.drop($0.drop, drops), othersHere: othersHere) },
            limits: limits,
            unknownAfter: unknownAfter,
            operationPatience: operationPatience,
            quarantinesInvalid: quarantinesInvalid,
            stages: before.stages + [
                DeliverStage(
                    targets: targets,
                    inFolder: { try OutputFolder(path: $0).targets([.activationFeed, .bulkFile, .results, .rejects]) },
                    lookingAgainAt: before.lookingAgainAt,
                    afterApproval: before.afterApproval
                )
            ]
        )
    }

    private func before(
        delivery shops: [String: ShopConfiguration],
        _ clients: [String: ShopClient]
    ) -> StagesBeforeDelivery {
        if let client = clients[stages.shop], callsShop { return stages.through(client) }
        guard let shop = shops[stages.shop], !callsShop else {
            preconditionFailure("the shop was checked when the file was read")
        }
        return stages.upToTheFeed(of: shop)
    }

    private static func drop(_ name: String, _ drops: [String: any FileDrop]) throws -> any FileDrop {
        guard let drop = drops[name] else { preconditionFailure("the drop was checked when the file was read") }
        return drop
    }
}

extension SourceConfiguration {
    func build(drop: any FileDrop, othersHere: [NamePattern] = []) throws -> Source {
        Source(
            drop: drop,
            directory: directory,
            match: match,
            othersHere: othersHere,
            settle: settle,
            cutGrace: cutGrace,
            needsFinalLineBreak: finalLineBreak == .required,
            archive: try directory.beside(archive),
            quarantine: try directory.beside(quarantine),
            order: order,
            doneMarker: doneMarker,
            minimumSize: minimumSize,
            maximumSize: maximumSize
        )
    }
}
