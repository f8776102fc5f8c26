import Foundation
import Subprocess
import SystemPackage

/// Why a server is of no use.
public struct ServerError: Error, Sendable, CustomStringConvertible {
    /// What is amiss.
    public let description: String

    init(_ description: String) { self.description = description }
}

/// How a server is started, and how it shows that it listens.
public struct ServerCommand: Sendable {
    var executable: String
    var arguments: [String]
    /// The words in its log by which it says that it listens.
    var readyMark: String
    /// Whether it says so too early, so that its banner must be awaited besides.
    var readsBanner = false
}

extension ServerCommand {
    /// A server on asyncssh: a script, and the options that are its only argument.
    init(script: [UInt8], _ options: some Encodable, port: Int) throws {
        let script = PackageResources.serving_py + script
        executable = "/usr/bin/python3"
        arguments = [
            "-c", String(decoding: script, as: UTF8.self),
            String(decoding: try JSONEncoder().encode(options), as: UTF8.self),
        ]
        readyMark = "listening on \(port)"
    }
}

/// The process of a server: started and stopped by requests, ended with all that it has started when nobody makes requests any more.
final class ServerProcess: Sendable {
    private enum Request: Sendable {
        case start(ServerCommand, CheckedContinuation<Void, any Error>)
        case stop(CheckedContinuation<Void, Never>)
    }

    private let port: Int
    private let logPath: String
    private let requests = AsyncStream<Request>.makeStream()

    init(port: Int, log: String) { (self.port, logPath) = (port, log) }

    /// All that it has said.
    func log() -> String { (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? "" }

    /// Starts it, and returns once it listens.
    func start(_ command: ServerCommand) async throws {
        try await withCheckedThrowingContinuation { reply in
            if case .terminated = requests.continuation.yield(.start(command, reply)) {
                reply.resume(throwing: ServerError("the server is no longer looked after"))
            }
        }
    }

    /// Kills it with its connections, as a crash of the machine would, and returns once it is gone.
    func stop() async {
        await withCheckedContinuation { reply in
            if case .terminated = requests.continuation.yield(.stop(reply)) { reply.resume() }
        }
    }

    /// No more requests.
    func finish() { requests.continuation.finish() }

    /// Fulfils requests until there are no more, or until it is cancelled.
    func lookAfter() async {
        for await request in requests.stream {
            switch request {
            case .stop(let reply): reply.resume()
            case .start(let command, let reply): await execute(command, reply)?.resume()
            }
        }
    }

    /// Becomes the server, with a guard beside it that kills it when this process ends without a word, which closes their pipe.
    private static let guarded = "exec 3<&0 </dev/null; (read _ <&3; kill -KILL $$) & exec \"$@\" 3<&-"

    /// Runs it until a request to stop, which it gives back.
    private func execute(
        _ command: ServerCommand,
        _ reply: CheckedContinuation<Void, any Error>
    ) async -> CheckedContinuation<Void, Never>? {
        var isReady = false
        var stop: CheckedContinuation<Void, Never>?
        do {
            let said = log().utf8.count
            let log = try FileDescriptor.open(
                FilePath(logPath),
                .writeOnly,
                options: [.append, .create, .closeOnExec],
                permissions: .ownerReadWrite
            )
            defer { try? log.close() }
            _ = try await run(
                .path("/bin/sh"),
                arguments: Arguments(["-c", Self.guarded, "sh", command.executable] + command.arguments),
                input: .inputWriter,
                output: .fileDescriptor(log, closeAfterSpawningProcess: false),
                error: .fileDescriptor(log, closeAfterSpawningProcess: false)
            ) { execution in
                let process = execution.processIdentifier.value
                defer { killTree(process) }
                try await awaitReady(command, process, said)
                isReady = true
                reply.resume()
                for await request in requests.stream {
                    switch request {
                    case .stop(let asked):
                        stop = asked
                        return
                    case .start(_, let reply): reply.resume(throwing: ServerError("the server runs already"))
                    }
                }
            }
        } catch {
            if !isReady { reply.resume(throwing: error) }
        }
        return stop
    }

    private func awaitReady(_ command: ServerCommand, _ process: pid_t, _ said: Int) async throws {
        let end = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < end {
            if log().utf8.dropFirst(said).contains(command.readyMark.utf8) {
                guard command.readsBanner else { return }
                if await banner(of: port)?.hasPrefix("SSH-") == true { return }
            }
            guard !hasEnded(process) else { throw ServerError("\(command.executable) has ended: \(log())") }
            try await Task.sleep(for: .milliseconds(4))
        }
        throw ServerError("\(command.executable) does not listen on \(port): \(log())")
    }
}

/// Whether a child has ended; leaves it to be waited for.
private func hasEnded(_ process: pid_t) -> Bool {
    var info = siginfo_t()
    return waitid(P_PID, id_t(process), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_signo == SIGCHLD
}

/// Kills a process with all that came of it, also what has left its group, as the sessions of sshd do.
private func killTree(_ root: pid_t) {
    kill(root, SIGSTOP)
    var parents: [pid_t: [pid_t]] = [:]
    for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
        guard let process = pid_t(name), let stat = try? String(contentsOfFile: "/proc/\(name)/stat", encoding: .utf8),
            let fields = stat.split(separator: ")").last?.split(separator: " "), fields.count > 1
        else { continue }
        parents[pid_t(fields[1]) ?? 0, default: []].append(process)
    }
    var doomed = [root]
    while let process = doomed.popLast() {
        doomed += parents[process] ?? []
        kill(process, SIGKILL)
    }
}
