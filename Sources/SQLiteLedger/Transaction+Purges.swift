import GRDB
import Ledgers

extension Transaction {
    func purges(of run: RunID) throws -> [Purge] {
        let sql = "SELECT * FROM purges WHERE run = ? ORDER BY part"
        return try GRDB.Row.fetchAll(db, sql: sql, arguments: [run.number]).map { row in
            guard let part = PurgePart(rawValue: row["part"]) else {
                throw LedgerError(.newer, "the ledger knows a kind of retention that this Dropline does not")
            }
            return Purge(run: run, part: part, begunAt: row["begun_at"], doneAt: row["done_at"])
        }
    }

    func put(_ purge: Purge) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO purges (run, part, begun_at, done_at) VALUES (?, ?, ?, ?)",
            arguments: [purge.run.number, purge.part.rawValue, purge.begunAt, purge.doneAt]
        )
    }

    func purgeable(_ part: PurgePart, finishedBefore moment: Int64, after run: RunID, limit: Int) throws -> [RunID] {
        let states = RunState.allCases.filter(\.isFinal).map(\.rawValue)
        let open = [RowStatus.planned, .submitted, .held, .unknown].map(\.rawValue)
        // A run that was finished again after its purge has new files and texts.
        let sql = """
            SELECT id FROM runs WHERE id > ? AND finished_at < ?
                AND state IN (\(states.map { _ in "?" }.joined(separator: ",")))
                AND NOT EXISTS (SELECT 1 FROM purges WHERE run = runs.id AND part = ? AND done_at >= finished_at)
                AND NOT EXISTS (SELECT 1 FROM rows WHERE run = runs.id
                    AND status IN (\(open.map { _ in "?" }.joined(separator: ","))))
            ORDER BY id LIMIT ?
            """
        var arguments: StatementArguments = [run.number, moment]
        for state in states { arguments += [state] }
        arguments += [part.rawValue]
        for status in open { arguments += [status] }
        arguments += [limit]
        return try Int64.fetchAll(db, sql: sql, arguments: arguments).map { RunID($0) }
    }

    func artifactPaths(beginning prefix: String) throws -> Set<String> {
        let sql = "SELECT path FROM artifacts WHERE substr(path, 1, ?) = ?"
        return try String.fetchSet(db, sql: sql, arguments: [prefix.unicodeScalars.count, prefix])
    }

    func detailedRows(of run: RunID) throws -> Int {
        let sql = "SELECT count(*) FROM rows WHERE run = ? AND \(Self.hasDetails)"
        return try Int.fetchOne(db, sql: sql, arguments: [run.number]) ?? 0
    }

    func forgetDetails(of run: RunID, after line: Int, limit: Int) throws -> Int? {
        let batch = "SELECT line FROM rows WHERE run = ? AND line > ? ORDER BY line LIMIT ?"
        let arguments: StatementArguments = [run.number, line, limit]
        guard let last = try Int.fetchOne(db, sql: "SELECT max(line) FROM (\(batch))", arguments: arguments) else {
            return nil
        }
        try db.execute(
            sql: """
                UPDATE rows SET masked = NULL, netsuite_order = NULL, shopify_order = NULL, reason = NULL,
                    attempt = NULL, part = NULL, position = NULL, card_id = NULL
                WHERE run = ? AND line > ? AND line <= ? AND \(Self.hasDetails)
                """,
            arguments: [run.number, line, last]
        )
        return last
    }

    func removeHistory(of run: RunID) throws {
        for table in ["stage_records", "operations"] {
            try db.execute(sql: "DELETE FROM \(table) WHERE run = ?", arguments: [run.number])
        }
    }

    private static let hasDetails = """
        (masked IS NOT NULL OR netsuite_order IS NOT NULL OR shopify_order IS NOT NULL OR reason IS NOT NULL
            OR position IS NOT NULL OR card_id IS NOT NULL)
        """
}
