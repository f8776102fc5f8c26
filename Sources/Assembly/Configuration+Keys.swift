import Foundation
import Ledgers
import Pipelines
public import Sealing

extension Configuration {
    /// The master key, which must be there.
    public func masterKey() throws -> MasterKey {
        try .load(keyPath, access: keyIsCredential ? .guardedByFolder : .ownerOnly)
    }

    /// Writes the key of a backup to where the configuration has it, or to another place; tells where, and whether the ledger is there and opens with it.
    ///
    /// Throws `SealingError` with `.wrongMasterKey` for the key of another ledger, before anything is written, and `.targetExists`.
    public func restore(_ backup: KeyBackup, to other: String?) async throws -> (target: String, fitsLedger: Bool) {
        guard other != nil || !keyIsCredential else {
            throw problem(
                "the key is a systemd credential: write it to a file with --output, and that into the credential"
            )
        }
        var fitsLedger = false
        if let wrapped = try await openLedger()?.read(LedgerKeys.read) {
            _ = try Keyring(unwrapping: wrapped, master: backup.master)
            fitsLedger = true
        }
        let target = other ?? keyPath
        try Self.makeFolder(of: target)
        try backup.master.write(to: target)
        return (target, fitsLedger)
    }

    /// Throws `ConfigurationProblems` where nothing was ever run, so that a command for what is there makes no new ledger by a wrong path.
    public func requireLedger() throws {
        guard !FileManager.default.fileExists(atPath: state) else { return }
        throw problem("there is no ledger at \(state); the first 'dropline poll' makes it, and its keys")
    }

    private func problem(_ message: String) -> ConfigurationProblems {
        ConfigurationProblems(problems: [ConfigurationProblem(file: path, line: 0, column: 0, message: message)])
    }
}
