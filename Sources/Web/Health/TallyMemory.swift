import Ledgers
import Synchronization

/// Remembers the counts of runs that nothing has changed since, for they are added up row by row.
final class TallyMemory: Sendable {
    private let known = Mutex<[RunID: (updatedAt: Int64, tallies: [Tally])]>([:])
    private static let most = 20_000

    /// The counts of some runs.
    func tallies(of runs: [Run], from ledger: any Ledger) async throws -> [RunID: [Tally]] {
        let remembered = known.withLock { known in
            runs.reduce(into: [RunID: [Tally]]()) { found, run in
                if run.state.isFinal, let entry = known[run.id], entry.updatedAt == run.updatedAt {
                    found[run.id] = entry.tallies
                }
            }
        }
        let missing = runs.filter { remembered[$0.id] == nil }
        guard !missing.isEmpty else { return remembered }
        let read = try await ledger.read { ledger in try missing.map { ($0, try ledger.tallies(of: $0.id)) } }
        known.withLock { known in
            if known.count + read.count > Self.most { known = [:] }
            for (run, tallies) in read where run.state.isFinal { known[run.id] = (run.updatedAt, tallies) }
        }
        return read.reduce(into: remembered) { $0[$1.0.id] = $1.1 }
    }
}
