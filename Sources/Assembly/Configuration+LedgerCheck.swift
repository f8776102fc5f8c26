import Foundation
import Ledgers
import SQLiteLedger

extension Configuration {
    /// Reads the ledger from end to end and tells what is wrong with it; nothing of it is changed, and none is made.
    public func checkLedger() async -> ConnectionFinding {
        let subject = "ledger \(state)"
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: state) else {
            return ConnectionFinding(subject, "there is none yet; nothing was ever run")
        }
        do {
            let faults = try await SQLiteLedger.faults(in: state)
            guard faults.isEmpty else {
                let advice = "stop Dropline and restore a backup, as 'Backup and restore' in deploy/RUNBOOK.md says"
                let error = LedgerError(.corrupt, "it is damaged; \(advice)")
                return ConnectionFinding(subject, failing: error, details: faults)
            }
            let size = (attributes[.size] as? NSNumber)?.int64Value ?? 0
            return ConnectionFinding(subject, "sound; all of its \(size) bytes were read")
        } catch {
            return ConnectionFinding(subject, failing: error)
        }
    }
}
