import Commerce
public import Ledgers
public import Sealing

/// How files of the workspace are opened and made: each is bound to its place, and what a run has recorded is used only as it was recorded.
extension Installation {
    /// Opens the plaintext of a run's file.
    ///
    /// The whole file is compared with the record before this returns, so who opens it before he changes anything has changed nothing when it throws:
    /// `StageError` with `.notAsRecorded` for a file that is missing, was changed, or is another one, and `SealingError` where it can't be read.
    public func open(_ artifact: Artifact, of run: RunID) throws -> SealedFileReader {
        guard let digest = SHA256Digest(hex: artifact.digest) else {
            throw LedgerError(.inconsistent, "the \(artifact.kind) of run \(run) is recorded without a digest")
        }
        let recorded = SealedFile(size: artifact.size, digest: digest)
        do {
            return try SealedFileReader(place(artifact.path), holding: recorded, keyring: keyring)
        } catch {
            throw error.isOfContent ? StageError.notAsRecorded(artifact, of: run, because: error) : error
        }
    }

    /// Whether a run's file is there and holds what was recorded.
    ///
    /// Throws `SealingError` where that can't be found out.
    public func isAsRecorded(_ artifact: Artifact, of run: RunID) throws -> Bool {
        do {
            _ = try open(artifact, of: run)
            return true
        } catch let error as StageError where error.code == .notAsRecorded {
            return false
        }
    }

    /// Begins a file that will lie in a place of the workspace, whose folder is made.
    public func create(_ path: String) throws -> SealedFileWriter {
        _ = try workspace.place(path)
        return try SealedFileWriter(place(path), keyring: keyring)
    }

    /// A place in the workspace.
    public func place(_ path: String) -> SealedPlace {
        SealedPlace(root: workspace.root, path: path, installation: name)
    }
}

extension Artifact {
    /// Whether running the run again makes it again; a feed that an attempt made stands for cards that are counted as being in it.
    fileprivate var canBeMadeAgain: Bool { kind != .source && !(kind == .activationFeed && attempt > 0) }
}

extension StageError {
    /// A file of the workspace that is not what its run recorded: nothing of it may be used.
    fileprivate static func notAsRecorded(
        _ artifact: Artifact,
        of run: RunID,
        because error: SealingError
    ) -> StageError {
        let what =
            switch error.code {
            case .sealMissing: "is not in the workspace any more"
            case .sealKeyGone:
                "is not what was recorded: it was sealed with a key that the ledger does not have, so it comes from another backup"
            default: "is not what was recorded: it was changed, swapped with another file, or comes from another backup"
            }
        let again = artifact.canBeMadeAgain ? ", or make it again with 'dropline rerun \(run) --reason TEXT'" : ""
        return StageError(
            .notAsRecorded,
            "the \(artifact.kind) of run \(run) (\(artifact.path)) \(what); nothing of it was used. "
                + "Put it back from the backup that the ledger came from\(again)",
            disposition: .stop,
            side: .local
        )
    }
}
