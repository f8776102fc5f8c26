import Foundation
import Subprocess
import SystemPackage

/// How a command of `dropline` ended, and what it said.
public struct CommandResult: Sendable, CustomStringConvertible {
    /// The arguments that it was given.
    public let arguments: [String]
    /// The exit code; that of a signal is negative (`-9`).
    public let exit: Int
    /// Standard output.
    public let output: String
    /// Standard error.
    public let errors: String

    /// Standard output as JSON; throws when it is anything else, a warning above it included.
    public func json() throws -> JSON {
        do {
            return try JSON(parsing: Data(output.utf8))
        } catch {
            throw SupportError("standard output is no JSON (\(error)) after \(self)")
        }
    }

    /// The whole of it, for the message of a failure.
    public var description: String {
        """
        dropline \(arguments.joined(separator: " "))
        exit \(exit)
        --- standard output
        \(output)
        --- standard error
        \(errors)
        """
    }
}

/// Why a test can't go on.
public struct SupportError: Error, Sendable, CustomStringConvertible {
    /// What is amiss.
    public let description: String

    /// Makes the error from words.
    public init(_ description: String) { self.description = description }
}

/// The binary under test: `DROPLINE_BINARY`, or the one that was built beside the tests.
public func droplineBinary() throws -> String {
    let environment = ProcessInfo.processInfo.environment
    let beside = (Bundle.main.executablePath ?? CommandLine.arguments[0] as String) as NSString
    let path = environment["DROPLINE_BINARY"] ?? beside.deletingLastPathComponent + "/dropline"
    guard FileManager.default.isExecutableFile(atPath: path) else {
        throw SupportError("there is no binary at \(path); build the product 'dropline', or set DROPLINE_BINARY")
    }
    return path
}

/// What stands before each command of `dropline`: a program that does something to its own process and then becomes it.
public enum CommandWrapper {
    /// The program with its arguments.
    @TaskLocal public static var words: [String] = []

    /// Makes each sync of a ledger's log take at least so long.
    public static func slowDisk(milliseconds: Int) -> [String] {
        let delay = "inject=fdatasync:delay_exit=\(milliseconds * 1_000)"
        return ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync", "-e", delay, "--"]
    }

    /// Makes root obey the permissions of files, as everybody else does.
    public static let obeyingPermissions =
        geteuid() == 0 ? ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--"] : []
}

/// Runs `dropline` to its end.
///
/// `environment` holds changes to this process's environment; `nil` removes a variable. Dropline's own variables are never inherited.
public func dropline(
    _ arguments: [String],
    environment: [String: String?] = [:],
    in folder: String? = nil
) async throws -> CommandResult {
    let result = try await run(
        configuration(arguments, environment, folder),
        input: .none,
        output: .bytes(limit: 50_000_000),
        error: .bytes(limit: 50_000_000)
    )
    return CommandResult(
        arguments: arguments,
        exit: result.terminationStatus.number,
        output: String(decoding: result.standardOutput, as: UTF8.self),
        errors: String(decoding: result.standardError, as: UTF8.self)
    )
}

/// A `dropline` that runs while a test does something else.
public struct RunningCommand: Sendable {
    /// The number of the process.
    public let process: Int
    let send: @Sendable (Signal) throws -> Void

    /// Kills it, as `kill -9` does.
    public func kill() throws { try send(.kill) }
    /// Asks it to end, as `kill` does.
    public func terminate() throws { try send(.terminate) }
    /// Interrupts it, as Ctrl-C does.
    public func interrupt() throws { try send(.interrupt) }
    /// Stops it, as Ctrl-Z does; every thread of it stands then.
    public func suspend() async throws {
        try send(.suspend)
        while try !stands { try await Task.sleep(for: .milliseconds(1)) }
    }
    /// Lets it go on.
    public func resume() throws { try send(.resume) }

    /// Whether each thread is stopped: `T` behind the name in proc(5)'s `stat`.
    private var stands: Bool {
        get throws {
            let threads = "/proc/\(process)/task"
            return try FileManager.default.contentsOfDirectory(atPath: threads).allSatisfy { thread in
                guard let stat = try? String(contentsOfFile: "\(threads)/\(thread)/stat", encoding: .utf8) else {
                    return true
                }
                return stat.split(separator: ")").last?.hasPrefix(" T") ?? false
            }
        }
    }
}

/// Runs `dropline` beside a body, and gives both their results once both have ended.
public func withDropline<Value: Sendable>(
    _ arguments: [String],
    environment: [String: String?] = [:],
    in folder: String? = nil,
    _ body: (RunningCommand) async throws -> Value
) async throws -> (value: Value, result: CommandResult) {
    let ended = try await run(
        configuration(arguments, environment, folder),
        input: .none,
        output: .bytes(limit: 50_000_000),
        error: .bytes(limit: 50_000_000)
    ) { execution in
        let running = RunningCommand(process: Int(execution.processIdentifier.value)) { signal in
            try execution.send(signal: signal)
        }
        do {
            return try await body(running)
        } catch {
            try? execution.send(signal: .kill)
            throw error
        }
    }
    let result = CommandResult(
        arguments: arguments,
        exit: ended.terminationStatus.number,
        output: String(decoding: ended.standardOutput, as: UTF8.self),
        errors: String(decoding: ended.standardError, as: UTF8.self)
    )
    return (ended.closureResult, result)
}

func configuration(
    _ arguments: [String],
    _ environment: [String: String?] = [:],
    _ folder: String? = nil
) throws -> Configuration {
    var changes: [Environment.Key: String?] = [:]
    for name in ProcessInfo.processInfo.environment.keys where name.hasPrefix("DROPLINE_") || name == "SHOPIFY_TOKEN" {
        changes[Environment.Key(stringLiteral: name)] = .some(nil)
    }
    for (name, value) in environment { changes[Environment.Key(stringLiteral: name)] = .some(value) }
    let words = CommandWrapper.words + [try droplineBinary()] + arguments
    return Configuration(
        executable: CommandWrapper.words.isEmpty ? .path(FilePath(words[0])) : .name(words[0]),
        arguments: Arguments(Array(words.dropFirst())),
        environment: .inherit.updating(changes),
        workingDirectory: folder.map { FilePath($0) }
    )
}

extension TerminationStatus {
    var number: Int {
        switch self {
        case .exited(let code): Int(code)
        case .signaled(let signal): -Int(signal)
        }
    }
}
