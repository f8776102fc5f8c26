import ArgumentParser
import Assembly
import Foundation
import Ledgers
import Records
import Runner

struct KeyRotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Seals the workspace with a new key, and forgets the old one.",
        discussion: """
            Every file is sealed again, and then the old key is removed from the ledger. The key that codes are hashed with stays, \
            so everything known is still recognised; the master key stays too. Other processes may run meanwhile; what they own \
            is waited for. A rotation that was interrupted goes on when the command is given again. Copies of the ledger \
            that were made before still hold the old key.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var data: DataOptions

    @Option(help: ArgumentHelp("Why; it is kept in the audit trail.", valueName: "text"))
    var reason: String

    @Option(help: ArgumentHelp("How long other processes are waited for: 30s, 10m, 2h.", valueName: "duration"))
    var wait = WaitDuration(.seconds(600))

    func validate() throws {
        if reason.allSatisfy(\.isWhitespace) { throw ValidationError("--reason says why, in words") }
    }

    func run() async throws {
        try await exiting {
            let configuration = try Configuration.load(global.configurationPath)
            try configuration.requireLedger()
            let progress = ProgressLine(quiet: global.quiet)
            let logger = global.logger()
            return try await interruptible {
                let installation = try await configuration.openInstallation(
                    logger: logger,
                    progress: progress.reporter
                )
                let report = try await KeyRotation.rotate(
                    installation,
                    reason: reason,
                    who: Person.current,
                    wait: wait.duration
                )
                progress.clear()
                if data.json { printJSON(report.json) } else { print(report.text) }
                for file in report.unreadable { complain("error: lost before the rotation: \(file)") }
                for key in report.waitsFor { complain("still owned by another process: \(key)") }
                return report.unreadable.isEmpty && report.waitsFor.isEmpty ? .done : .needsPerson
            }
        }
    }
}

extension KeyRotation.Report {
    fileprivate var text: String {
        let sealed = "\(files) \(files == 1 ? "file" : "files") sealed again"
        guard waitsFor.isEmpty else {
            return "sealing key \(key): \(sealed); the old key is still there, give the command again"
        }
        return "sealing key \(key): \(sealed); the old key is gone"
    }

    fileprivate var json: JSONValue {
        jsonObject(
            ("key", .number("\(key)")),
            ("continued", .bool(isContinued)),
            ("files", .number("\(files)")),
            ("unreadable", .array(unreadable.map { .string($0) })),
            ("waitsFor", .array(waitsFor.map { .string($0.text) })),
            ("oldKeyGone", .bool(waitsFor.isEmpty))
        )
    }
}
