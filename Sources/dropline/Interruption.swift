import ArgumentParser
import Dispatch
import Glibc
import Synchronization

/// Runs a body until it ends by itself, or is cancelled by SIGINT or SIGTERM, so that it can put away what it has opened; returns the signal.
///
/// A second signal ends the process at once, and so does a body that does not end in time: a call that hangs in the kernel can't be cancelled.
@discardableResult
func untilInterrupted(_ body: @escaping @Sendable () async throws -> Void) async throws -> Int32? {
    let (signals, arrived) = AsyncStream<Int32>.makeStream()
    let isStopping = Mutex(false)
    let sources = [SIGINT, SIGTERM].map { number in
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number)
        source.setEventHandler {
            let isSecond = isStopping.withLock { isStopping in
                defer { isStopping = true }
                return isStopping
            }
            guard !isSecond else { _exit(128 + number) }
            arrived.yield(number)
            DispatchQueue.global().asyncAfter(deadline: .now() + lastWait) { _exit(128 + number) }
        }
        source.resume()
        return source
    }
    defer { for source in sources { source.cancel() } }
    return try await withThrowingTaskGroup(of: Int32?.self) { group in
        group.addTask {
            try await body()
            return nil
        }
        group.addTask {
            for await number in signals { return number }
            return nil
        }
        defer { group.cancelAll() }
        return try await group.next() ?? nil
    }
}

/// How long a body that was cancelled may take to end.
private let lastWait: DispatchTimeInterval = .seconds(10)

/// Runs a body that SIGINT and SIGTERM cancel, so that what it has opened for a while is put away, and half-written files with it; ends as shells tell
/// of a command that a signal has ended: with 128 and the signal's number.
func interruptible(_ body: @escaping @Sendable () async throws -> Exit) async throws -> Exit {
    let result = Mutex<Exit?>(nil)
    let number = try await untilInterrupted {
        let exit = try await body()
        result.withLock { $0 = exit }
    }
    guard let exit = result.withLock({ $0 }) else { throw ExitCode(128 + (number ?? SIGINT)) }
    return exit
}
