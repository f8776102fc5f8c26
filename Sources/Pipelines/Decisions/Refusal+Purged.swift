public import Ledgers

extension LedgerReader {
    /// Makes sure that a run still has what a command needs of it.
    ///
    /// Throws `Refusal` from the moment on at which one of the parts was first gone about.
    public func requireUnpurged(_ run: RunID, _ parts: Set<PurgePart>) throws {
        guard let purge = try purges(of: run).first(where: { parts.contains($0.part) }) else { return }
        throw Refusal(
            .wrongUsage,
            "run \(run) is purged: its \(purge.part.lost) were removed by age; 'dropline show \(run)' tells when"
        )
    }
}

extension PurgePart {
    /// What a run lacks without this part.
    fileprivate var lost: String {
        switch self {
        case .archive: "files on the drops"
        case .workspace: "files"
        case .ledger: "rows' texts"
        }
    }
}
