import GRDB
import Ledgers
import Testing

@testable import SQLiteLedger

/// How runs are found in a ledger that has had very many of them.
@Suite struct RunQueryTests {
    private let folder: LedgerFolder

    init() throws { folder = try LedgerFolder() }

    private static func query(_ change: (inout RunQuery) -> Void) -> RunQuery {
        var query = RunQuery()
        change(&query)
        return query
    }

    private static let unfinished = query { ($0.pipeline, $0.states) = ("p", RunState.unfinished) }
    private static let ofDrop = query {
        ($0.pipeline, $0.states, $0.sourceDrop) = ("p", RunState.unfinished, "d")
    }
    private static let duplicate = query { ($0.pipeline, $0.states, $0.digest) = ("p", [.done], "d") }
    private static let prefixed = query { ($0.pipeline, $0.digestPrefix) = ("p", "ab") }
    private static let sameName = query { ($0.pipeline, $0.sourceName) = ("p", "n") }
    private static let samePlace = query { ($0.pipeline, $0.sourceDrop, $0.sourcePath) = ("p", "d", "x") }
    private static let twoWeeks = query { ($0.pipeline, $0.since, $0.limit) = ("p", 1, 5_000) }
    private static let newest = query { ($0.pipeline, $0.limit) = ("p", 1) }
    private static let newestEnded = query {
        ($0.pipeline, $0.states, $0.limit) = ("p", [.done, .empty], 500)
    }
    private static let sinceThen = query { ($0.after, $0.since) = (RunID(7), 1) }

    @Test(arguments: [
        (unfinished, "INDEX runs_by_state (state=?)"),
        (ofDrop, "INDEX runs_by_state (state=?)"),
        (duplicate, "INDEX runs_by_digest (digest=?)"),
        (prefixed, "INDEX runs_by_digest (digest>? AND digest<?)"),
        (sameName, "INDEX runs_by_name (pipeline=? AND source_name=?)"),
        (samePlace, "INDEX runs_by_path (source_drop=? AND source_path=?)"),
        (twoWeeks, "INDEX runs_by_creation (pipeline=? AND created_at>?)"),
        (newest, "INDEX runs_by_pipeline (pipeline=?)"),
        (newestEnded, "INDEX runs_by_pipeline (pipeline=?)"),
        (sinceThen, "INTEGER PRIMARY KEY (rowid>?)"),
    ])
    func `runs are looked up by what there is least of, however many there were`(_ query: RunQuery, _ index: String)
        async throws
    {
        let ledger = try folder.open()
        let plan = try await ledger.pool.read { db in
            let (sql, arguments) = query.statement
            return try GRDB.Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql, arguments: arguments)
                .map { $0["detail"] as String }
        }
        #expect(plan.contains("SEARCH runs USING \(index)"), "\(plan)")
    }

    @Test func `the newest runs are read from the end, without sorting those before them`() async throws {
        let ledger = try folder.open()
        let plan = try await ledger.pool.read { db in
            let (sql, arguments) = Self.query { ($0.states, $0.limit) = ([.done, .quarantined], 500) }.statement
            return try GRDB.Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql, arguments: arguments)
                .map { $0["detail"] as String }
        }
        let inner = plan.prefix { !$0.hasPrefix("SCAN (") }
        #expect(inner.contains("SCAN runs") && !inner.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
    }
}
