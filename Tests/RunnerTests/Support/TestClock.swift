import Foundation
import Ledgers
import Pipelines
import Synchronization

/// A clock that stands until a test moves it; who sleeps is woken when his time has come.
final class TestClock: Sendable {
    private struct Sleeper {
        var until: Int64
        var continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var boot: Int64 = 1_000_000
        var wall: Int64
        var sleepers: [Int: Sleeper] = [:]
        var cancelled: Set<Int> = []
        var last = 0
        var random = 0.0
    }

    private let state: Mutex<State>

    /// Stands at a moment: `2026-03-10T09:00:00Z`.
    init(_ text: String = "2026-03-10T09:00:00Z") {
        let date = ISO8601DateFormatter().date(from: text) ?? Date(timeIntervalSince1970: 0)
        state = Mutex(State(wall: Int64(date.timeIntervalSince1970 * 1000)))
    }

    var wall: Int64 { state.withLock { $0.wall } }
    /// How many wait for their time.
    var sleepers: Int { state.withLock { $0.sleepers.count } }

    /// The clock as a pipeline has it.
    var clock: PipelineClock {
        PipelineClock(
            now: { self.wall },
            boot: { BootTime(boot: "test", nanoseconds: self.state.withLock { $0.boot } * 1_000_000) },
            sleep: { try await self.sleep($0) },
            random: { self.state.withLock { $0.random } }
        )
    }

    /// Moves both clocks on.
    func advance(_ duration: Duration) {
        let due = state.withLock { state in
            let milliseconds =
                duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
            state.boot += milliseconds
            state.wall += milliseconds
            let boot = state.boot
            return Self.take(&state) { $0.until <= boot }
        }
        for sleeper in due { sleeper.resume() }
    }

    /// Sets the wall clock alone, as a person or NTP does.
    func set(by duration: Duration) { state.withLock { $0.wall += duration.components.seconds * 1000 } }

    private func sleep(_ duration: Duration) async throws {
        let id = state.withLock { state in
            state.last += 1
            return state.last
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    let milliseconds = max(0, duration / .milliseconds(1))
                    guard milliseconds > 0, state.cancelled.remove(id) == nil else { return true }
                    let until = state.boot + Int64(milliseconds.rounded(.up))
                    state.sleepers[id] = Sleeper(until: until, continuation: continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> CheckedContinuation<Void, Never>? in
                if let sleeper = state.sleepers.removeValue(forKey: id) { return sleeper.continuation }
                state.cancelled.insert(id)
                return nil
            }
            sleeper?.resume()
        }
        try Task.checkCancellation()
    }

    private static func take(
        _ state: inout State,
        _ isDue: (Sleeper) -> Bool
    ) -> [CheckedContinuation<Void, Never>] {
        let due = state.sleepers.filter { isDue($0.value) }
        for id in due.keys { state.sleepers[id] = nil }
        return due.values.map(\.continuation)
    }
}

/// Looks every 5 ms whether something holds, for what can't be awaited otherwise; throws after a while.
func eventually(_ what: @autoclosure () -> String, _ holds: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(20)
    while try await !holds() {
        guard ContinuousClock.now < end else { throw InVain(what: what()) }
        try await Task.sleep(for: .milliseconds(5))
    }
}

struct InVain: Error, CustomStringConvertible {
    let what: String
    var description: String { "waited in vain until \(what)" }
}
