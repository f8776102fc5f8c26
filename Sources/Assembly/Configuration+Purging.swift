import Foundation
import Ledgers
public import Logging
import Pipelines
public import Runner
import SQLiteLedger
import Sealing

extension Retention {
    /// Reads `retention`; what is not named is kept.
    init(reading section: Section) {
        func age(_ part: PurgePart) -> Duration? {
            section.value(part.rawValue) == nil ? nil : section.duration(part.rawValue, or: .zero)
        }
        self.init(workspace: age(.workspace), ledger: age(.ledger), archive: age(.archive))
        section.finish()
    }
}

extension Configuration {
    /// Removes of finished runs what is older than it is kept; a drop is opened only when something of it is to go.
    ///
    /// A dry run works on a copy of the ledger, and changes nothing. Throws `ConfigurationProblems` where nothing was ever run, `SealingError` for a
    /// master key that is not this ledger's, and `LedgerError`.
    public func purge(_ retention: Retention, isDryRun: Bool, logger: Logger, who: String) async throws -> PurgeReport {
        try requireLedger()
        guard isDryRun else {
            return try await purge(retention, in: openInstallation(logger: logger), isDryRun: false, who: who)
        }
        return try await withTemporaryFolder("purge") { folder in
            let copy = folder + "/ledger.sqlite"
            try SQLiteLedger.copy(state, to: copy)
            // A workspace that is not there is not made.
            let isThere = FileManager.default.fileExists(atPath: workspace)
            let installation = Installation(
                name: "dry-run",
                ledger: try SQLiteLedger(path: copy),
                workspace: try Workspace(root: isThere ? workspace : folder + "/workspace"),
                keyring: try .create(.random()),
                logger: logger
            )
            return try await purge(retention, in: installation, isDryRun: true, who: who)
        }
    }

    private func purge(
        _ retention: Retention,
        in installation: Installation,
        isDryRun: Bool,
        who: String
    ) async throws -> PurgeReport {
        let sources = pipelines.compactMap { pipeline in pipeline.source.map { (pipeline.name, $0.drop) } }
        return try await Purging.purge(
            retention,
            in: installation,
            isDryRun: isDryRun,
            who: who,
            sources: Dictionary(sources) { first, _ in first }
        ) { [drops] name in
            try drops[name]?.open()
        }
    }
}
