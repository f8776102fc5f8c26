import GRDB
import Ledgers

extension Transaction {
    func passedFiles(of pipeline: String) throws -> [PassedFile] {
        let sql = "SELECT * FROM passed_files WHERE pipeline = ? ORDER BY source_drop, path"
        return try GRDB.Row.fetchAll(db, sql: sql, arguments: [pipeline]).map { row in
            PassedFile(
                pipeline: row["pipeline"],
                drop: row["source_drop"],
                path: row["path"],
                reason: row["reason"],
                since: row["since"]
            )
        }
    }

    func put(_ file: PassedFile) throws {
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO passed_files (pipeline, source_drop, path, reason, since) VALUES (?, ?, ?, ?, ?)
                """,
            arguments: [file.pipeline, file.drop, file.path, file.reason, file.since]
        )
    }

    func removePassedFile(pipeline: String, drop: String, path: String) throws {
        try db.execute(
            sql: "DELETE FROM passed_files WHERE pipeline = ? AND source_drop = ? AND path = ?",
            arguments: [pipeline, drop, path]
        )
    }
}
