import ArgumentParser
import Sealing

/// The command line: one file per command.
@main
struct Dropline: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dropline",
        abstract: "Moves gift cards between NetSuite, an OMS and Shopify through dropped files, each exactly once.",
        discussion: """
            First steps:
              dropline demo                 the whole way on a sandbox, with nothing to set up
              dropline init my-drops        a configuration, a pipeline and its folders
              dropline check                what is wrong in them, with line and column
              dropline poll                 one sweep: takes what was dropped and brings it to its end
              dropline serve                the same for as long as it runs, on schedules and as files are dropped

            Exit codes: 0 done, nothing to do, or going on by itself · 1 finished, but something needs a person · \
            64 wrong usage · 65 a given file can't be read as what it should be · 69 a drop or the shop can't be reached · \
            70 internal error · 78 configuration.
            """,
        version: "0.1.0",
        subcommands: [
            Demo.self, Init.self, Check.self, HostKeyCommand.self, Poll.self, Serve.self, ConsoleCommand.self,
            RunFiles.self, Runs.self, Show.self, TraceCommand.self, ExplainCommand.self, TestCommand.self,
            RerunCommand.self, Approve.self, Refuse.self, Resolve.self, CancelCommand.self, Rejects.self,
            PauseCommand.self,
            ResumeCommand.self,
            PurgeCommand.self, KeyCommand.self, PasswordCommand.self,
            SandboxCommand.self,
        ]
    )

    static func main() async {
        CoreDumps.forbid()
        await main(nil)
    }
}
