import FileDrops
import Ledgers
import Logging
public import Pipelines
import Sealing

/// Finds the settled files of a source, claims each, fetches it, and makes a run of it.
///
/// A file is settled when its size and modification time were the same over two looks at least `settle` apart, on a clock that nobody can set.
/// The first look is kept in the ledger, so that it may be made by another process.
public struct PollIntake: Intake {
    /// Makes an intake.
    public init() {}

    /// Looks once at the pipeline's source.
    public func sweep(
        _ pipeline: Pipeline,
        taking slice: IntakeSlice,
        in installation: Installation
    ) async throws -> IntakeReport {
        guard let source = pipeline.source else { return IntakeReport() }
        let listedAt = installation.clock.now()
        let listing = try await source.drop.list(source.directory)
        let untakable = untakable(listing, of: source)
        let refused = listing.filter { $0.kind == .refused && source.matches($0) }
        var report = IntakeReport(untakable: untakable.map(\.words))
        report.faults = refused.compactMap(\.fault)
        report.unclaimed = (untakable.map(\.path) + refused.map(\.path.text)).map { UnclaimedFile(path: $0) }
        report.passedOver = try await PassingOver(of: pipeline, source, in: installation).look(at: listing)
        let intake = FileIntake(pipeline: pipeline, installation: installation, listedAt: listedAt)

        let underWay = try await pathsUnderWay(of: pipeline, source, in: installation)
        let idle = candidates(listing, of: source).filter { !underWay.contains($0.path.text) }
        var looks = try await SettleTracking(of: pipeline, source, in: installation)
        let settled = idle.compactMap { look(at: $0, of: source, &looks, &report) }
        let hidden = Set(refused.map(\.path.text))
        let gone = looks.gone.filter { !hidden.contains($0.path) }
        let kept = try await recover(gone, of: pipeline, by: intake, &report)
        try await looks.save(in: installation, keeping: hidden.union(kept))
        try await take(settled, of: source, by: intake, slice, &report)
        return report
    }

    // MARK: - Steps

    /// A candidate that has come to rest.
    private typealias Settled = (entry: DropEntry, since: Duration)

    /// Looks at a candidate once more; what has not come to rest is noted in the report.
    private func look(
        at entry: DropEntry,
        of source: Source,
        _ looks: inout SettleTracking,
        _ report: inout IntakeReport
    ) -> Settled? {
        switch looks.look(at: entry) {
        case .settled(let since): return (entry, since)
        case .lookAgain(let after):
            report.unsettled += 1
            report.unclaimed.append(UnclaimedFile(path: entry.path.text, seenFor: max(.zero, source.settle - after)))
            report.lookAgainAfter = min(after, report.lookAgainAfter ?? after)
            return nil
        }
    }

    /// Makes runs of what was read and has vanished, from the workspace's copies; returns the paths whose looks are not to be forgotten.
    private func recover(
        _ gone: [Look],
        of pipeline: Pipeline,
        by intake: FileIntake,
        _ report: inout IntakeReport
    ) async throws -> Set<String> {
        guard !gone.isEmpty else { return [] }
        let installation = intake.installation
        let copies = installation.workspace.incomingPrefixes()
        var kept: Set<String> = []
        for look in gone {
            let key = ClaimKey.file(pipeline: pipeline.name, drop: look.drop, path: look.path)
            guard copies.contains(installation.workspace.incomingPrefix(key)) else { continue }
            do {
                if let run = try await intake.recover(look) { report.taken.append(run) }
            } catch let error as SealingError {
                // The others are taken all the same.
                report.untakable.append(
                    "\(look.path) is gone from its drop, and its copy can't be read: \(error)"
                        + " (no run has it: have the file dropped again, or remove this copy)"
                )
                kept.insert(look.path)
            }
            // While another process has it, it is not looked for.
            if try await installation.ledger.read({ try $0.heldClaims() }).contains(key) { kept.insert(look.path) }
        }
        return kept
    }

    /// Takes as many settled files as the slice allows, in the source's order.
    private func take(
        _ settled: [Settled],
        of source: Source,
        by intake: FileIntake,
        _ slice: IntakeSlice,
        _ report: inout IntakeReport
    ) async throws {
        let clock = intake.installation.clock
        let begin = clock.boot()
        var isFull = false
        for (entry, since) in settled.sorted(by: { source.order.isBefore($0.entry, $1.entry) }) {
            try Task.checkCancellation()
            let isExcluded = slice.excluded.contains(entry.path.text)
            let unclaimed = UnclaimedFile(path: entry.path.text, seenFor: since)
            guard !isFull, !isExcluded else {
                if !isExcluded { report.left += 1 }
                report.unclaimed.append(unclaimed)
                continue
            }
            do {
                switch try await intake.take(entry, of: source, unchangedFor: since) {
                case .run(let id): report.taken.append(id)
                case .growing:
                    report.unsettled += 1
                    report.unclaimed.append(unclaimed)
                case .gone: continue
                }
            } catch let error as FileDropError where !error.isOfConnection {
                // Whatever the drop says of one file, the others are taken all the same.
                intake.installation.meters.count(error)
                report.failed.insert(entry.path.text)
                report.faults.append("\(error)")
                report.unclaimed.append(unclaimed)
            }
            let isLate = (clock.boot().since(begin) ?? .zero) >= slice.time
            isFull = report.taken.count >= slice.files || (isLate && !report.taken.isEmpty)
        }
    }

    private func candidates(_ listing: [DropEntry], of source: Source) -> [DropEntry] {
        let names = source.doneMarker == nil ? [] : Set(listing.map(\.path.name))
        return listing.filter { entry in
            guard case .file = entry.kind, source.matches(entry) else { return false }
            guard entry.stamp.size >= source.minimumSize else { return false }
            guard let marker = source.doneMarker else { return true }
            return names.contains(entry.path.name + marker) && !entry.path.name.hasSuffix(marker)
        }
    }

    private func untakable(_ listing: [DropEntry], of source: Source) -> [(path: String, words: String)] {
        listing.filter(source.matches).compactMap { entry in
            switch entry.kind {
            case .file, .directory, .refused: nil
            case .link: (entry.path.text, "\(entry.path) is a link, and links are not followed")
            case .other:
                (
                    entry.path.text,
                    "\(entry.path) can't be read: \(entry.fault ?? "it is no file"); rename it, or move it away"
                )
            }
        }
    }

    /// The paths of the files that a run works on already.
    private func pathsUnderWay(
        of pipeline: Pipeline,
        _ source: Source,
        in installation: Installation
    ) async throws -> Set<String> {
        var query = RunQuery(pipeline: pipeline.name, states: RunState.unfinished)
        query.sourceDrop = source.drop.name
        let unfinished = query
        return Set(try await installation.ledger.read { try $0.runs(unfinished) }.map(\.source.path))
    }
}

extension Source {
    fileprivate func matches(_ entry: DropEntry) -> Bool { match.matches(entry.path.name) }
}

extension Source.Order {
    fileprivate func isBefore(_ left: DropEntry, _ right: DropEntry) -> Bool {
        switch self {
        case .nameDate:
            let dates = (dateInName(left.path.name), dateInName(right.path.name))
            let byTime = (
                dates.0 ?? left.stamp.modified / 1_000_000_000, dates.1 ?? right.stamp.modified / 1_000_000_000
            )
            return byTime.0 == byTime.1 ? left.path < right.path : byTime.0 < byTime.1
        case .modified:
            return left.stamp.modified == right.stamp.modified
                ? left.path < right.path : left.stamp.modified < right.stamp.modified
        case .name:
            return left.path < right.path
        }
    }
}
