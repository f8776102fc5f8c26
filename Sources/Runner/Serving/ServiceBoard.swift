import Synchronization

/// Where the loops of a service write what they do, and from where console, health, metrics and alerts read it.
public final class ServiceBoard: Sendable {
    private struct State {
        var statuses: [String: PipelineStatus] = [:]
        var wakeups: [String: @Sendable () -> Void] = [:]
    }

    private let state = Mutex(State())

    /// Makes an empty board.
    public init() {}

    /// What is known of every pipeline, by name.
    public var statuses: [PipelineStatus] {
        state.withLock { $0.statuses.values.sorted { $0.name < $1.name } }
    }

    /// What is known of one pipeline.
    public func status(of pipeline: String) -> PipelineStatus? { state.withLock { $0.statuses[pipeline] } }

    /// Has a pipeline swept as soon as it can be; `false` where the service has no such pipeline.
    public func sweepNow(_ pipeline: String) -> Bool {
        guard let wakeUp = state.withLock({ $0.wakeups[pipeline] }) else { return false }
        wakeUp()
        return true
    }

    /// Puts a pipeline on the board, with what wakes its loop up.
    func add(_ status: PipelineStatus, wakeUp: @escaping @Sendable () -> Void) {
        state.withLock {
            $0.statuses[status.name] = status
            $0.wakeups[status.name] = wakeUp
        }
    }

    /// Changes what is known of a pipeline.
    func change(_ pipeline: String, _ body: (inout PipelineStatus) -> Void) {
        state.withLock { state in
            guard var status = state.statuses[pipeline] else { return }
            body(&status)
            state.statuses[pipeline] = status
        }
    }

    /// Takes a pipeline off the board that the configuration no longer has.
    func remove(_ pipeline: String) {
        state.withLock {
            $0.statuses[pipeline] = nil
            $0.wakeups[pipeline] = nil
        }
    }
}
