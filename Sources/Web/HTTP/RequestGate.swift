import Synchronization

/// Lets so many requests in at a time, so that a flood of them takes little from the pipelines.
final class RequestGate: Sendable {
    private let open: Int
    private let inside = Mutex(0)

    init(_ open: Int) { self.open = open }

    /// Runs a body, or gives `nil` at once when as many are inside as may be.
    func pass<Value>(_ body: () async throws -> Value) async rethrows -> Value? {
        let isIn = inside.withLock { inside in
            guard inside < open else { return false }
            inside += 1
            return true
        }
        guard isIn else { return nil }
        defer { inside.withLock { $0 -= 1 } }
        return try await body()
    }
}
