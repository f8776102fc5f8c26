import Foundation
import GRDB
import Ledgers

extension Transaction {
    func tallies(of run: RunID) throws -> [Tally] {
        let sql = """
            SELECT status, count(*) AS rows, coalesce(sum(value), 0) AS value, count(*) - count(value) AS bare
            FROM rows WHERE run = ? GROUP BY status
            """
        let found = try GRDB.Row.fetchAll(db, sql: sql, arguments: [run.number]).map { row in
            Tally(
                status: try Ledgers.Row.status(row["status"]),
                rows: row["rows"],
                value: row["value"],
                withoutValue: row["bare"]
            )
        }
        return RowStatus.allCases.compactMap { status in found.first { $0.status == status } }
    }

    private static let rowColumns = """
        line, status, key, value, masked, netsuite_order, shopify_order, attempt, part, position, card_id, reason, doubt,
        unknown_since
        """

    func rows(of run: RunID, statuses: Set<RowStatus>?, after line: Int, limit: Int) throws -> [Ledgers.Row] {
        let words = (statuses ?? []).map(\.rawValue).sorted()
        let filter = statuses == nil ? "" : "AND status IN (\(words.map { _ in "?" }.joined(separator: ",")))"
        let statement = try db.cachedStatement(
            sql: "SELECT \(Self.rowColumns) FROM rows WHERE run = ? AND line > ? \(filter) ORDER BY line LIMIT ?"
        )
        var arguments: StatementArguments = [run.number, line]
        for word in words { arguments += [word] }
        arguments += [limit]
        // A cursor reads the columns where they are; fetched rows would be copies.
        return try Array(GRDB.Row.fetchCursor(statement, arguments: arguments).map(Ledgers.Row.init(reading:)))
    }

    func row(of run: RunID, at position: BulkPosition) throws -> Ledgers.Row? {
        // SQLite would choose the primary key, whose first column alone is given, and walk through the whole run.
        let statement = try db.cachedStatement(
            sql: """
                SELECT \(Self.rowColumns) FROM rows INDEXED BY rows_by_position
                WHERE run = ? AND attempt = ? AND part = ? AND position = ?
                """
        )
        return try GRDB.Row
            .fetchOne(statement, arguments: [run.number, position.attempt, position.part, position.line])
            .map(Ledgers.Row.init(reading:))
    }

    func row(of run: RunID, line: Int) throws -> Ledgers.Row? {
        let statement = try db.cachedStatement(sql: "SELECT \(Self.rowColumns) FROM rows WHERE run = ? AND line = ?")
        return try GRDB.Row.fetchOne(statement, arguments: [run.number, line]).map(Ledgers.Row.init(reading:))
    }

    func repeatedKeys(of run: RunID) throws -> [RepeatedKey] {
        let sql = """
            SELECT key, min(line) AS first, max(line) AS last, count(*) AS rows, count(DISTINCT value) AS distinct_values
            FROM rows WHERE run = ? AND key IS NOT NULL GROUP BY key HAVING count(*) > 1
            """
        return try GRDB.Row.fetchAll(db, sql: sql, arguments: [run.number]).map { row in
            RepeatedKey(
                key: [UInt8](row["key"] as Data),
                firstLine: row["first"],
                lastLine: row["last"],
                rows: row["rows"],
                valuesAgree: row["distinct_values"] == 1
            )
        }
    }

    func removeRows(of run: RunID, limit: Int) throws -> Int {
        let sql = "DELETE FROM rows WHERE run = ?1 AND line IN (SELECT line FROM rows WHERE run = ?1 LIMIT ?2)"
        try db.execute(sql: sql, arguments: [run.number, limit])
        return db.changesCount
    }

    func put(_ row: Ledgers.Row, of run: RunID) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO rows (run, line, status, key, value, masked, netsuite_order, shopify_order,
                    attempt, part, position, card_id, reason, doubt, unknown_since)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        try statement.execute(arguments: [
            run.number, row.line, row.status.rawValue, row.key.map { Data($0) }, row.value, row.masked,
            row.netSuiteOrder, row.shopifyOrder, row.position?.attempt, row.position?.part, row.position?.line,
            row.cardID, row.reason, row.doubt?.rawValue, row.unknownSince,
        ])
    }

    /// Names no column of an index but the position's: an index is written again for each of its columns that a statement names.
    func update(_ row: Ledgers.Row, of run: RunID) throws {
        let statement = try db.cachedStatement(
            sql: """
                UPDATE rows SET status = ?, attempt = ?, part = ?, position = ?, card_id = ?, reason = ?, doubt = ?,
                    unknown_since = ?
                WHERE run = ? AND line = ?
                """
        )
        try statement.execute(arguments: [
            row.status.rawValue, row.position?.attempt, row.position?.part, row.position?.line, row.cardID, row.reason,
            row.doubt?.rawValue, row.unknownSince, run.number, row.line,
        ])
        guard db.changesCount == 1 else {
            throw LedgerError(.inconsistent, "line \(row.line) of run \(run) is changed and was never recorded")
        }
    }
}

extension Ledgers.Row {
    fileprivate static func status(_ word: String) throws -> RowStatus {
        guard let status = RowStatus(rawValue: word) else {
            throw LedgerError(.newer, "a row has a status that this Dropline does not know")
        }
        return status
    }

    /// Reads the columns in the order of `Transaction.rowColumns`: by their places, which is much quicker than by their names.
    fileprivate init(reading row: GRDB.Row) throws {
        self.init(
            line: row[0],
            status: try Self.status(row[1]),
            key: (row[2] as Data?).map { [UInt8]($0) },
            value: row[3],
            masked: row[4],
            netSuiteOrder: row[5],
            shopifyOrder: row[6],
            reason: row[11]
        )
        if let attempt = row[7] as Int?, let part = row[8] as Int?, let line = row[9] as Int? {
            position = BulkPosition(attempt: attempt, part: part, line: line)
        }
        cardID = row[10]
        doubt = (row[12] as String?).flatMap(Doubt.init(rawValue:))
        unknownSince = row[13]
    }
}
