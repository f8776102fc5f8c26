import Foundation
import Glibc
import Subprocess
import SystemPackage

/// A command that is run to its end with bytes on its standard input; what it says on standard error is the service's to show.
struct ChildProcess {
    private let command: [String]

    init(_ command: [String]) { self.command = command }

    /// Runs it; throws `AlertFault` when it can't be begun or doesn't end in time, and ends it when it is cancelled.
    func run(input: [UInt8], limit: Duration) async throws -> TerminationStatus {
        try await withThrowingTaskGroup(of: TerminationStatus?.self) { group in
            group.addTask { try await run(input) }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let status = first else {
                throw AlertFault("the command did not end within \(limit.components.seconds) seconds")
            }
            return status
        }
    }

    private func run(_ input: [UInt8]) async throws -> TerminationStatus {
        guard let program = command.first else { throw AlertFault("there is no command") }
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(2))]
        let executable: Executable = program.contains("/") ? .path(FilePath(program)) : .name(program)
        do {
            return try await Subprocess.run(
                executable,
                arguments: Arguments(Array(command.dropFirst())),
                environment: .custom(Self.environment),
                platformOptions: options,
                input: .fileDescriptor(try Self.filledPipe(input), closeAfterSpawningProcess: true),
                output: .discarded,
                error: .currentStandardError
            ).terminationStatus
        } catch is CancellationError {
            throw CancellationError()
        } catch let error as AlertFault {
            throw error
        } catch {
            throw AlertFault("the command \(program) can't be run: see that it is there and may be executed")
        }
    }

    /// The reading end of a pipe that holds all of the bytes already: a command that reads nothing breaks no pipe, which would end this process.
    private static func filledPipe(_ bytes: [UInt8]) throws -> FileDescriptor {
        guard bytes.count <= 60_000 else { throw AlertFault("a message is too long") }
        let pipe = try FileDescriptor.pipe()
        defer { try? pipe.writeEnd.close() }
        // No other child of this process may hold it open.
        _ = fcntl(pipe.readEnd.rawValue, F_SETFD, FD_CLOEXEC)
        _ = fcntl(pipe.writeEnd.rawValue, F_SETFD, FD_CLOEXEC)
        try pipe.writeEnd.writeAll(bytes)
        return pipe.readEnd
    }

    private static var environment: [Subprocess.Environment.Key: String] {
        let known = ["PATH", "HOME", "LANG", "TZ", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"]
        let own = ProcessInfo.processInfo.environment
        var kept: [Subprocess.Environment.Key: String] = ["PATH": "/usr/local/bin:/usr/bin:/bin"]
        for name in known { if let value = own[name] { kept[.init(stringLiteral: name)] = value } }
        return kept
    }
}

extension TerminationStatus {
    /// `exit code 7`, or `signal 15`.
    var words: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .signaled(let signal): "signal \(signal)"
        }
    }
}
