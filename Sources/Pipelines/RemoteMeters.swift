public import Commerce
import Synchronization

/// What is counted and known of drops and shops while a process runs; nothing of it is kept.
public final class RemoteMeters: Sendable {
    /// Failures of one kind.
    public struct Failure: Hashable, Sendable {
        /// Who failed or refused us.
        public let party: RemoteParty
        /// The kind as a stable word: `unreachable`.
        public let code: String
    }

    private let state = Mutex((failures: [Failure: Int](), budgets: [String: CallBudget]()))

    /// Meters that stand at nothing.
    public init() {}

    /// How often each has failed.
    public var failures: [Failure: Int] { state.withLock { $0.failures } }

    /// What each shop last said of its budget of calls, by its name.
    public var budgets: [String: CallBudget] { state.withLock { $0.budgets } }

    /// Counts an error where it lies with a drop or a shop.
    public func count(_ error: any Error) {
        guard let error = error as? any ClassifiedError, let party = error.remote else { return }
        // A folder that a person gave for a run's outputs is known by its path, and is none of the drops.
        if case .drop(let name) = party, name.hasPrefix("/") { return }
        let failure = Failure(party: party, code: error.codeName)
        state.withLock { $0.failures[failure, default: 0] += 1 }
    }

    /// Notes what a shop says of its budget.
    public func note(_ budget: CallBudget, of shop: String) { state.withLock { $0.budgets[shop] = budget } }
}
