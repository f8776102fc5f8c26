import ArgumentParser
import Assembly
import Ledgers
import Pipelines

struct PauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Pauses a pipeline: nothing is taken for it, and nothing sent.",
        discussion: """
            At once, also for a poll that is under way. What Shopify works on already is followed to its end, and its results are published. \
            'dropline poll' says that the pipeline is paused, and ends with 0.
            """
    )

    @OptionGroup var options: PausingOptions

    func run() async throws {
        try await exiting {
            let name = options.pipeline
            try await options.openLedger().pause(name, options.deciding.decision)
            print("\(name) is paused; 'dropline resume \(name) --reason TEXT' ends it")
            return .done
        }
    }
}

struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Ends a pipeline's pause; the next poll goes on with it."
    )

    @OptionGroup var options: PausingOptions

    func run() async throws {
        try await exiting {
            let name = options.pipeline
            try await options.openLedger().resume(name, options.deciding.decision)
            print("\(name) is not paused any more; the next poll goes on with it")
            return .done
        }
    }
}

/// Which pipeline a pause is about, and who wants it.
struct PausingOptions: ParsableArguments {
    @OptionGroup var global: GlobalOptions
    @OptionGroup var deciding: DecisionOptions

    @Argument(help: "The pipeline.")
    var pipeline: String

    /// The ledger, for a pipeline that is configured.
    func openLedger() throws -> any Ledger {
        let configuration = try Configuration.load(global.configurationPath)
        try configuration.requirePipelines([pipeline])
        return try configuration.makeLedger()
    }
}
