/// A run may be told to leave its outputs in one local folder instead of the pipeline's drops; every later sweep keeps to that.
extension LedgerReader {
    /// The absolute path of the folder; `nil` for a run whose outputs go to the drops.
    public func outputFolder(of run: RunID) throws -> String? {
        try setting(outputSetting(run)).map { String(decoding: $0, as: UTF8.self) }
    }
}

extension LedgerWriter {
    /// Remembers the folder; in the transaction that adds the run.
    public func setOutputFolder(of run: RunID, to path: String, now: Int64) throws {
        try setSetting(outputSetting(run), to: Array(path.utf8))
        try add(AuditEntry(at: now, run: run, event: "output", detail: "outputs go to \(path) only"))
    }
}

private func outputSetting(_ run: RunID) -> String { "output of run \(run)" }
