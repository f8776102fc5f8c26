import ArgumentParser
import Assembly
import Commerce
import Records

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks the configuration and its pipelines.",
        discussion: """
            Without '--connect' nothing is opened or touched. With it every drop and shop is tried at the same time. A drop's server is asked \
            for its host key, logged in at, listed, written to and renamed in, with two small files of Dropline's own name beside the staging \
            directory that are removed again; the shop is asked for its currency, API version, scopes and issue limit. The secrets of the console's users are fetched.

            With '--test-alerts' every receiver of 'alerts' gets a trial message, sent once.

            With '--ledger' the ledger is read from end to end, and its tables and indexes are compared with one another; it ends with 70 when it is \
            damaged. Nothing of it is changed, and other processes may use it meanwhile.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var data: DataOptions

    @Argument(help: "The pipelines; all of them when none is named.")
    var pipelines: [String] = []

    @Flag(help: "Tries the drops and the shops too.")
    var connect = false

    @Flag(help: "Sends a trial message to every receiver of alerts.")
    var testAlerts = false

    @Flag(help: "Reads the whole ledger, and tells whether it is damaged.")
    var ledger = false

    func run() async throws {
        try await exiting {
            let configuration = try Configuration.load(global.configurationPath)
            try configuration.requirePipelines(pipelines)
            let names = configuration.pipelines.map(\.name).filter { pipelines.isEmpty || pipelines.contains($0) }
            if !data.json {
                print(
                    "\(configuration.path): \(names.count) pipeline\(names.count == 1 ? "" : "s"): \(names.joined(separator: ", "))"
                )
                for warning in configuration.warnings { print(warning.warning) }
            }
            var findings = connect ? try await configuration.connect(only: pipelines, logger: global.logger()) : []
            if testAlerts { findings += await configuration.tryAlerts() }
            let ledgerFinding = ledger ? await checkLedger(configuration) : nil
            if data.json {
                printJSON(
                    jsonObject(
                        ("configuration", .string(configuration.path)),
                        ("pipelines", .array(names.map { .string($0) })),
                        ("warnings", .array(configuration.warnings.map(\.json))),
                        ("connections", .array(findings.map(\.json))),
                        ("ledger", ledgerFinding?.json ?? .null)
                    )
                )
            } else {
                for finding in findings + [ledgerFinding].compactMap(\.self) {
                    print(finding.text)
                    for detail in finding.details { print("        " + detail) }
                }
            }
            return (findings + [ledgerFinding].compactMap(\.self)).compactMap(\.side).map { Exit($0) }.max() ?? .done
        }
    }

    private func checkLedger(_ configuration: Configuration) async -> ConnectionFinding {
        let progress = ProgressLine(quiet: global.quiet)
        defer { progress.clear() }
        return await progress.during("reading the ledger") { await configuration.checkLedger() }
    }
}

extension ConfigurationProblem {
    /// `dropline.yaml:9:3: warning: no pipeline uses the drop 'old'`.
    fileprivate var warning: String {
        line > 0 ? "\(file):\(line):\(column): warning: \(message)" : "\(file): warning: \(message)"
    }

    fileprivate var json: JSONValue {
        jsonObject(
            ("file", .string(file)),
            ("line", .number("\(line)")),
            ("column", .number("\(column)")),
            ("text", .string(message))
        )
    }
}

extension ConnectionFinding {
    fileprivate var json: JSONValue {
        jsonObject(
            ("subject", .string(subject)),
            ("ok", .bool(side == nil)),
            ("fault", side.map { .string($0.rawValue) } ?? .null),
            ("text", .string(words)),
            ("details", .array(details.map { .string($0) }))
        )
    }
}
