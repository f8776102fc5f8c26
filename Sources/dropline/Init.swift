import ArgumentParser
import Assembly

struct Init: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes a starter configuration, its pipelines and folders; overwrites nothing.",
        discussion:
            "The starter serves a folder and the sandbox, so it works as it is: start 'dropline sandbox --port 8181' beside it."
    )

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The folder.")
    var folder = "."

    @Option(help: "The port of the sandbox that the starter names.")
    var sandboxPort = 8181

    func validate() throws {
        guard 1...65_535 ~= sandboxPort else { throw ValidationError("--sandbox-port is a port from 1 to 65535") }
    }

    func run() async throws {
        try await exiting {
            for entry in try Starter(folder: folder, sandboxPort: sandboxPort).write() {
                print(entry.isWritten ? "wrote    \(entry.path)" : "kept     \(entry.path) (it was there)")
            }
            let there = folder == "." ? "" : "cd \(folder)\n  "
            print(
                """

                Next:
                  \(there)dropline sandbox --port \(sandboxPort) &
                  dropline check --connect
                  cp YOUR-GiftCardFulfillment.csv \(Starter.inbox)/
                  dropline poll

                For NetSuite's SFTP server, fill in the drop 'netsuite' in dropline.yaml and name its pipeline there.
                """
            )
            return .done
        }
    }
}
