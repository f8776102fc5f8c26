public import ArgumentParser
import Assembly
import Foundation
public import Logging

/// What every command takes.
struct GlobalOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The configuration file (or DROPLINE_CONFIG).", valueName: "file"))
    var config: String?

    @Option(help: "How much is logged: trace, debug, info, notice, warning, error or critical.")
    var logLevel = Logger.Level.notice

    @Option(help: "How logs are written: text, or json with one object for each line.")
    var logFormat = LogFormat.text

    @Flag(help: "Says nothing on standard error but errors.")
    var quiet = false

    /// The configuration file's path.
    var configurationPath: String {
        config ?? ProcessInfo.processInfo.environment["DROPLINE_CONFIG"] ?? "dropline.yaml"
    }

    /// The path of a file beside the configuration file.
    func besideConfiguration(_ name: String) -> String {
        guard let slash = configurationPath.lastIndex(of: "/") else { return name }
        return configurationPath[...slash] + name
    }

    /// A logger to standard error.
    func logger() -> Logger {
        let level = quiet ? max(logLevel, .error) : logLevel
        return Logger(label: "dropline") { label in
            var handler: any LogHandler =
                switch logFormat {
                case .text: HarmlessLogHandler(StreamLogHandler.standardError(label: label))
                case .json: JSONLogHandler()
                }
            handler.logLevel = level
            return handler
        }
    }
}

/// How logs are written.
enum LogFormat: String, ExpressibleByArgument, CaseIterable { case text, json }

/// For commands that print data.
struct DataOptions: ParsableArguments {
    @Flag(help: "Prints JSON instead of text.")
    var json = false
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
