import ArgumentParser
import Assembly
import Foundation
import Ledgers
import Records

struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows one run: stages, counts and money, bulk operations, files, rows that need a look."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var data: DataOptions

    @Argument(help: "The run's number, as 'dropline runs' lists it.")
    var number: Int64

    func run() async throws {
        try await exiting {
            let configuration = try Configuration.load(global.configurationPath)
            let id = RunID(number)
            let found = try await configuration.openLedger()?.read { ledger in
                try ledger.run(id).map { try RunDetail(reading: $0, from: ledger) }
            }
            guard let detail = found.flatMap(\.self) else {
                complain("error: there is no run \(number); 'dropline runs' lists them")
                throw ExitCode(64)
            }
            if data.json { printJSON(detail.json) } else { print(detail.text) }
            return .done
        }
    }
}
