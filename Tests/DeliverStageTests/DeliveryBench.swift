import DeliverStage
import DropDoubles
import FileDrops
import Foundation
import Ledgers
import Logging
import Pipelines
import SQLiteLedger
import Sealing

/// A run whose outputs are delivered to a folder, as often as a test likes, on a real ledger.
final class DeliveryBench: Sendable {
    private let root = NSTemporaryDirectory() + "dropline-deliver-" + UUID().uuidString
    private let installation: Installation
    private let claim: Claim
    let folder: FolderDrop
    let run: Run

    /// Makes the bench; with a verdict the run's source is put aside instead of outputs being published.
    init(verdict: (Verdict, String)? = nil) async throws {
        try FileManager.default.createDirectory(atPath: root + "/drop/in", withIntermediateDirectories: true)
        folder = try FolderDrop(name: "local", root: root + "/drop")
        let ledger = try SQLiteLedger(path: root + "/ledger.sqlite")
        installation = Installation(
            name: "0a1b2c3d",
            ledger: ledger,
            workspace: try Workspace(root: root + "/workspace"),
            keyring: try Keyring.create(MasterKey.random()),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        var run = Run(
            pipeline: "cards",
            shop: "main",
            source: RunSource(drop: "local", path: "in/a.csv", name: "a.csv", size: 2, modified: 1),
            stem: "a",
            digest: "dddddddddddddddd",
            nextStage: "deliver",
            createdAt: 1
        )
        if let (verdict, reason) = verdict { (run.verdict, run.reason) = (verdict, reason) }
        run.id = try await ledger.write { [run] in try $0.add(run) }
        self.run = run
        guard let claim = try await ledger.claim(.run(run.id)) else { throw NoClaim() }
        self.claim = claim
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    /// Delivers this content as the run's results.
    func deliver(_ content: String, to drop: any FileDrop) async throws {
        let target = DeliveryTarget(kind: .results, drop: drop, directory: try DropPath("out"), mode: nil)
        try await deliver(.results, content, named: "a-Results.csv", to: [target])
    }

    /// Delivers this content as the run's feed into directories; `again` as a person asked, and with the digest of `recorded` where that is another content.
    func deliverFeed(_ content: String, to directories: [String], again: Republishing? = nil, recorded: String? = nil)
        async throws
    {
        let targets = try directories.map {
            DeliveryTarget(kind: .activationFeed, drop: folder, directory: try DropPath($0), mode: nil)
        }
        try await deliver(.activationFeed, content, named: "a.json", to: targets, again: again, recorded: recorded)
    }

    private func deliver(
        _ kind: ArtifactKind,
        _ content: String,
        named name: String,
        to targets: [DeliveryTarget],
        again: Republishing? = nil,
        recorded: String? = nil
    ) async throws {
        let context = context(DeliverStage(targets: targets, lookingAgainAt: "deliver", afterApproval: "deliver"))
        let sealed = try context.create(kind)
        try sealed.write(Array(content.utf8))
        let file = try sealed.finish()
        var artifact = context.artifact(kind, fileName: name, mediaType: "text/plain", count: 1, file: file)
        if let recorded { artifact.digest = SHA256Digest(of: Array(recorded.utf8)).hex }
        try await execute(context, [artifact], again: again)
    }

    /// What the audit trail says, as `event detail`.
    func trail() async throws -> [String] {
        let id = run.id
        return try await installation.ledger.read { try $0.audit(of: id).map { "\($0.event) \($0.detail)" } }
    }

    /// Puts the source away, or aside.
    func putAway(on drop: any FileDrop) async throws {
        let stage = DeliverStage(targets: [], lookingAgainAt: "deliver", afterApproval: "deliver")
        let source = try Source.plain(on: drop, match: NamePattern("*"))
        try await execute(context(stage, source: source), [])
    }

    private func context(_ stage: DeliverStage, source: Source? = nil) -> StageContext {
        StageContext(
            installation: installation,
            pipeline: Pipeline(name: "cards", shop: "main", source: source, stages: [stage]),
            stage: DeliverStage.name,
            claim: claim,
            run: run,
            logger: installation.logger
        )
    }

    private func execute(_ context: StageContext, _ artifacts: [Artifact], again: Republishing? = nil) async throws {
        guard let stage = context.pipeline.stages.first else { return }
        var run = run
        run.republishes = again
        _ = try await stage.run(StageInput(run: run, artifacts: artifacts), in: context)
    }

    // MARK: What is there

    /// The files of a directory with their content.
    func files(in directory: String = "out") async throws -> [String: String] {
        var files: [String: String] = [:]
        for entry in try await folder.list(DropPath(directory)) where entry.kind == .file {
            files[entry.path.name] = try text(entry.path.text)
        }
        return files
    }

    func text(_ path: String) throws -> String { try String(contentsOfFile: root + "/drop/" + path, encoding: .utf8) }

    func write(_ path: String, _ text: String) throws {
        let whole = root + "/drop/" + path
        try FileManager.default.createDirectory(
            atPath: (whole as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true
        )
        try text.write(toFile: whole, atomically: true, encoding: .utf8)
    }

    func take(_ path: String) throws { try FileManager.default.removeItem(atPath: root + "/drop/" + path) }

    /// What the ledger says of the outputs, as `path state`.
    func deliveries() async throws -> [String] {
        let id = run.id
        let deliveries = try await installation.ledger.read { try $0.deliveries(of: id) }
        return deliveries.map { "\($0.path) \($0.state.rawValue)" }.sorted()
    }

    private struct NoClaim: Error {}
}

/// A drop on which a process dies as it publishes.
struct CrashingDrop: FileDropWrapper {
    /// Where in the publishing the process dies.
    enum Moment: CaseIterable { case before, after }

    let drop: any FileDrop
    let moment: Moment

    struct Crash: Error {}

    func publish(_ staged: StagedFile, to path: DropPath, replacing: Bool) async throws {
        if moment == .before { throw Crash() }
        try await drop.publish(staged, to: path, replacing: replacing)
        throw Crash()
    }
}
