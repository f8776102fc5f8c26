import Commerce
import FileDrops
import Ledgers
import Pipelines
import Sealing

/// Takes one file: claims it, fetches it into the workspace, and makes a run of it.
struct FileIntake {
    /// What came of a file.
    enum Outcome {
        case run(RunID)
        /// It may still be growing: it is left for a later sweep.
        case growing
        /// It vanished, or another process takes it.
        case gone
    }

    let pipeline: Pipeline
    private(set) var installation: Installation
    /// When the files were listed, in milliseconds since 1970.
    let listedAt: Int64
    /// What the audit trail says of whoever gives a file that no sweep found.
    var giving: AuditEntry?

    /// Takes a settled file of a source.
    func take(_ entry: DropEntry, of source: Source, unchangedFor: Duration) async throws -> Outcome {
        let key = ClaimKey.file(pipeline: pipeline.name, drop: source.drop.name, path: entry.path.text)
        return try await installation.ledger.withClaim(key) { claim in
            try await withCurrentKeys().take(entry, of: source, unchangedFor: unchangedFor, as: claim)
        } ?? .gone
    }

    private func take(
        _ entry: DropEntry,
        of source: Source,
        unchangedFor: Duration,
        as claim: Claim
    ) async throws -> Outcome {
        let described = RunSource(
            drop: source.drop.name,
            path: entry.path.text,
            name: entry.path.name,
            size: entry.stamp.size,
            modified: entry.stamp.modified
        )
        guard entry.stamp.size <= source.maximumSize else {
            let reason = "the file has \(entry.stamp.size) bytes, more than the \(source.maximumSize) of 'max_size'"
            return try await makeRun(
                described,
                nil,
                verdict: FileDoubt(.quarantined, reason, mayPass: false),
                as: claim
            )
        }
        try await discardLeftovers(of: described, as: claim)
        let fetched: Fetched
        let present: DropEntry?
        do {
            let room = (listed: entry.stamp.size, most: source.maximumSize)
            guard let read = try await fetch(entry, from: source.drop, room, as: claim) else { return .gone }
            (fetched, present) = (read, try await source.drop.stat(entry.path))
        } catch let error as FileDropError {
            // The connection broke. Whether the file is still there is asked once more, over a new one; until that is known what was read stays.
            guard try await source.drop.isGone(entry.path, after: error) else {
                try await discardLeftovers(of: described, as: claim)
                throw error
            }
            guard let run = try await recover(described, as: claim) else { throw error }
            return run
        }
        switch present {
        case nil: return try await makeRun(ofVanished: described, fetched, as: claim)
        case let now? where now.stamp.rests(since: entry.stamp) && fetched.file.size == entry.stamp.size: break
        default:
            installation.workspace.remove(fetched.path)
            return .growing
        }
        let doubt = fetched.shape.doubt(for: pipeline)
        if doubt?.mayPass == true, unchangedFor < source.cutGrace {
            installation.workspace.remove(fetched.path)
            return .growing
        }
        return try await makeRun(described, fetched, verdict: doubt, as: claim)
    }

    /// Takes a local file that a person gave; it stays where it is, and nothing is waited for.
    func take(
        given path: DropPath,
        from drop: any FileSource,
        shownAs shown: String,
        outputTo output: String?
    ) async throws -> RunID {
        guard let entry = try await drop.stat(path), case .file = entry.kind else {
            throw StageError(
                .unreadableSource,
                "\(shown) is not a file that can be read",
                disposition: .quarantine,
                side: .input
            )
        }
        let key = ClaimKey.file(pipeline: pipeline.name, drop: "", path: shown)
        let outcome = try await installation.ledger.withClaim(key) { claim in
            try await withCurrentKeys().take(given: entry, from: drop, shownAs: shown, outputTo: output, as: claim)
        }
        guard let outcome else {
            throw StageError(
                .unreadableSource,
                "another process takes \(shown) at this moment",
                disposition: .retry(),
                side: .input
            )
        }
        guard case .run(let run) = outcome else { preconditionFailure("a given file is never taken by a sweep") }
        return run
    }

    private func take(
        given entry: DropEntry,
        from drop: any FileSource,
        shownAs shown: String,
        outputTo output: String?,
        as claim: Claim
    ) async throws -> Outcome {
        let described = RunSource(
            drop: nil,
            path: shown,
            name: entry.path.name,
            size: entry.stamp.size,
            modified: entry.stamp.modified
        )
        guard let fetched = try await fetch(entry, from: drop, as: claim) else {
            throw StageError(.unreadableSource, "\(shown) is gone", disposition: .quarantine, side: .input)
        }
        let doubt = fetched.shape.doubt(for: pipeline)
        return try await makeRun(described, fetched, verdict: doubt, outputTo: output, as: claim)
    }

    // MARK: - Steps

    /// The same with the keys that seal now that the file is claimed.
    func withCurrentKeys() async throws -> FileIntake {
        var intake = self
        intake.installation = try await installation.withCurrentKeys()
        return intake
    }

    struct Fetched {
        var path: String
        var file: SealedFile
        var shape: FileShape
    }

