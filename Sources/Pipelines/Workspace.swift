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
    public func incomingPath(_ claim: Claim) -> String { "\(incomingPrefix(claim.key))\(claim.epoch).sealed" }

    /// With what the paths of all files begin that were fetched by owners of this key.
    public func incomingPrefix(_ key: ClaimKey) -> String {
        "\(Self.incoming)/\(SHA256Digest(of: Array(key.text.utf8)).hex.prefix(32))-"
    }

    /// The whole files that were fetched by owners of this key, relative to the workspace.
    public func incomingFiles(of key: ClaimKey) -> [String] {
        let prefix = incomingPrefix(key)
        return contents(of: Self.incoming).map(\.path).filter { $0.hasPrefix(prefix) && $0.hasSuffix(".sealed") }
    }

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

    private static func makeFolder(_ path: String) throws {
        guard !FileManager.default.fileExists(atPath: path) else { return }
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw StageError(
                .workspace,
                "can't make the workspace folder \(path): \(error.localizedDescription)",
                disposition: .stop,
                side: .local
            )
        }
    }
}
