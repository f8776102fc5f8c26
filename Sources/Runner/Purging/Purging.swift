public import FileDrops
import Ledgers
public import Pipelines

/// Removes by age what is no longer needed of finished runs; the cards themselves are never forgotten.
///
/// A run that is not final, or has a row whose outcome is open, keeps everything. What is about to go is recorded first, so that a run whose files are
/// missing always says why; after a crash the next purge goes on. A run is purged by its owner alone, so that nobody works on it meanwhile.
public struct Purging: Sendable {
    /// Opens a drop by its name; `nil` when none of this name is configured.
    public typealias OpenDrop = @Sendable (String) throws -> (any FileDrop)?

    let installation: Installation
    let isDryRun: Bool
    /// The drop that each pipeline which is configured now takes its files from.
    let sources: [String: String]
    private let openDrop: OpenDrop
    private let who: String
    private var drops: [String: any FileDrop] = [:]
    var unreachable: Set<String> = []
    /// The runs whose files on the drops this purge has gone about, a dry run too.
    var seenTo: Set<RunID> = []
    /// Proof of owning the run that is being purged; `nil` in a dry run.
    private var claim: Claim?
    var report = PurgeReport()

    /// Purges; a dry run changes nothing.
    ///
    /// `sources` has the drop that each configured pipeline takes its files from. Drops that can't be reached, and files that stay, are in the report; what the ledger throws is thrown.
    public static func purge(
        _ retention: Retention,
        in installation: Installation,
        isDryRun: Bool,
        who: String,
        sources: [String: String],
        openDrop: @escaping OpenDrop
    ) async throws -> PurgeReport {
        var purging = Purging(
            installation: installation,
            isDryRun: isDryRun,
            who: who,
            sources: sources,
            openDrop: openDrop
        )
        let result: Result<Void, any Error>
        do {
            result = .success(try await purging.purge(retention))
        } catch {
            result = .failure(error)
        }
        for drop in purging.drops.values { await drop.close() }
        try result.get()
        return purging.report
    }

    private init(
        installation: Installation,
        isDryRun: Bool,
        who: String,
        sources: [String: String],
        openDrop: @escaping OpenDrop
    ) {
        (self.installation, self.isDryRun) = (installation, isDryRun)
        (self.who, self.sources, self.openDrop) = (who, sources, openDrop)
    }

    private mutating func purge(_ retention: Retention) async throws {
        let now = installation.clock.now()
        for part in PurgePart.allCases {
            guard let age = retention.age(part) else { continue }
            try await purge(part, finishedBefore: moment(age, before: now))
        }
        if let age = retention.workspace { try await removeLeftovers(modifiedBefore: moment(age, before: now)) }
        // What was forgotten stands in the log until that is written again; a busy ledger does so by itself later.
        if !isDryRun, report.gone.contains(where: { $0.part == .ledger }) { try? await installation.ledger.scrub() }
    }

    /// In milliseconds since 1970.
    private func moment(_ age: Duration, before now: Int64) -> Int64 {
        let (seconds, attoseconds) = age.components
        return now - seconds * 1000 - attoseconds / 1_000_000_000_000_000
    }

    private mutating func purge(_ part: PurgePart, finishedBefore moment: Int64) async throws {
        var last = RunID(0)
        while true {
            let runs = try await installation.ledger.read { [last] in
                try $0.purgeable(part, finishedBefore: moment, after: last, limit: 500)
            }
            guard let newest = runs.last else { return }
            for run in runs { try await purge(part, of: run, finishedBefore: moment) }
            last = newest
        }
    }

    private mutating func purge(_ part: PurgePart, of run: RunID, finishedBefore moment: Int64) async throws {
        if part == .archive, try await isOutOfReach(run) { return }
        guard !isDryRun else {
            _ = try await remove(part, of: run)
            return
        }
        guard let claim = try await installation.ledger.claim(.run(run)) else {
            report.busy.append(run)
            return
        }
        self.claim = claim
        do {
            try await purge(part, of: run, finishedBefore: moment, as: claim)
        } catch let error as LedgerError where error.code == .claimLost {
            report.busy.append(run)
        } catch {
            await installation.ledger.letGo(of: claim)
            throw error
        }
        try await installation.ledger.release(claim)
    }

    private mutating func purge(
        _ part: PurgePart,
        of run: RunID,
        finishedBefore moment: Int64,
        as claim: Claim
    ) async throws {
        let now = installation.clock.now()
        let begun = try await installation.ledger.write(as: claim) { ledger -> Purge? in
            // Since it was listed, somebody may have begun it again, or purged it; its rows change only while it is not final.
            guard let known = try ledger.run(run), known.state.isFinal, let end = known.finishedAt, end < moment else {
                return nil
            }
            let earlier = try ledger.purges(of: run).first { $0.part == part }
            if let done = earlier?.doneAt, done >= end { return nil }
            let purge = earlier.flatMap { $0.doneAt == nil ? $0 : nil } ?? Purge(run: run, part: part, begunAt: now)
            try ledger.put(purge)
            return purge
        }
        guard var purge = begun else { return }
        installation.crashPoints.reach("purge.begun")
        let count = report.gone.count
        guard try await remove(part, of: run) else { return }
        installation.crashPoints.reach("purge.removed")
        purge.doneAt = installation.clock.now()
        let entry = AuditEntry(
            at: installation.clock.now(),
            run: run,
            event: AuditEntry.purged,
            detail: Self.facts(part, report.gone.dropFirst(count)),
            who: who
        )
        try await installation.ledger.write(as: claim) { [purge] ledger in
            try ledger.put(purge)
            try ledger.add(entry)
        }
    }

    /// `workspace: 6 files, 4096 bytes`.
    private static func facts(_ part: PurgePart, _ gone: ArraySlice<PurgeReport.Entry>) -> String {
        let size = gone.reduce(0) { $0 + $1.size }
        guard part != .ledger else { return "ledger: \(size) \(size == 1 ? "row" : "rows")" }
        return "\(part.rawValue): \(gone.count) \(gone.count == 1 ? "file" : "files"), \(size) bytes"
    }

    /// Removes what there is of a part; `false` when something stays that should go.
    private mutating func remove(_ part: PurgePart, of run: RunID) async throws -> Bool {
        switch part {
        case .archive: try await removeDelivered(by: run)
        case .workspace: try await removeFiles(of: run)
        case .ledger: try await removeDetails(of: run)
        }
    }

    // MARK: - For the parts

    /// Makes sure, before something goes for good, that the run is still ours.
    func renew() async throws {
        if let claim { try await installation.ledger.renew(claim) }
    }

    /// Writes to the ledger as the run's owner.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any LedgerWriter) throws -> Value
    ) async throws -> Value {
        guard let claim else { preconditionFailure("a dry run writes nothing") }
        return try await installation.ledger.write(as: claim, body)
    }

    /// A configured drop, opened once; `nil` when none of this name is configured.
    mutating func drop(_ name: String) throws -> (any FileDrop)? {
        if let known = drops[name] { return known }
        let opened = try openDrop(name)
        drops[name] = opened
        return opened
    }
}
