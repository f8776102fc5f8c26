import Commerce
import Foundation
public import Ledgers
import Sealing

/// The folder where the runs' files lie, sealed: `runs/‹run›/‹kind›-‹attempt›-‹part›`, and `incoming/` for the sources, from the fetch on.
///
/// Files are 0600, folders 0700; every file is sealed (``SealedFileWriter``).
public struct Workspace: Sendable {
    /// The folder's path.
    public let root: String

    /// Uses a folder, and makes it where there is none.
    public init(root: String) throws {
        self.root = root
        try Self.makeFolder(root)
    }

    /// Where an artifact of a run lies, relative to the workspace.
    public func path(run: RunID, kind: ArtifactKind, attempt: Int, part: Int) -> String {
        "runs/\(run)/\(kind)-\(attempt)-\(part).sealed"
    }

    /// The sealed files in a run's own folder, relative to the workspace, whether or not the ledger knows them.
    public func files(of run: RunID) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/runs/\(run)")) ?? []
        return names.filter { $0.hasSuffix(".sealed") }.sorted().map { "runs/\(run)/\($0)" }
    }

    /// Where a file lies, from its fetch on, that the owner of this claim takes, relative to the workspace.
    public func incomingPath(_ claim: Claim) -> String { incomingPath(claim.key, epoch: claim.epoch) }

    private func incomingPath(_ key: ClaimKey, epoch: Int64) -> String { "\(incomingPrefix(key))\(epoch).sealed" }

    /// With what the paths of all files begin that were fetched by owners of this key.
    public func incomingPrefix(_ key: ClaimKey) -> String {
        "\(Self.incoming)/\(SHA256Digest(of: Array(key.text.utf8)).hex.prefix(32))-"
    }

    /// The whole files that were fetched by earlier owners of what this claim owns, relative to the workspace, the oldest first.
    ///
    /// Each place is looked at by its name, so that it costs nothing how many other sources are kept; a first owner has none before it.
    public func incomingFiles(before claim: Claim) -> [String] {
        (1..<max(1, claim.epoch)).map { incomingPath(claim.key, epoch: $0) }.filter { file($0) != nil }
    }

    /// With what the paths begin of all whole files that were fetched and are still there: see ``incomingPrefix(_:)``.
    public func incomingPrefixes() -> Set<String> {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(Self.incoming)")) ?? []
        return Set(
            names.filter { $0.hasSuffix(".sealed") }.compactMap { name in
                name.lastIndex(of: "-").map { "\(Self.incoming)/\(name[...$0])" }
            }
        )
    }

    /// Removes the half-written files of a folder that killed processes left; those that are still being written stay.
    public func removeUnfinished(in folder: String) { UnfinishedFiles.remove(in: "\(root)/\(folder)") }

    /// The path on the disk, with its folder made.
    public func place(_ path: String) throws -> String {
        let full = root + "/" + path
        try Self.makeFolder(String(full[..<(full.lastIndex(of: "/") ?? full.endIndex)]))
        return full
    }

    /// Removes a file if it is there.
    public func remove(_ path: String) {
        unlink(root + "/" + path)
    }

    /// Makes a folder and those above it, each synced to the disk by its name: a file in it is no safer than that.
    private static func makeFolder(_ path: String) throws {
        guard !FileManager.default.fileExists(atPath: path) else { return }
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        if !parent.isEmpty { try makeFolder(parent) }
        guard mkdir(path, 0o700) == 0 || errno == EEXIST, syncNames(in: parent.isEmpty ? "/" : parent) else {
            throw StageError(
                .workspace,
                "can't make the workspace folder \(path): \(String(cString: strerror(errno)))",
                disposition: .stop,
                side: .local
            )
        }
    }

    /// Forces the names in a folder to the disk, where we may open it.
    private static func syncNames(in folder: String) -> Bool {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return errno == EACCES }
        defer { close(descriptor) }
        return fsync(descriptor) == 0
    }
}
