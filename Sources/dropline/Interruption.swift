import Dispatch
import Glibc

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
