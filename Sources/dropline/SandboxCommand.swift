import ArgumentParser
import Glibc
import Logging
import ShopifySandbox

struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Serves a local Shopify: gift cards, staged uploads and bulk operations, with faults on request.",
        discussion: """
            It takes the token 'shpat_sandbox' and listens on this machine only. What it holds is at /sandbox/state, /sandbox/cards and \
            /sandbox/operations; faults are given with --fault or sent to /sandbox/faults.

            Faults (--fault KIND[:COUNT]):
            \(SandboxFault.Kind.allCases.map { "  \($0.rawValue): \($0.summary)" }.joined(separator: "\n"))
            """
    )

    @OptionGroup var global: GlobalOptions

    @Option(help: "The port; 0 takes a free one.")
    var port = 8181

    @Option(help: "The shop's own domain.")
    var domain = "dropline-sandbox.myshopify.com"

    @Option(help: "The currency of the shop.")
    var currency = "USD"

    @Option(help: "What one card may be worth at most, in plain digits.")
    var issueLimit = "2000.00"

    @Option(
        help: ArgumentHelp(
            "A customer that there is; may be given several times. Without it every well-formed id is one's.",
            valueName: "id"
        )
    )
    var customer: [String] = []

    @Option(help: "How long a bulk operation takes, in seconds.")
    var operationSeconds = 0.3

    @Option(help: ArgumentHelp("A file that keeps the shop over restarts.", valueName: "file"))
    var state: String?

    @Option(help: ArgumentHelp("A fault to begin with; may be given several times.", valueName: "kind"))
    var fault: [String] = []

    func validate() throws {
        guard 0...65_535 ~= port else { throw ValidationError("--port is a port from 0 to 65535") }
    }

    func run() async throws {
        try await exiting {
            do {
                let configuration = try sandboxConfiguration()
                let token = configuration.token
                let sandbox = Sandbox(configuration, logger: global.logger())
                try await untilInterrupted {
                    try await sandbox.run { port in
                        print("sandbox at http://127.0.0.1:\(port), token \(token)")
                        fflush(nil)
                    }
                }
            } catch let error as SandboxError where error.code == .badConfiguration || error.code == .badFault {
                throw ValidationError(error.message)
            }
            return .done
        }
    }

    /// The shop that the options describe; throws `SandboxError` for a fault that there is not.
    func sandboxConfiguration() throws -> SandboxConfiguration {
        var configuration = SandboxConfiguration()
        configuration.port = port
        configuration.domain = domain
        configuration.currency = currency
        configuration.issueLimit = issueLimit
        configuration.customers = customer.isEmpty ? nil : customer
        configuration.operationSeconds = operationSeconds
        configuration.statePath = state
        configuration.faults = try fault.map { try SandboxFault(parsing: $0) }
        return configuration
    }
}
