import Foundation
import GRDB
import Ledgers
import Testing

@testable import SQLiteLedger

/// Ledgers of earlier versions in which runs were held because something was in the way of their files.
@Suite struct HeldRunMigrationTests {
    @Test func `they are stopped, and go on by themselves; what a person is to approve stays held`() async throws {
        let folder = try LedgerFolder()
        try FileManager.default.createDirectory(atPath: folder.path("state"), withIntermediateDirectories: true)
        let queue = try DatabaseQueue(path: folder.ledger)
        try Schema.migrator.migrate(queue, upTo: "6 interruptions")
        try await queue.write { db in
            for (id, hold, status) in [(1, nil, "activated"), (2, "above the limit", "held"), (3, nil, "held")]
                as [(Int, String?, String)]
            {
                try db.execute(
                    sql: """
                        INSERT INTO runs (id, pipeline, shop, source_path, source_name, source_size, source_modified,
                            source_vanished, stem, digest, state, next_stage, attempt, hold, failures, taken_value,
                            created_at, updated_at)
                        VALUES (?, 'p', 's', 'a', 'a', 1, 1, 0, 'a', 'ab', 'held', 'deliver', 1, ?, 1, 0, 1, 1);
                        INSERT INTO rows (run, line, status) VALUES (?, 2, ?);
                        """,
                    arguments: [id, hold, id, status]
                )
            }
        }
        try queue.close()
        let states = try await folder.open().read { try $0.runs(RunQuery()).map(\.state) }
        #expect(states == [.stopped, .held, .held])
    }
}
