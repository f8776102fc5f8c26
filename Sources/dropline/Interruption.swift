import ArgumentParser
import Dispatch
import Glibc
import Synchronization

/// Runs a body until it ends by itself, or is cancelled by SIGINT or SIGTERM, so that it can put away what it has opened.
func untilInterrupted(_ body: @escaping @Sendable () async throws -> Void) async throws {
    let (signals, arrived) = AsyncStream<Int32>.makeStream()
    let sources = [SIGINT, SIGTERM].map { number in
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number)
        source.setEventHandler { arrived.yield(number) }
        source.resume()
        return source
    }
    defer { for source in sources { source.cancel() } }
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await body() }
        group.addTask { for await _ in signals { return } }
        defer { group.cancelAll() }
        try await group.next()
    }
}

/// Runs a body that SIGINT and SIGTERM cancel, so that what it has opened for a while is put away; ends with the code of a command that was interrupted.
func interruptible(_ body: @escaping @Sendable () async throws -> Exit) async throws -> Exit {
    let result = Mutex<Exit?>(nil)
    try await untilInterrupted {
        let exit = try await body()
        result.withLock { $0 = exit }
    }
    guard let exit = result.withLock({ $0 }) else { throw ExitCode(128 + SIGINT) }
    return exit
}
