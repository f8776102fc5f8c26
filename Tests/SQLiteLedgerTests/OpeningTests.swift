import Foundation
import GRDB
import Ledgers
import Testing

@testable import SQLiteLedger

@Suite struct OpeningTests {
    private let folder: LedgerFolder

    init() throws { folder = try LedgerFolder() }

    @Test(arguments: [
        ("journal_mode", "wal".databaseValue), ("synchronous", 2.databaseValue), ("foreign_keys", 1.databaseValue),
    ])
    func `every connection keeps what was committed through a loss of power`(_ pragma: String, _ value: DatabaseValue)
        async throws
    {
        let ledger = try folder.open()
        let read = { @Sendable (db: Database) in try DatabaseValue.fetchOne(db, sql: "PRAGMA \(pragma)") }
        #expect(try await ledger.pool.write(read) == value)
        #expect(try await ledger.pool.read(read) == value)
    }

    @Test func `files are for their owner only`() async throws {
        let ledger = try folder.open()
        try await ledger.write { try $0.setSetting("name", to: [1]) }
        for name in [
            "ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm", "ledger.sqlite.owners/\(ledger.owner.id)",
        ] {
            #expect(try mode("state/" + name) == 0o600, "\(name)")
        }
        for name in ["state", "state/ledger.sqlite.owners"] { #expect(try mode(name) == 0o700, "\(name)") }
    }

    @Test func `a folder that was there before keeps its mode`() throws {
        try FileManager.default.createDirectory(
            atPath: folder.path("state"),
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o750]
        )
        _ = try folder.open()
        #expect(try mode("state") == 0o750)
    }

    @Test func `a new ledger is sound`() async throws {
        _ = try folder.open()
        #expect(try await SQLiteLedger.faults(in: folder.ledger) == [])
    }

    @Test func `a ledger of a newer Dropline is refused and left as it is`() async throws {
        try await withLedger { ledger in
            try await ledger.pool.write {
                try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 of a later one')")
            }
        }
        #expect(throws: LedgerError.self) { try folder.open() }
        #expect(code { try folder.open() } == .newer)
        let pool = try DatabasePool(path: folder.ledger)
        let known = try await pool.read {
            try String.fetchAll($0, sql: "SELECT identifier FROM grdb_migrations ORDER BY 1")
        }
        #expect(known == Schema.migrator.migrations.sorted() + ["99 of a later one"])
    }

