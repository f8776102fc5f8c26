import Foundation
import GRDB
import Ledgers

extension Transaction: LedgerWriter {
    func operations(of run: RunID) throws -> [Ledgers.Operation] {
        try GRDB.Row
            .fetchAll(db, sql: "SELECT * FROM operations WHERE run = ? ORDER BY attempt, part", arguments: [run.number])
            .map(Ledgers.Operation.init(reading:))
    }

    func put(_ operation: Ledgers.Operation) throws {
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO operations (run, attempt, part, name, state, remote_id, status, progress, total,
                    sends, looks, uploaded_path, uploaded_at, sent_at, error_code, asked_at, slot_since,
                    cancel_asked_at, ended_at, failed_tries)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                operation.run.number, operation.attempt, operation.part, operation.name, operation.state.rawValue,
                operation.remoteID, operation.status, operation.progress, operation.total, operation.sends,
                operation.looks, operation.uploadedPath, operation.uploadedAt, operation.sentAt, operation.errorCode,
                operation.askedAt, operation.slotSince, operation.cancelAskedAt, operation.endedAt,
                try operation.failedTries?.stored(),
            ]
        )
    }

    func stageRecords(of run: RunID) throws -> [StageRecord] {
        try GRDB.Row
            .fetchAll(db, sql: "SELECT * FROM stage_records WHERE run = ? ORDER BY id", arguments: [run.number])
            .map { row in
                StageRecord(
                    run: run,
                    attempt: row["attempt"],
                    stage: row["stage"],
                    outcome: row["outcome"],
                    detail: row["detail"],
                    startedAt: row["started_at"],
                    endedAt: row["ended_at"]
                )
            }
    }

    func add(_ record: StageRecord) throws {
        try db.execute(
            sql: """
                INSERT INTO stage_records (run, attempt, stage, outcome, detail, started_at, ended_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                record.run.number, record.attempt, record.stage, record.outcome, record.detail, record.startedAt,
                record.endedAt,
            ]
        )
    }

    func audit(of run: RunID?) throws -> [AuditEntry] {
        try GRDB.Row
            .fetchAll(db, sql: "SELECT * FROM audit WHERE run IS ? ORDER BY id", arguments: [run?.number])
            .map { row in
                AuditEntry(at: row["at"], run: run, event: row["event"], detail: row["detail"], who: row["who"])
            }
    }

    func recentAudit(byPeopleOnly: Bool, limit: Int) throws -> [AuditEntry] {
        let people = byPeopleOnly ? "WHERE who IS NOT NULL" : ""
        return try GRDB.Row
            .fetchAll(db, sql: "SELECT * FROM audit \(people) ORDER BY id DESC LIMIT ?", arguments: [limit])
            .map { row in
                AuditEntry(
                    at: row["at"],
                    run: (row["run"] as Int64?).map { RunID($0) },
                    event: row["event"],
                    detail: row["detail"],
                    who: row["who"]
                )
            }
    }

    func add(_ entry: AuditEntry) throws {
        try db.execute(
            sql: "INSERT INTO audit (at, run, event, detail, who) VALUES (?, ?, ?, ?, ?)",
            arguments: [entry.at, entry.run?.number, entry.event, entry.detail, entry.who]
        )
    }

    func heldClaims() throws -> [ClaimKey] {
        try String.fetchAll(db, sql: "SELECT key FROM claims WHERE owner IS NOT NULL ORDER BY key")
            .map(ClaimKey.init(text:))
    }

    func setting(_ name: String) throws -> [UInt8]? {
        try Data.fetchOne(db, sql: "SELECT value FROM settings WHERE name = ?", arguments: [name]).map { [UInt8]($0) }
    }

    func setSetting(_ name: String, to value: [UInt8]) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)",
            arguments: [name, Data(value)]
        )
    }
}

extension Ledgers.Operation {
    init(reading row: GRDB.Row) throws {
        guard let state = OperationState(rawValue: row["state"]) else {
            throw LedgerError(.newer, "an operation has a state that this Dropline does not know")
        }
        self.init(
            run: RunID(row["run"]),
            attempt: row["attempt"],
            part: row["part"],
            name: row["name"],
            total: row["total"],
            sentAt: row["sent_at"]
        )
        self.state = state
        remoteID = row["remote_id"]
        status = row["status"]
        progress = row["progress"]
        sends = row["sends"]
        looks = row["looks"]
        uploadedPath = row["uploaded_path"]
        uploadedAt = row["uploaded_at"]
        errorCode = row["error_code"]
        askedAt = row["asked_at"]
        slotSince = row["slot_since"]
        cancelAskedAt = row["cancel_asked_at"]
        endedAt = row["ended_at"]
        failedTries = try FailedTries(stored: row["failed_tries"])
    }
}

extension FailedTries {
    /// As one column keeps it: a JSON object.
    func stored() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// Reads what `stored()` wrote; `nil` for an empty column.
    init?(stored text: String?) throws {
        guard let text else { return nil }
        self = try JSONDecoder().decode(FailedTries.self, from: Data(text.utf8))
    }
}
