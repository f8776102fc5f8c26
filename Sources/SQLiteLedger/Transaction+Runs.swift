import GRDB
import Ledgers

extension Transaction {
    func run(_ id: RunID) throws -> Run? {
        try GRDB.Row.fetchOne(db, sql: "SELECT * FROM runs WHERE id = ?", arguments: [id.number]).map(
            Run.init(reading:)
        )
    }

    func runs(_ query: RunQuery) throws -> [Run] {
        let (sql, arguments) = query.statement
        return try GRDB.Row.fetchAll(db, sql: sql, arguments: arguments).map(Run.init(reading:))
    }

    func valueTaken(shop: String, since: Int64, except run: RunID) throws -> Int64 {
        let sql = "SELECT sum(taken_value) FROM runs WHERE shop_domain = ? AND taken_at > ? AND id <> ?"
        return try Int64.fetchOne(db, sql: sql, arguments: [shop, since, run.number]) ?? 0
    }

    func add(_ run: Run) throws -> RunID {
        try db.execute(
            sql: """
                INSERT INTO runs (pipeline, shop, source_drop, source_path, source_name, source_size, source_modified,
                    source_vanished, stem, digest, state, next_stage, attempt, verdict, reason, hold, attention,
                    failures, interruptions, shop_domain, currency, taken_at, taken_value, created_at, updated_at,
                    finished_at, rerun_from, retakes, republishes, refuses, failed_sends)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: try run.arguments
        )
        return RunID(db.lastInsertedRowID)
    }

    func put(_ run: Run) throws {
        try db.execute(
            sql: """
                UPDATE runs SET pipeline = ?, shop = ?, source_drop = ?, source_path = ?, source_name = ?,
                    source_size = ?, source_modified = ?, source_vanished = ?, stem = ?, digest = ?, state = ?,
                    next_stage = ?, attempt = ?, verdict = ?, reason = ?, hold = ?, attention = ?, failures = ?,
                    interruptions = ?,
                    shop_domain = ?, currency = ?, taken_at = ?, taken_value = ?,
                    created_at = ?, updated_at = ?, finished_at = ?,
                    rerun_from = ?, retakes = ?, republishes = ?, refuses = ?, failed_sends = ?
                WHERE id = ?
                """,
            arguments: try run.arguments + [run.id.number]
        )
    }
}

extension Run {
    fileprivate init(reading row: GRDB.Row) throws {
        guard let state = RunState(rawValue: row["state"]) else {
            throw LedgerError(.newer, "a run has a state that this Dropline does not know")
        }
        let source = RunSource(
            drop: row["source_drop"],
            path: row["source_path"],
            name: row["source_name"],
            size: row["source_size"],
            modified: row["source_modified"],
            vanished: row["source_vanished"]
        )
        self.init(
            id: RunID(row["id"]),
            pipeline: row["pipeline"],
            shop: row["shop"],
            source: source,
            stem: row["stem"],
            digest: row["digest"],
            state: state,
            nextStage: row["next_stage"],
            verdict: (row["verdict"] as String?).flatMap(Verdict.init(rawValue:)),
            reason: row["reason"],
            createdAt: row["created_at"]
        )
        attempt = row["attempt"]
        hold = row["hold"]
        attention = row["attention"]
        failures = row["failures"]
        interruptions = row["interruptions"]
        shopDomain = row["shop_domain"]
        currency = row["currency"]
        takenAt = row["taken_at"]
        takenValue = row["taken_value"]
        updatedAt = row["updated_at"]
        finishedAt = row["finished_at"]
        rerunFrom = row["rerun_from"]
        retakes = row["retakes"]
        republishes = (row["republishes"] as String?).flatMap(Republishing.init(rawValue:))
        refuses = row["refuses"]
        failedSends = try FailedTries(stored: row["failed_sends"])
    }

    fileprivate var arguments: StatementArguments {
        get throws {
            [
                pipeline, shop, source.drop, source.path, source.name, source.size, source.modified, source.vanished,
                stem, digest, state.rawValue, nextStage, attempt, verdict?.rawValue, reason, hold, attention, failures,
                interruptions, shopDomain, currency, takenAt, takenValue, createdAt, updatedAt, finishedAt,
                rerunFrom, retakes, republishes?.rawValue, refuses, try failedSends?.stored(),
            ]
        }
    }
}
