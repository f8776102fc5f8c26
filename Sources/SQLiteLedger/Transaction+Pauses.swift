import GRDB
import Ledgers

extension Transaction {
    func pause(of pipeline: String) throws -> Pause? {
        try GRDB.Row
            .fetchOne(db, sql: "SELECT * FROM pauses WHERE pipeline = ?", arguments: [pipeline])
            .map { Pause(pipeline: pipeline, since: $0["since"], who: $0["who"], reason: $0["reason"]) }
    }

    func put(_ pause: Pause) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO pauses (pipeline, since, who, reason) VALUES (?, ?, ?, ?)",
            arguments: [pause.pipeline, pause.since, pause.who, pause.reason]
        )
    }

    func removePause(of pipeline: String) throws {
        try db.execute(sql: "DELETE FROM pauses WHERE pipeline = ?", arguments: [pipeline])
    }
}
