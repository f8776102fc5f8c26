import Runner
import Synchronization

/// The loops of one configuration, until each of them has ended.
final class Generation: Sendable {
    let loops = Mutex<[PipelineLoop]>([])
    private let ends: [String: Gate]

    init(_ names: [String]) { ends = Dictionary(names.map { ($0, Gate()) }, uniquingKeysWith: { $1 }) }

    /// Waits for the end of a pipeline's loop; one that it has not has ended.
    func end(of name: String) async { await ends[name]?.wait() }

    /// Waits for the end of all.
    func endOfAll() async { for gate in ends.values { await gate.wait() } }

    /// Whether all have ended.
    var hasEnded: Bool { ends.values.allSatisfy(\.isOpen) }

    /// Notes that a loop has ended.
    func end(_ name: String) { ends[name]?.open() }

    /// Notes that no loop of it runs any more.
    func endAll() { for gate in ends.values { gate.open() } }
}

/// Is waited for until it is open, and then stays open.
private final class Gate: Sendable {
    private let state = Mutex((isOpen: false, waiters: [CheckedContinuation<Void, Never>]()))

    var isOpen: Bool { state.withLock { $0.isOpen } }

    func open() {
        let waiters = state.withLock { state in
            defer { state = (true, []) }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiters.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}
