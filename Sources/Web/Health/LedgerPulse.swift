import Ledgers

/// Asks the ledger whether it can be read, once for all who want to know meanwhile: however many probes come, the pipelines' reads are not kept waiting.
actor LedgerPulse {
    private var asking: Task<String?, Never>?

    /// Why it can't be read, in words.
    func fault(of ledger: any Ledger) async -> String? {
        if let asking { return await asking.value }
        let task = Task<String?, Never> {
            do {
                _ = try await ledger.read { try $0.setting("installation") }
                return nil
            } catch {
                return "\(error)"
            }
        }
        asking = task
        defer { asking = nil }
        return await task.value
    }
}
