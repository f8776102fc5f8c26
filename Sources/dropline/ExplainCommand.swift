import ArgumentParser
import Assembly
import Records

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tells in words what a pipeline will do, with the values of its configuration.",
        discussion: "Nothing is opened, and no secret is asked for; 'dropline check --connect' tries what is named."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var data: DataOptions

    @Argument(help: "The pipeline.")
    var pipeline: String

    func run() async throws {
        try await exiting {
            let explanation = try Configuration.load(global.configurationPath).explanation(of: pipeline)
            if data.json {
                let parts = explanation.parts.map { part in
                    jsonObject(
                        ("about", .string(part.title)),
                        ("sentences", .array(part.sentences.map { .string($0) }))
                    )
                }
                printJSON(
                    jsonObject(
                        ("pipeline", .string(explanation.pipeline)),
                        ("file", .string(explanation.path)),
                        ("parts", .array(parts))
                    )
                )
                return .done
            }
            print("\(explanation.pipeline) (\(explanation.path))")
            for part in explanation.parts {
                print("\n" + part.title)
                for sentence in part.sentences { print("  " + sentence) }
            }
            return .done
        }
    }
}
