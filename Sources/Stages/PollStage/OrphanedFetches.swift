import FileDrops
import Ledgers
import Pipelines
import Sealing

/// Copies of files in the workspace that no run was made of: their process ended, or the connection broke, after the reading or in its middle.
///
/// Where the file still lies on its drop they are worth nothing: it is read again. A server that hands out each file once has no other copy.
struct OrphanedFetches {
    /// One of them, and what it holds.
    struct Copy {
        var path: String
        var file: SealedFile
        var shape: FileShape
    }

    let installation: Installation

    /// The paths of a file's copies that no run has, the newest last; for the file's owner.
    func paths(of claim: Claim, at path: String, on drop: String) async throws -> [String] {
        let all = installation.workspace.incomingFiles(before: claim)
        guard !all.isEmpty else { return [] }
        var query = RunQuery()
        (query.sourceDrop, query.sourcePath) = (drop, path)
        let known = query
        let kept = try await installation.ledger.read { ledger in
            try Set(ledger.runs(known).flatMap { try ledger.artifacts(of: $0.id).map(\.path) })
        }
        return all.filter { !kept.contains($0) }
    }

    /// Reads a copy from end to end.
    func read(_ path: String) throws -> Copy {
        let reader = try SealedFileReader(unrecorded: installation.place(path), keyring: installation.keyring)
        var (digester, shape) = (Digester(), FileShape())
        while let bytes = try reader.next() {
            digester.update(bytes)
            shape.read(bytes)
        }
        let file = SealedFile(size: Int64(shape.bytes), digest: digester.finish())
        return Copy(path: path, file: file, shape: shape)
    }
}
