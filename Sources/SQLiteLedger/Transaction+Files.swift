import Foundation
import GRDB
import Ledgers

extension Transaction {
    func artifacts(of run: RunID) throws -> [Artifact] {
        try GRDB.Row
            .fetchAll(
                db,
                sql: "SELECT * FROM artifacts WHERE run = ? ORDER BY kind, attempt, part",
                arguments: [run.number]
            )
            .map(Artifact.init(reading:))
    }

    func put(_ artifact: Artifact, of run: RunID) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO artifacts (run, kind, attempt, part, file_name, path, digest, size, media_type,
                    count, attributes)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                run.number, artifact.kind.rawValue, artifact.attempt, artifact.part, artifact.fileName, artifact.path,
                artifact.digest, artifact.size, artifact.mediaType, artifact.count,
                String(decoding: try encoder.encode(artifact.attributes), as: UTF8.self),
            ]
        )
    }

    func removeArtifact(kind: ArtifactKind, attempt: Int, part: Int, of run: RunID) throws {
        try db.execute(
            sql: "DELETE FROM artifacts WHERE run = ? AND kind = ? AND attempt = ? AND part = ?",
            arguments: [run.number, kind.rawValue, attempt, part]
        )
    }

    func deliveries(of run: RunID) throws -> [Delivery] {
        let sql = "SELECT * FROM deliveries WHERE run = ? ORDER BY kind, attempt, part, target_drop, path"
        return try GRDB.Row.fetchAll(db, sql: sql, arguments: [run.number]).map(Delivery.init(reading:))
    }

    func deliveries(to path: String, on drop: String, besides run: RunID) throws -> [Delivery] {
        let sql = """
            SELECT * FROM deliveries WHERE target_drop = ? AND path = ? AND run <> ? ORDER BY run, kind, attempt, part
            """
        return try GRDB.Row.fetchAll(db, sql: sql, arguments: [drop, path, run.number]).map(Delivery.init(reading:))
    }

    func put(_ delivery: Delivery) throws {
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO deliveries (run, kind, attempt, part, target_drop, path, staged_name, replaces,
                    digest, state, updated_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                delivery.run.number, delivery.kind.rawValue, delivery.attempt, delivery.part, delivery.drop,
                delivery.path, delivery.stagedName, delivery.replaces, delivery.digest,
                delivery.state.rawValue, delivery.updatedAt,
            ]
        )
    }

    func looks(pipeline: String, drop: String) throws -> [Look] {
        let sql = "SELECT * FROM looks WHERE pipeline = ? AND source_drop = ?"
        return try GRDB.Row.fetchAll(db, sql: sql, arguments: [pipeline, drop]).map(Look.init(reading:))
    }

    func looks() throws -> [Look] {
        try GRDB.Row.fetchAll(db, sql: "SELECT * FROM looks ORDER BY pipeline, source_drop, path")
            .map(Look.init(reading:))
    }

    func put(_ look: Look) throws {
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO looks (pipeline, source_drop, path, size, modified, boot, seen)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                look.pipeline, look.drop, look.path, look.size, look.modified, look.seen.boot, look.seen.nanoseconds,
            ]
        )
    }

    func removeLook(pipeline: String, drop: String, path: String) throws {
        try db.execute(
            sql: "DELETE FROM looks WHERE pipeline = ? AND source_drop = ? AND path = ?",
            arguments: [pipeline, drop, path]
        )
    }
}

extension Delivery {
    fileprivate init(reading row: GRDB.Row) throws {
        guard let state = DeliveryState(rawValue: row["state"]) else {
            throw LedgerError(.newer, "a delivery has a state that this Dropline does not know")
        }
        self.init(
            run: RunID(row["run"]),
            kind: ArtifactKind(rawValue: row["kind"]),
            attempt: row["attempt"],
            part: row["part"],
            drop: row["target_drop"],
            path: row["path"],
            stagedName: row["staged_name"],
            replaces: row["replaces"],
            digest: row["digest"],
            state: state,
            updatedAt: row["updated_at"]
        )
    }
}

extension Look {
    fileprivate init(reading row: GRDB.Row) {
        self.init(
            pipeline: row["pipeline"],
            drop: row["source_drop"],
            path: row["path"],
            size: row["size"],
            modified: row["modified"],
            seen: BootTime(boot: row["boot"], nanoseconds: row["seen"])
        )
    }
}

extension Artifact {
    init(reading row: GRDB.Row) throws {
        self.init(
            kind: ArtifactKind(rawValue: row["kind"]),
            attempt: row["attempt"],
            part: row["part"],
            fileName: row["file_name"],
            path: row["path"],
            digest: row["digest"],
            size: row["size"],
            mediaType: row["media_type"],
            count: row["count"],
            attributes: try JSONDecoder().decode(
                [String: String].self,
                from: Data((row["attributes"] as String).utf8)
            )
        )
    }
}
