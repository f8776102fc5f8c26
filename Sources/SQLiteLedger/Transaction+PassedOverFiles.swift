import GRDB
import Ledgers

extension Transaction {
    func passedOverFiles(of pipeline: String) throws -> [PassedOverFile] {
        let sql = "SELECT * FROM passed_over_files WHERE pipeline = ? ORDER BY source_drop, path"
        return try GRDB.Row.fetchAll(db, sql: sql, arguments: [pipeline]).map { row in
            PassedOverFile(
                pipeline: row["pipeline"],
                drop: row["source_drop"],
                path: row["path"],
                reason: row["reason"],
                since: row["since"]
            )
        }
    }

    func put(_ file: PassedOverFile) throws {
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO passed_over_files (pipeline, source_drop, path, reason, since) VALUES (?, ?, ?, ?, ?)
                """,
            arguments: [file.pipeline, file.drop, file.path, file.reason, file.since]
        )
    }

    func removePassedOverFile(pipeline: String, drop: String, path: String) throws {
        try db.execute(
            sql: "DELETE FROM passed_over_files WHERE pipeline = ? AND source_drop = ? AND path = ?",
            arguments: [pipeline, drop, path]
        )
    }
}
