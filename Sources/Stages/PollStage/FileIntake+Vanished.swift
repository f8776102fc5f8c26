import FileDrops
import Ledgers
import Pipelines
import Sealing

/// Files that vanish while they are read, or before a run was made of them: what was read is all that there is.
extension FileIntake {
    /// Makes a run of a copy in the workspace whose file has vanished before one was made of it; `nil` where there is no such copy, or another process
    /// has the file.
    func recover(_ look: Look) async throws -> RunID? {
        let key = ClaimKey.file(pipeline: pipeline.name, drop: look.drop, path: look.path)
        let described = RunSource(
            drop: look.drop,
            path: look.path,
            name: try DropPath(look.path).name,
            size: look.size,
            modified: look.modified
        )
        let outcome = try await installation.ledger.withClaim(key) { claim in
            try await withCurrentKeys().recover(described, as: claim)
        }
        if case .run(let run)?? = outcome { return run }
        return nil
    }

    func recover(_ described: RunSource, as claim: Claim) async throws -> Outcome? {
        let orphans = OrphanedFetches(installation: installation)
        let paths = try await orphans.paths(of: claim, at: described.path, on: described.drop ?? "")
        guard let path = paths.last else { return nil }
        let copy = try orphans.read(path)
        let fetched = Fetched(path: copy.path, file: copy.file, shape: copy.shape)
        return try await makeRun(ofVanished: described, fetched, as: claim)
    }

    /// Makes a run of a file that was read and is gone: all of it was read, or what was read is put aside.
    func makeRun(
        ofVanished described: RunSource,
        _ fetched: Fetched,
        as claim: Claim
    ) async throws -> Outcome {
        var described = described
        described.vanished = true
        guard fetched.file.size == described.size else {
            let reason =
                fetched.file.size < described.size
                ? "the file vanished while it was read: \(fetched.file.size) of \(described.size) bytes are kept"
                : "the file grew and vanished while it was read: \(fetched.file.size) bytes are kept, and \(described.size) were listed"
            return try await makeRun(
                described,
                fetched,
                verdict: FileDoubt(.incomplete, reason, mayPass: false),
                as: claim
            )
        }
        return try await makeRun(described, fetched, verdict: fetched.shape.doubt(for: pipeline), as: claim)
    }

    /// Removes the copies of a file that no run was made of, now that the file itself is there.
    func discardLeftovers(of described: RunSource, as claim: Claim) async throws {
        let orphans = OrphanedFetches(installation: installation)
        for path in try await orphans.paths(of: claim, at: described.path, on: described.drop ?? "") {
            installation.workspace.remove(path)
        }
    }
}

extension FileDrop {
    /// Whether a file has vanished after an error of reading it; where that can't be found out either, throws that error.
    func isGone(_ path: DropPath, after error: FileDropError) async throws -> Bool {
        do {
            return try await stat(path) == nil
        } catch is FileDropError {
            throw error
        }
    }
}
