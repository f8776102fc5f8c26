import ArgumentParser
import Assembly
import Foundation
import Sealing

struct KeyRestore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Writes the master key of a backup to where the configuration has it.",
        discussion: """
            A key that is there already is never replaced. Where the ledger is there, the key must be its own; so copy the ledger \
            first. Let one machine alone work on with it: stop the one that the copy is from.
            """
    )

    @OptionGroup var global: GlobalOptions

    @Argument(help: "A file that 'dropline key backup' wrote.")
    var file: String

    @OptionGroup var passphrase: PassphraseOption

    @Option(
        help: ArgumentHelp(
            "Where the key is written; needed where the configuration takes it from a systemd credential.",
            valueName: "file"
        )
    )
    var output: String?

    func run() async throws {
        try await exiting {
            let configuration = try Configuration.load(global.configurationPath)
            let backup = try KeyBackup.read(file, passphrase: try passphrase.secret(asksTwice: false))
            let (target, fitsLedger) = try await configuration.restore(backup, to: output)
            let ledger =
                fitsLedger
                ? "it opens the ledger at \(configuration.state)" : "copy its ledger to \(configuration.state)"
            print("wrote \(target): the master key of installation \(backup.installation); \(ledger)")
            return .done
        }
    }
}
