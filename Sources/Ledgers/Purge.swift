/// What retention removes of a finished run; the raw value is the word in configuration and ledger.
public enum PurgePart: String, Sendable, CaseIterable {
    /// What it put on the drops and that carries codes: the archived source, feed and bulk files.
    case archive
    /// The run's sealed files.
    case workspace
    /// The texts of its rows, and how its stages and bulk operations went.
    case ledger
}

/// That a part of a run was removed by age.
public struct Purge: Sendable, Equatable {
    /// The run.
    public var run: RunID
    /// What of it.
    public var part: PurgePart
    /// When it was first gone about, in milliseconds since 1970: from then on the part may be missing.
    public var begunAt: Int64
    /// When nothing of it was left, in milliseconds since 1970; `nil` while something is, and once the run has run again.
    public var doneAt: Int64?

    /// Describes a removal.
    public init(run: RunID, part: PurgePart, begunAt: Int64, doneAt: Int64? = nil) {
        (self.run, self.part, self.begunAt, self.doneAt) = (run, part, begunAt, doneAt)
    }
}

extension Delivery {
    /// What tells that a purge removed this file.
    ///
    /// What a reader took before the purge has none: it may have been imported.
    public func removal(at moment: Int64) -> AuditEntry {
        AuditEntry(at: moment, run: run, event: AuditEntry.purgedFile, detail: "\(kind) \(drop):\(path)")
    }
}

extension [AuditEntry] {
    /// Whether the last that a run's audit trail tells of a file on a drop is that it was removed by age.
    ///
    /// The trail's order counts, and no clock: one that was set back would take a file that was published again for a removed one.
    public func tellRemoval(of delivery: Delivery) -> Bool {
        let removal = delivery.removal(at: 0)
        guard let removed = lastIndex(where: { $0.event == removal.event && $0.detail == removal.detail }) else {
            return false
        }
        let published = ["\(delivery.kind) \(delivery.path)", delivery.path]
        return removed > lastIndex { $0.event != removal.event && published.contains($0.detail) } ?? -1
    }
}

extension ArtifactKind {
    /// Whether codes stand in it in clear where it is published or archived.
    public var carriesCodes: Bool { [.source, .activationFeed, .bulkFile].contains(self) }
}