    @Test(arguments: [
        "this is no ledger, and it is long enough to be looked at\n", "SQLite format 3\u{0}but nothing of the rest",
        String(repeating: "x", count: 100_000),
    ])
    func `a file that is no ledger is damaged, and left as it is`(_ text: String) throws {
        try FileManager.default.createDirectory(atPath: folder.path("state"), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.ledger))
        #expect(code { try folder.open() } == .corrupt)
        #expect(try String(contentsOfFile: folder.ledger, encoding: .utf8) == text)
    }

    @Test func `an empty file is a new ledger`() async throws {
        try FileManager.default.createDirectory(atPath: folder.path("state"), withIntermediateDirectories: true)
        try Data().write(to: URL(fileURLWithPath: folder.ledger))
        _ = try folder.open()
        #expect(try await SQLiteLedger.faults(in: folder.ledger) == [])
    }

    @Test func `a ledger below a file can't be opened`() throws {
        try Data().write(to: URL(fileURLWithPath: folder.path("state")))
        #expect(code { try folder.open() } == .unavailable)
    }

    @Test func `a folder is no ledger`() throws {
        try FileManager.default.createDirectory(atPath: folder.ledger, withIntermediateDirectories: true)
        #expect(code { try folder.open() } == .unavailable)
    }

    @Test func `a ledger whose owners can't be told is not opened`() throws {
        try FileManager.default.createDirectory(atPath: folder.path("state"), withIntermediateDirectories: true)
        try Data().write(to: URL(fileURLWithPath: folder.ledger + ".owners"))
        #expect(code { try folder.open() } == .unavailable)
    }

    @Test func `a ledger in a folder that can't be written is unavailable`() {
        #expect(code { _ = try SQLiteLedger(path: "/proc/self/dropline/ledger.sqlite") } == .unavailable)
    }

    @Test func `what can't be opened names the file`() throws {
        try Data().write(to: URL(fileURLWithPath: folder.path("state")))
        let error = #expect(throws: LedgerError.self) { try folder.open() }
        #expect(error?.message.contains("state") == true)
    }

    @Test(arguments: 1...5)
    func `opened by many at once, a new ledger is made once`(_ round: Int) async throws {
        let count = try await withThrowingTaskGroup(of: SQLiteLedger.self) { group in
            for index in 0..<6 {
                group.addTask { [folder] in
                    let ledger = try folder.open()
                    try await ledger.write { try $0.setSetting("from \(index)", to: [1]) }
                    return ledger
                }
            }
            let ledgers = try await group.reduce(into: []) { $0.append($1) }
            return try await ledgers[0].pool.read { db in
                (
                    try Int.fetchOne(db, sql: "SELECT count(*) FROM grdb_migrations"),
                    try Int.fetchOne(db, sql: "SELECT count(*) FROM settings")
                )
            }
        }
        #expect(count.0 == Schema.migrator.migrations.count)
        #expect(count.1 == 6)
    }

    @Test func `an operation that ran when an older ledger was closed is as old as it was then`() async throws {
        try FileManager.default.createDirectory(atPath: folder.path("state"), withIntermediateDirectories: true)
        let old = try DatabasePool(path: folder.ledger)
        try Schema.migrator.migrate(old, upTo: "6 interruptions")
        try await old.write { db in
            try db.execute(
                sql: """
                    INSERT INTO runs (pipeline, shop, source_path, source_name, source_size, source_modified,
                        source_vanished, stem, digest, state, attempt, failures, taken_value, created_at, updated_at)
                    VALUES ('p', 's', 'a', 'a', 1, 1, 0, 'a', 'd', 'waiting', 1, 0, 0, 1, 1);
                    INSERT INTO operations (run, attempt, part, name, state, progress, total, sends, looks, uploaded_at,
                        sent_at)
                    VALUES (1, 1, 1, 'a', 'started', 0, 1, 1, 1, 0, 5), (1, 1, 2, 'b', 'intended', 0, 1, 0, 0, 0, 6),
                        (1, 1, 3, 'c', 'ended', 1, 1, 1, 1, 0, 7);
                    """
            )
        }
        try old.close()
        let ledger = try folder.open()
        let run = try #require(try await ledger.read { try $0.run(RunID(1)) })
        let operations = try await ledger.read { try $0.operations(of: RunID(1)) }
        #expect(run.state == .waiting && run.failedSends == nil)
        #expect(operations.map(\.askedAt) == [5, nil, nil])
        #expect(operations.map(\.awaitedSince) == [5, nil, nil])
    }

    @Test func `opened again, a ledger still has what stood in it`() async throws {
        try await withLedger { try await $0.write { try $0.setSetting("name", to: [1]) } }
        #expect(try await folder.open().read { try $0.setting("name") } == [1])
    }

    // MARK: -

    /// Lends a ledger and closes it.
    private func withLedger(_ body: (SQLiteLedger) async throws -> Void) async throws {
        let ledger = try folder.open()
        try await body(ledger)
        try ledger.pool.close()
    }

    private func mode(_ name: String) throws -> Int? {
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path(name))
        return (attributes[.posixPermissions] as? NSNumber)?.intValue
    }

    private func code(_ body: () throws -> Any) -> LedgerError.Code? {
        do {
            _ = try body()
            return nil
        } catch {
            return (error as? LedgerError)?.code
        }
    }
}
