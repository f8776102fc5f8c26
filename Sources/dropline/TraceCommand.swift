import ArgumentParser
import Assembly
import Ledgers
import Records

struct TraceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "Follows rows from the source file to the card, and back.",
        discussion: """
            TEXT is what you have in hand:
              x3w6                          the last four characters of a code; never give more of it
              1200345, 5550000000101        a NetSuite or Shopify order id
              987, gid://shopify/GiftCard/987           a gift card
              'dl:0a1b2c3d4e5f:2'           the marker in a card's note, or the whole note
              ‹a file's name›               a source, feed, bulk file or results file, also with its path
              0a1b2c3d                      eight or more digits of a source's SHA-256
              run:12                        a run
              gid://shopify/BulkOperation/5, or its name    a bulk operation

            It tells each row's source file and line, feed entry, line of the bulk file, operation, result, card, status and reason; the \
            newest first. Codes are masked. That nothing is found is an answer too: it ends with 0.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var data: DataOptions

    @Argument(help: "What you have: the end of a code, an order, a card, a file, a run.")
    var text: String

    @Option(help: "Only this line of the file or run that TEXT names; the first is 1.")
    var line: Int?

    @Option(help: "At most so many rows.")
    var limit = 20

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is a number of rows, at least 1") }
        if let line, line < 1 { throw ValidationError("--line is the number of a line, at least 1") }
    }

    func run() async throws {
        try await exiting {
            let configuration = try Configuration.load(global.configurationPath)
            let (text, line, limit) = (text, line, min(limit, 1_000))
            let found = try await configuration.openLedger()?.read { ledger in
                try Trace(text, line: line, limit: limit, from: ledger)
            }
            if data.json { printJSON((found ?? Trace()).json) } else { print((found ?? Trace()).text) }
            return .done
        }
    }
}