    /// Copies the file into the workspace, sealed; `nil` when it is not there any more.
    ///
    /// One that has more bytes than were listed still grows, or never ends, and is left in its middle; but one that is gone by then is read on, for
    /// nobody can read it again.
    private func fetch(
        _ entry: DropEntry,
        from drop: any FileSource,
        _ room: (listed: Int64, most: Int64) = (.max, .max),
        as claim: Claim
    ) async throws -> Fetched? {
        let path = installation.workspace.incomingPath(claim)
        installation.crashPoints.reach("poll.before-fetch")
        do {
            let writer = try installation.create(path)
            var shape = FileShape()
            do {
                try await drop.withFile(entry.path) { reader in
                    var room = room
                    while let bytes = try await reader.read() {
                        try writer.write(bytes)
                        shape.read(bytes)
                        guard shape.bytes > room.listed else { continue }
                        guard shape.bytes <= room.most, try await drop.stat(entry.path) == nil else { break }
                        room.listed = room.most
                    }
                }
            } catch let error as FileDropError
                where shape.bytes > 0 || [.connectionLost, .timedOut].contains(error.code)
            {
                // A server that hands out each file once may have no more of it, and may have handed out what never arrived.
                _ = try writer.finish()
                throw error
            }
            let file = try writer.finish()
            installation.crashPoints.reach("poll.fetched")
            return Fetched(path: path, file: file, shape: shape)
        } catch let error as FileDropError where error.code == .notFound {
            return nil
        }
    }

    func makeRun(
        _ source: RunSource,
        _ fetched: Fetched?,
        verdict: FileDoubt?,
        outputTo output: String? = nil,
        as claim: Claim
    ) async throws -> Outcome {
        let digest = fetched?.file.digest.hex ?? ""
        let (pipeline, now, listedAt, giving) = (pipeline, installation.clock.now(), listedAt, giving)
        let artifact = fetched.map { fetched in
            Artifact(
                kind: .source,
                fileName: source.name,
                path: fetched.path,
                digest: digest,
                size: fetched.file.size,
                mediaType: pipeline.sourceMediaType ?? "application/octet-stream",
                count: 0
            )
        }
        let made = try await installation.ledger.write(as: claim) { ledger -> RunID? in
            guard try !ledger.isTaken(source, by: pipeline.name, since: listedAt) else { return nil }
            var sameName = RunQuery(pipeline: pipeline.name)
            sameName.sourceName = source.name
            let isNamesake = try ledger.runs(sameName).contains { $0.digest != digest }
            let stem = source.name.stem(digest: digest, isNamesake: isNamesake)
            var run = Run(
                pipeline: pipeline.name,
                shop: pipeline.shop,
                source: source,
                stem: stem,
                digest: digest,
                nextStage: pipeline.chain.first?.rawValue,
                createdAt: now
            )
            if let verdict {
                (run.verdict, run.reason) = (verdict.verdict, verdict.reason)
                run.nextStage = pipeline.chain.last?.rawValue
            }
            let id = try ledger.add(run)
            if let artifact { try ledger.put(artifact, of: id) }
            if let output { try ledger.setOutputFolder(of: id, to: output, now: now) }
            if let drop = source.drop { try ledger.removeLook(pipeline: pipeline.name, drop: drop, path: source.path) }
            try ledger.add(
                AuditEntry(at: now, run: id, event: "taken", detail: "\(source.size) bytes, sha256 \(digest)")
            )
            if var giving {
                giving.run = id
                try ledger.add(giving)
            }
            return id
        }
        guard let made else {
            if let fetched { installation.workspace.remove(fetched.path) }
            return .gone
        }
        installation.crashPoints.reach("poll.taken")
        return .run(made)
    }
}

extension LedgerReader {
    /// Whether another process has made a run of this very file since it was listed here.
    fileprivate func isTaken(_ source: RunSource, by pipeline: String, since listedAt: Int64) throws -> Bool {
        guard let drop = source.drop else { return false }
        var query = RunQuery(pipeline: pipeline)
        query.sourceDrop = drop
        query.sourcePath = source.path
        return try runs(query).contains { run in
            guard run.state.isFinal else { return true }
            return run.source.size == source.size && run.source.modified == source.modified
                && (run.finishedAt ?? 0) >= listedAt
        }
    }
}

extension String {
    /// The stem of the outputs' names: the name without its extension, and with the digest where an earlier file of that name had other content,
    /// or where the name is so long that it must be cut to leave room for what is put after it.
    fileprivate func stem(digest: String, isNamesake: Bool) -> String {
        let plain = withoutExtension
        guard isNamesake || plain.utf8.count > Self.longestStem, !digest.isEmpty else { return plain }
        var cut = plain
        while cut.utf8.count > Self.longestStem { cut.removeLast() }
        return cut + "." + digest.prefix(8)
    }

    private static let longestStem = 190

    /// `Tue Mar 10 2026-X.csv` without its `.csv`; a leading dot begins no extension.
    fileprivate var withoutExtension: String {
        guard let dot = lastIndex(of: "."), dot != startIndex else { return self }
        return String(self[..<dot])
    }
}
