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

    @OptionGroup var global: GlobalOptions
    @OptionGroup var deciding: DecisionOptions

    @Argument(help: "The pipeline.")
    var pipeline: String

    func run() async throws {
        try await exiting {
            let configuration = try Configuration.load(global.configurationPath)
            try configuration.requirePipelines([pipeline])
            try await configuration.makeLedger().pause(pipeline, deciding.decision)
            print("\(pipeline) is paused; 'dropline resume \(pipeline) --reason TEXT' ends it")
            return .done
        }
    }
}

struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Ends a pipeline's pause; the next poll goes on with it."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var deciding: DecisionOptions

    @Argument(help: "The pipeline.")
    var pipeline: String

    func run() async throws {
        try await exiting {
            let configuration = try Configuration.load(global.configurationPath)
            try configuration.requirePipelines([pipeline])
            try await configuration.makeLedger().resume(pipeline, deciding.decision)
            print("\(pipeline) is not paused any more; the next poll goes on with it")
            return .done
        }
    }
}
