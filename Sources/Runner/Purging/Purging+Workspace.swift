import Ledgers
import Pipelines
import Sealing

/// The run's sealed files, the texts of its rows, and what processes left behind that died.
extension Purging {
    mutating func removeFiles(of run: RunID) async throws -> Bool {
        let workspace = installation.workspace
        let known = try await installation.ledger.read { try $0.artifacts(of: run).map(\.path) }
        let paths = Set(known + workspace.contents(of: workspace.folder(of: run)).map(\.path))
        var isDone = true
        for path in paths.sorted() {
            try await renew()
            if !remove(path, of: run) { isDone = false }
        }
        guard !isDryRun else { return isDone }
        workspace.removeFolder(of: run)
        for folder in ["runs", Workspace.incoming] { workspace.sync(folder) }
        return isDone
    }

    /// Removes a file of the workspace if it is there; `false` when it stays.
    private mutating func remove(_ path: String, of run: RunID?) -> Bool {
        guard let file = installation.workspace.file(path) else { return true }
        if !isDryRun {
            installation.workspace.remove(path)
            guard installation.workspace.file(path) == nil else {
                let reason = "it can't be removed; let Dropline's user write to its folder"
                report.left.append(PurgeReport.Left(run: run, place: path, reason: reason))
                return false
            }
            installation.crashPoints.reach("purge.file-removed")
        }
        report.gone.append(PurgeReport.Entry(part: .workspace, run: run, place: path, size: file.size))
        return true
    }

    mutating func removeDetails(of run: RunID) async throws -> Bool {
        let count = try await installation.ledger.read { try $0.detailedRows(of: run) }
        if count > 0 {
            report.gone.append(PurgeReport.Entry(part: .ledger, run: run, place: nil, size: Int64(count)))
        }
        guard !isDryRun else { return true }
        var last: Int? = 0
        while let line = last {
            try await renew()
            last = try await write { try $0.forgetDetails(of: run, after: line, limit: 2_000) }
        }
        try await write { try $0.removeHistory(of: run) }
        return true
    }

    /// Removes files that a fetch left behind whose process has ended: old ones that no run has and no owner who lives.
    ///
    /// One whose file a sweep has seen and not taken yet may be the only copy there is, of a file that its server hands out once: it stays, whatever its
    /// age, until the next sweep has found it. So do younger ones. Where no pipeline looks there any more no sweep comes: it is named, for a person.
    ///
    /// A dry run takes nothing over, so it leaves out what was still owned when its owner died.
    mutating func removeLeftovers(modifiedBefore moment: Int64) async throws {
        // Listed before the ledger is asked: a fetch that begins meanwhile is not among them.
        let found = installation.workspace.contents(of: Workspace.incoming)
        guard !found.isEmpty else { return }
        let (owned, known, looks) = try await installation.ledger.read { ledger in
            (try ledger.heldClaims(), try ledger.artifactPaths(beginning: Workspace.incoming + "/"), try ledger.looks())
        }
        let seen = looks.map { look in
            let key = ClaimKey.file(pipeline: look.pipeline, drop: look.drop, path: look.path)
            return (look: look, prefix: installation.workspace.incomingPrefix(key))
        }
        var needed = seen.filter { sources[$0.look.pipeline] == $0.look.drop }.map(\.prefix)
        for key in owned where key.text.hasPrefix("file ") {
            if !isDryRun, let taken = try await installation.ledger.claim(key) {
                try await installation.ledger.release(taken)
            } else {
                needed.append(installation.workspace.incomingPrefix(key))
            }
        }
        let yesterday = installation.clock.now() - 86_400_000
        for file in found where !known.contains(file.path) && file.modified < moment {
            // Whose a half-written file is can't be told: a day is longer than any fetch.
            let isWhole = file.path.hasSuffix(".sealed")
            let isNeeded = isWhole ? needed.contains(where: file.path.hasPrefix) : file.modified > yesterday
            if isNeeded { continue }
            if isWhole, let abandoned = seen.first(where: { file.path.hasPrefix($0.prefix) })?.look {
                leave(file.path, of: abandoned)
            } else {
                _ = remove(file.path, of: nil)
            }
        }
    }

    /// Names a copy that no pipeline takes any more.
    private mutating func leave(_ path: String, of look: Look) {
        let reason = """
            it may be the only copy of \(look.drop):\(look.path), which no pipeline '\(look.pipeline)' takes any more; poll once more with the old \
            names of pipeline and drop, or remove this copy by hand
            """
        report.left.append(PurgeReport.Left(run: nil, place: path, reason: reason))
    }
}
