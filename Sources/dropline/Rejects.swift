import ArgumentParser
import Assembly
import Ledgers
import Pipelines
import Records

struct Rejects: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes a run's rejected rows as a source file, to be corrected and dropped again.",
        discussion: """
            The file has the source's own header and columns and the rows that are invalid, refused or conflicts; why each was rejected is printed. \
            Codes are masked, and then the file is only to be looked at; with '--reveal' they are in clear, and the corrected file can be dropped \
            again. It is made with mode 0600 and never over another file.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var deciding: DecisionOptions

    @Argument(help: "The run's number, as 'dropline runs' lists it.")
    var number: Int64

    @Option(help: ArgumentHelp("The file to write; it must not be there yet.", valueName: "file"))
    var output: String

    @Flag(help: "Writes the codes in clear. It is kept in the audit trail.")
    var reveal = false

    func run() async throws {
        try await exiting {
            let configuration = try Configuration.load(global.configurationPath)
            let id = RunID(number)
            let known = try await configuration.requireLedger(for: id).knownRun(id)
            try configuration.requirePipeline(of: known)
            let decision = deciding.decision
            let written = try await configuration.withInstallation(logger: global.logger(), only: [known.pipeline]) {
                opened -> (count: Int, first: [Row])? in
                guard let pipeline = opened.pipelines.first else { return nil }
                return try await opened.writeRejectedRows(
                    of: id,
                    of: pipeline,
                    to: output,
                    reveal: reveal,
                    decision
                )
            }
            guard let written else { return .configuration }
            if data.json {
                printJSON(
                    jsonObject(
                        ("run", .number("\(id)")),
                        ("file", .string(output)),
                        ("rows", .number("\(written.count)")),
                        ("revealed", .bool(reveal))
                    )
                )
                return .done
            }
            for row in written.first { print("line \(row.line)  \(row.status.rawValue)  \(row.reason?.shown ?? "")") }
            let more = written.count - written.first.count
            if more > 0 { print("and \(more) more") }
            print("\(written.count) row\(written.count == 1 ? "" : "s") written to \(output.shown), " + whatNow)
            return .done
        }
    }

    private var whatNow: String {
        reveal
            ? "codes in clear: correct them, drop the file under a name that the pipeline takes, and remove it here"
            : "codes masked: this can't be dropped again; '--reveal' writes them in clear"
    }
}
