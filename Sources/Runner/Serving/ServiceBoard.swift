import Synchronization

/// Where the loops of a service write what they do, and from where console, health, metrics and alerts read it.
public final class ServiceBoard: Sendable {
    private struct State {
        var statuses: [String: PipelineStatus] = [:]
        var wakeups: [String: @Sendable () -> Void] = [:]
        var conditions: [Condition.Identity: Condition] = [:]
        var seen: Set<String> = []
        var removed: Set<String> = []
        var listeners: [Int: AsyncStream<ConditionChange>.Continuation] = [:]
        var lastListener = 0
        var waiting: [WakeUp] = []
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

    /// What a person should know now, the oldest first.
    public var conditions: [Condition] {
        state.withLock { $0.conditions.values.sorted { ($0.since, $0.pipeline) < ($1.since, $1.pipeline) } }
    }

    /// What a person should know now, with the pipelines of which it is known what is over: their source had been seen when it was found, or they were taken off.
    public var standing: (conditions: [Condition], seen: Set<String>) {
        state.withLock { (Array($0.conditions.values), $0.seen.union($0.removed)) }
    }

    /// What begins and ends from now on, with what has begun before; each reader has a stream of its own.
    public var conditionChanges: AsyncStream<ConditionChange> {
        let (stream, changes) = AsyncStream<ConditionChange>.makeStream()
        let id = state.withLock { state in
            for condition in state.conditions.values.sorted(by: { $0.since < $1.since }) {
                changes.yield(.began(condition))
            }
            state.lastListener += 1
            state.listeners[state.lastListener] = changes
            return state.lastListener
        }
        changes.onTermination = { [weak self] _ in self?.state.withLock { $0.listeners[id] = nil } }
        return stream
    }

    /// Replaces what a person should know, and tells what has begun and ended by it.
    ///
    /// A condition that goes on keeps its beginning.
    func publish(_ conditions: [Condition], at now: Int64, seen: Set<String> = []) {
        state.withLock { state in
            state.seen = seen
            var new: [Condition.Identity: Condition] = [:]
            for condition in conditions {
                var condition = condition
                if let known = state.conditions[condition.identity] { condition.since = known.since }
                new[condition.identity] = condition
            }
            let ended = state.conditions.values.filter { new[$0.identity] == nil }.map {
                ConditionChange.ended($0, at: now)
            }
            let begun = new.values.filter { state.conditions[$0.identity] == nil }.sorted { $0.since < $1.since }
            state.conditions = new
            for change in ended + begun.map(ConditionChange.began) {
                for listener in state.listeners.values { listener.yield(change) }
            }
        }
    }

    /// What wakes when something has changed that may concern a person; for one that waits.
    func changes() -> WakeUp {
        let wakeUp = WakeUp()
        state.withLock { $0.waiting.append(wakeUp) }
        return wakeUp
    }

    /// Says that something has changed that may concern a person.
    func signalChange() {
        for wakeUp in state.withLock({ $0.waiting }) { wakeUp.signal() }
    }

    /// Puts a pipeline on the board, with what wakes its loop up.
    func add(_ status: PipelineStatus, wakeUp: @escaping @Sendable () -> Void) {
        state.withLock {
            // A loop that follows another one under a new configuration knows what that one has seen.
            var added = $0.statuses[status.name] ?? status
            added.schedule = status.schedule
            $0.statuses[status.name] = added
            $0.removed.remove(status.name)
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
    public func remove(_ pipeline: String) {
        state.withLock {
            $0.statuses[pipeline] = nil
            $0.wakeups[pipeline] = nil
            $0.removed.insert(pipeline)
        }
        signalChange()
    }
}
