import GRDB
import Ledgers

extension Transaction {
    /// Each clue reads its own index, which has its places in order; SQLite merges them and stops at the limit.
    func places(of clues: [RowClue], limit: Int) throws -> [RowPlace] {
        guard !clues.isEmpty else { return [] }
        var arguments: StatementArguments = []
        let searches = clues.map { clue in
            let (column, text) = clue.column
            arguments += [text]
            return "SELECT run, line FROM rows WHERE \(column) = ?"
        }
        arguments += [limit]
        let sql = searches.joined(separator: " UNION ") + " ORDER BY run DESC, line DESC LIMIT ?"
        return try GRDB.Row.fetchAll(db, sql: sql, arguments: arguments).map { row in
            RowPlace(run: RunID(row["run"]), line: row["line"])
        }
    }

    func files(named name: String, limit: Int) throws -> [RunFile] {
        let sql = "SELECT * FROM artifacts WHERE file_name = ? ORDER BY run DESC, kind, attempt, part LIMIT ?"
        return try GRDB.Row.fetchAll(db, sql: sql, arguments: [name, limit]).map { row in
            RunFile(run: RunID(row["run"]), artifact: try Artifact(reading: row))
        }
    }

    func operations(known text: String, limit: Int) throws -> [Ledgers.Operation] {
        let sql = """
            SELECT * FROM operations WHERE name = ?1 OR remote_id = ?1 ORDER BY run DESC, attempt DESC, part DESC LIMIT ?2
            """
        return try GRDB.Row.fetchAll(db, sql: sql, arguments: [text, limit]).map(Ledgers.Operation.init(reading:))
    }
}

extension RowClue {
    /// The column that it speaks of, and what must stand there.
    fileprivate var column: (name: String, text: String) {
        switch self {
        case .masked(let text): ("masked", text)
        case .netSuiteOrder(let text): ("netsuite_order", text)
        case .shopifyOrder(let text): ("shopify_order", text)
        case .cardID(let text): ("card_id", text)
        }
    }
}
