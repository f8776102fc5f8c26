import ArgumentParser

struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "A new sealing key; a backup of the master key, and its return.",
        subcommands: [KeyRotate.self, KeyBackupCommand.self, KeyRestore.self]
    )
}
