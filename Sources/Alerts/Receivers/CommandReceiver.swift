import Subprocess

/// Runs a command of the installation's own for each message, which it reads as JSON on its standard input; exit code 0 says that it has arrived.
///
/// No shell is in between, and no part of a message is an argument. Of the service's environment, where secrets may stand, the command gets nothing but
/// `PATH`, `HOME`, `LANG` and `TZ`.
public struct CommandReceiver: AlertReceiver {
    /// Its name in the configuration.
    public let name: String
    /// How long a condition has lasted before it is told.
    public let patience: Duration
    private let command: [String]
    private let limit: Duration

    /// Makes a receiver of a command and its arguments.
    public init(name: String, patience: Duration, command: [String], limit: Duration = .seconds(60)) {
        (self.name, self.patience, self.command, self.limit) = (name, patience, command, limit)
    }

    /// Runs the command and waits for its end, but not longer than a minute.
    public func deliver(_ alert: Alert, from installation: String) async throws {
        let line = try alert.json(from: installation) + [UInt8(ascii: "\n")]
        let exit = try await ChildProcess(command).run(input: line, limit: limit)
        guard exit == .exited(0) else { throw AlertFault("the command ended with \(exit.words)") }
    }
}
