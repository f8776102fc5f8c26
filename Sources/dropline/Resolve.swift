public import ArgumentParser
import Assembly
import Ledgers
public import Pipelines
import Records

struct Resolve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Settles a row whose outcome could not be found out.",
        discussion: """
            For a row that is 'unknown'. The shop is always asked: 'activated' needs the card that was made from this row, 'already-active' a usable \
            card of the same value (named with '--card' where it can't be told for sure), and 'refused' and 'conflict' are not taken while the \
            shop shows a card that was made from this row. The next 'dropline poll' publishes results and rejects again and ends the run when \
            nothing in it is open.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var deciding: DecisionOptions

    @Argument(help: "The run's number, as 'dropline runs' lists it.")
    var number: Int64

    @Argument(help: "The row's line in the source file, as results and 'dropline show' have it.")
    var line: Int

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp(
            "What became of it: \(ResolvedStatus.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "status"
        )
    )
    var status: ResolvedStatus

    @Option(help: ArgumentHelp("The card that is meant: gid://shopify/GiftCard/1.", valueName: "id"))
    var card: String?

    func run() async throws {
        try await exiting {
            let configuration = try Configuration.load(global.configurationPath)
            let id = RunID(number)
            let known = try await configuration.requireLedger(for: id).knownRun(id)
            try configuration.requirePipeline(of: known)
            let resolution = Resolution(run: id, line: line, status: status, cardID: card)
            let decision = deciding.decision
            let row = try await configuration.withInstallation(logger: global.logger(), only: [known.pipeline]) {
                opened -> Row? in
                guard let pipeline = opened.pipelines.first else { return nil }
                return try await opened.resolve(resolution, of: pipeline, decision)
            }
            guard let row else { return .configuration }
            let from = try await configuration.requireLedger(for: id).knownRun(id).rerunFrom
            if data.json {
                printJSON(
                    jsonObject(
                        ("run", .number("\(id)")),
                        ("line", .number("\(row.line)")),
                        ("status", .string(row.status.rawValue)),
                        ("giftCardId", row.cardID.map { .string($0) } ?? .null),
                        ("rerunFrom", from.map { .string($0) } ?? .null)
                    )
                )
            } else {
                let card = row.cardID.map { " (\($0))" } ?? ""
                let first = from.map { "runs the run again from \($0), as was asked before, and " } ?? ""
                let outcome = "line \(row.line) of run \(id) is \(row.status.rawValue)\(card)"
                print("\(outcome); the next poll \(first)publishes it")
            }
            return .done
        }
    }
}

extension ResolvedStatus: ExpressibleByArgument {}
