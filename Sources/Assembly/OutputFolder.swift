import Commerce
import DeliverStage
import FileDrops
import Foundation
import Ledgers
import Pipelines

/// A local folder that outputs go to instead of the pipeline's drops.
public struct OutputFolder: Sendable {
    /// The absolute path.
    public let path: String

    /// Takes a folder, by a path relative to the current one, and makes it with mode 0700 where there is none.
    ///
    /// Throws `OutputFolderError` when it can't be made, or is no folder.
    public init(making path: String) throws {
        let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
        self.path = absolute
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: absolute, isDirectory: &isFolder) {
            guard isFolder.boolValue else { throw OutputFolderError(path: absolute, reason: "it is no folder") }
            return
        }
        do {
            try FileManager.default.createDirectory(
                atPath: absolute,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw OutputFolderError(path: absolute, reason: error.localizedDescription)
        }
    }

    init(path: String) { self.path = path }

    /// Where outputs of these kinds go: the folder itself, with mode 0600, for feed and bulk file carry codes.
    ///
    /// The drop is named after it. Throws `StageError` where the folder is gone: it is not made again, for it may lie on a disk that is not in use.
    func targets(_ kinds: [ArtifactKind]) throws -> [DeliveryTarget] {
        var isFolder: ObjCBool = false
        let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        guard isFolder.boolValue else {
            let reason = isThere ? "it is no folder; make it" : "it is gone; put its disk in place, or make it"
            throw StageError(
                .misconfigured,
                "the output folder \(path) of this run can't be used: \(reason), and the next poll goes on",
                disposition: .stop,
                side: .configuration
            )
        }
        let drop = try FolderDrop(name: path, root: path)
        return kinds.map { kind in
            DeliveryTarget(kind: kind, drop: drop, directory: .root, mode: FileMode(bits: 0o600))
        }
    }
}

/// A folder for outputs that can't be had: wrong usage.
public struct OutputFolderError: Error, Sendable, CustomStringConvertible {
    let path: String
    let reason: String

    /// The path and the reason.
    public var description: String { "can't use the output folder \(path): \(reason)" }
}
