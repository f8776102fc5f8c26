import Foundation
import GRDB
import Glibc
import Ledgers

/// What is found wrong with a ledger's file by reading it.
extension SQLiteLedger {
    /// Reads the whole file and compares its tables and indexes with one another; an empty list means that it is sound.
    ///
    /// `PRAGMA integrity_check` and `PRAGMA foreign_key_check` (sqlite.org/pragma.html). Nothing of the ledger is changed, and others may use it meanwhile; its
    /// log is not cut while this lasts. It takes about as long as reading the file several times.
    ///
    /// - Returns: at most a hundred faults, in SQLite's words; they name tables, indexes, pages and row numbers, and nothing of what is in them.
    /// - Throws: `LedgerError` with `.unavailable` where it can't be read.
    public static func faults(in path: String) async throws -> [String] {
        do {
            let queue = try queue(path)
            defer { try? queue.close() }
            return try await queue.read { db in
                try [integrityFaults, unknownReferences].flatMap { check in
                    do {
                        return try check(db)
                    } catch let error as DatabaseError where error.isDamage {
                        return [error.words]
                    }
                }
            }
        } catch let error as DatabaseError {
            guard error.isDamage else { throw translated(error, path: path) }
            return [error.words]
        }
    }

    /// Reads the file once and throws `LedgerError` with `.corrupt` when a page or a table is damaged; indexes are not compared with their tables.
    ///
    /// `PRAGMA quick_check` (sqlite.org/pragma.html#pragma_quick_check).
    static func quickCheck(_ path: String) throws {
        let queue = try queue(path)
        defer { try? queue.close() }
        let found = try queue.read { try String.fetchAll($0, sql: "PRAGMA quick_check(1)") }
        if let fault = found.flatMap(lines).first { throw damaged(path, fault) }
    }

    /// Why nothing can be done on a ledger that is damaged.
    static func damaged(_ path: String, _ words: String) -> LedgerError {
        LedgerError(
            .corrupt,
            "the ledger \(path) is damaged (\(words)); restore a backup, as 'Backup and restore' in deploy/RUNBOOK.md says "
                + "('dropline check --ledger' tells all that is found)"
        )
    }

    /// A connection that leaves the file and what SQLite keeps beside it as they are.
    ///
    /// Where there is a log, a connection that may write would bring it into the file as it is closed; where there is none, one that may not would leave an
    /// empty one behind.
    private static func queue(_ path: String) throws -> DatabaseQueue {
        guard access(path, F_OK) == 0 else { throw LedgerError(.unavailable, "there is no ledger \(path)") }
        var configuration = Configuration()
        configuration.busyMode = .timeout(30)
        configuration.readonly = ["-wal", "-shm"].contains { access(path + $0, F_OK) == 0 }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    private static func integrityFaults(_ db: Database) throws -> [String] {
        try String.fetchAll(db, sql: "PRAGMA integrity_check").flatMap(lines)
    }

    /// The lines below `*** in database main ***`; none of `ok`.
    private static func lines(_ found: String) -> [String] {
        found.split(separator: "\n").map(String.init).filter { $0 != "ok" && !$0.hasPrefix("***") }
    }

    /// Rows that belong to a run that is not there.
    private static func unknownReferences(_ db: Database) throws -> [String] {
        let sql = """
            SELECT "table" AS child, parent, count(*) AS rows FROM pragma_foreign_key_check GROUP BY 1, 2 ORDER BY 1, 2
            """
        return try GRDB.Row.fetchAll(db, sql: sql).map { row in
            "\(row["rows"] as Int) entries of \(row["child"] as String) belong to no entry of \(row["parent"] as String)"
        }
    }
}

extension DatabaseError {
    /// Whether it tells of the file's content.
    var isDamage: Bool { resultCode == .SQLITE_CORRUPT || resultCode == .SQLITE_NOTADB }
    /// What SQLite says.
    var words: String { message ?? "no message" }
}
