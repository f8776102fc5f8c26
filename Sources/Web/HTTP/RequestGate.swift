import Synchronization

/// Lets so many requests in at a time, so that a flood of them takes little from the pipelines.
final class RequestGate: Sendable {
    private let open: Int
    private let inside = Mutex(0)

    init(_ open: Int) { self.open = open }

    /// Runs a body, or throws `Reply` at once when as many are inside as may be.
    func pass<Value>(_ body: () async throws -> Value) async throws -> Value {
        let isIn = inside.withLock { inside in
            guard inside < open else { return false }
            inside += 1
            return true
        }
        guard isIn else { throw Self.busy }
        defer { inside.withLock { $0 -= 1 } }
        return try await body()
    }

    private static let busy = Reply.text("too many requests at once; try again\n", status: 503)
        .with(("retry-after", "1"))
}
