import Ledgers
import Synchronization

/// A ledger on which something else happens before one of the transactions, as if another process had been quicker.
final class InterruptedLedger: Ledger {
    private let ledger: any Ledger
    private let moment: Int
    private let happens: @Sendable () async throws -> Void
    private let begun = Mutex(0)

    /// Lets something happen before the so-manieth transaction, counted from 1.
    init(_ ledger: any Ledger, before moment: Int, _ happens: @escaping @Sendable () async throws -> Void) {
        (self.ledger, self.moment, self.happens) = (ledger, moment, happens)
    }

    /// How many transactions have begun.
    var transactions: Int { begun.withLock { $0 } }

    private func begin() async throws {
        let number = begun.withLock { count in
            count += 1
            return count
        }
        if number == moment { try await happens() }
    }

    func read<Value: Sendable>(_ body: @escaping @Sendable (any LedgerReader) throws -> Value) async throws -> Value {
        try await begin()
        return try await ledger.read(body)
    }

    func write<Value: Sendable>(_ body: @escaping @Sendable (any LedgerWriter) throws -> Value) async throws -> Value {
        try await begin()
        return try await ledger.write(body)
    }

    func write<Value: Sendable>(
        as claim: Claim,
        _ body: @escaping @Sendable (any LedgerWriter) throws -> Value
    ) async throws -> Value {
        try await begin()
        return try await ledger.write(as: claim, body)
    }

    func claim(_ key: ClaimKey) async throws -> Claim? { try await ledger.claim(key) }
    func renew(_ claim: Claim) async throws { try await ledger.renew(claim) }
    func release(_ claim: Claim) async throws { try await ledger.release(claim) }
    func scrub() async throws { try await ledger.scrub() }
}
