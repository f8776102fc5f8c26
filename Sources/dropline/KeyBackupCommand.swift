import ArgumentParser
import Assembly
import Foundation
import Ledgers
import Pipelines
import Sealing

struct KeyBackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Writes the master key to a file that a passphrase opens.",
        discussion: """
            The passphrase is asked for on the terminal, twice, or read from a file. Keep file and passphrase apart from the \
            ledger and from one another. The key never changes, so one backup serves for the ledger's life; copy the ledger itself \
            with SQLite's means ('sqlite3 var/dropline.sqlite ".backup COPY"'). 'dropline key restore' brings the key back.
            """
    )

    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("The file to write; one that exists is never changed.", valueName: "file"))
    var output: String

    @OptionGroup var passphrase: PassphraseOption

    func run() async throws {
        try await exiting {
            let configuration = try Configuration.load(global.configurationPath)
            try configuration.requireLedger()
            let installation = try await configuration.openInstallation(logger: global.logger())
            let backup = KeyBackup(master: try configuration.masterKey(), installation: installation.name)
            try backup.write(to: output, passphrase: try passphrase.secret(asksTwice: true))
            let entry = AuditEntry(
                at: installation.clock.now(),
                run: nil,
                event: "key-backed-up",
                detail: output,
                who: Person.current
            )
            try await installation.ledger.write { try $0.add(entry) }
            print("wrote \(output): the master key of installation \(installation.name), opened by the passphrase")
            return .done
        }
    }
}
