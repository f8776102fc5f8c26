import Foundation
public import Ledgers

/// What lies in the workspace, whether or not the ledger knows it.
extension Workspace {
    /// A file of the workspace.
    public struct File: Sendable, Hashable {
        /// Where it lies, relative to the workspace.
        public let path: String
        /// Its size on the disk in bytes.
        public let size: Int64
        /// When it was last changed, in milliseconds since 1970.
        public let modified: Int64
    }

    /// Where the sources lie, from the fetch on, relative to the workspace.
    public static let incoming = "incoming"

    /// The folder of a run, relative to the workspace.
    public func folder(of run: RunID) -> String { "runs/\(run)" }

    /// All files in a folder, half-written ones included; none where there is no folder.
    public func contents(of folder: String) -> [File] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? []
        return names.sorted().compactMap { file("\(folder)/\($0)") }
    }

    /// What is known of a file; `nil` when nothing, or no file, is there.
    public func file(_ path: String) -> File? {
        var found = stat()
        guard lstat("\(root)/\(path)", &found) == 0, found.st_mode & S_IFMT == S_IFREG else { return nil }
        let modified = Int64(found.st_mtim.tv_sec) * 1000 + Int64(found.st_mtim.tv_nsec) / 1_000_000
        return File(path: path, size: Int64(found.st_size), modified: modified)
    }

    /// Removes the folder of a run if it is empty.
    public func removeFolder(of run: RunID) { rmdir("\(root)/\(folder(of: run))") }

    /// Forces to the disk which names are in a folder.
    public func sync(_ folder: String) {
        let descriptor = open("\(root)/\(folder)", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
