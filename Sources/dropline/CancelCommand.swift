import ArgumentParser
import Assembly
import Ledgers
import Pipelines
import Records

struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Cancels a run's bulk operation at the shop, so that the run goes on.",
        discussion: """
            For an operation that does not end. The shop is asked to cancel it, and the next 'dropline poll' goes on with the run: it takes over what \
            was done, looks up the other rows at the shop, and sends those again that it does not find there. Nothing that was done is undone. It can be \
            given again at any time; after a lost answer the next poll asks the shop again. Where the run only waits for one of the shop's slots it \
            tells what takes them, and ends with 1: the operations of others are not cancelled.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var deciding: DecisionOptions

    @Argument(help: "The run's number, as 'dropline runs' lists it.")
    var number: Int64

    func run() async throws {
        try await exiting {
            let configuration = try Configuration.load(global.configurationPath)
            let id = RunID(number)
            let known = try await configuration.requireLedger(for: id).knownRun(id)
            try configuration.requirePipeline(of: known)
            let decision = deciding.decision
            let cancellation = try await configuration.withInstallation(
                logger: global.logger(),
                only: [known.pipeline]
            ) { opened -> Cancellation? in
                guard let pipeline = opened.pipelines.first else { return nil }
                return try await opened.cancelOperations(of: id, of: pipeline, decision)
            }
            guard let cancellation else { return .configuration }
            if data.json {
                printJSON(cancellation.json)
            } else {
                for line in cancellation.lines { print(line) }
            }
            return cancellation.waitsForSlot ? .needsPerson : .done
        }
    }
}

extension Cancellation {
    /// For scripts.
    fileprivate var json: JSONValue {
        func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
        return jsonObject(
            ("run", .number("\(run)")),
            (
                "operations",
                .array(
                    parts.map { part in
                        jsonObject(
                            ("name", .string(part.operation.name)),
                            ("id", optional(part.operation.remoteID)),
                            ("outcome", .string(part.outcome.rawValue)),
                            ("status", optional(part.operation.status)),
                            ("done", .number("\(part.operation.progress)")),
                            ("total", .number("\(part.operation.total)"))
                        )
                    }
                )
            ),
            (
                "slots",
                .array(
                    slots.map { slot in
                        jsonObject(
                            ("id", .string(slot.id)),
                            ("kind", .string(slot.kind)),
                            ("status", .string(slot.status)),
                            ("since", .string(slot.since)),
                            ("name", optional(slot.name)),
                            ("run", slot.run.map { .number("\($0)") } ?? .null)
                        )
                    }
                )
            )
        )
    }
}
