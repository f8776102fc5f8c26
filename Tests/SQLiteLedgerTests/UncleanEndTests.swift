import Foundation
import GRDB
import Glibc
import Ledgers
import Testing

@testable import SQLiteLedger

/// When a ledger is read through as it is opened, and what a whole check finds.
@Suite struct UncleanEndTests {
    private let folder: LedgerFolder

    init() throws {
        folder = try LedgerFolder()
        let ledger = try folder.open()
        try ledger.pool.write { db in
            for run in 1...40 {
                try db.execute(
                    sql: "INSERT INTO audit (at, event, detail) VALUES (?, 'taken', ?)",
                    arguments: [run, String(repeating: "x", count: 500)]
                )
            }
        }
    }

    private var owners: String { folder.ledger + ".owners" }

    // MARK: Opening

    @Test func `closed in order and untouched, a ledger is opened without a look`() throws {
        for _ in 1...2 {
            try damage(keepingTime: true)
            _ = try folder.open()
        }
    }

    @Test func `a ledger that has changed since it was closed is looked at each time, until it is sound`() async throws
    {
        let whole = try Data(contentsOf: URL(fileURLWithPath: folder.ledger))
        try damage()
        for _ in 1...2 { #expect(code { try folder.open() } == .corrupt) }
        #expect(try names() == ["closed"], "who was refused is no owner")
        try whole.write(to: URL(fileURLWithPath: folder.ledger))
        #expect(try await folder.open().read { try $0.audit(of: nil).count } == 40)
        #expect(try names() == ["closed"])
        try damage(keepingTime: true)
        _ = try folder.open()
    }

    @Test func `after an owner that did not close it a ledger is looked at, though its file is as it was`() throws {
        try damage(keepingTime: true)
        try Data().write(to: URL(fileURLWithPath: owners + "/gone"))
        for _ in 1...2 { #expect(code { try folder.open() } == .corrupt) }
        #expect(try names().contains("gone"), "the next one is to look too")
    }

    @Test func `after a loss of power that left a log a ledger is looked at`() throws {
        try damage(keepingTime: true)
        try Data(repeating: 0, count: 100).write(to: URL(fileURLWithPath: folder.ledger + "-wal"))
        #expect(code { try folder.open() } == .corrupt)
    }

    @Test func `a ledger without a mark, as an earlier version leaves it, is looked at once`() throws {
        try FileManager.default.removeItem(atPath: owners)
        try damage(keepingTime: true)
        #expect(code { try folder.open() } == .corrupt)
    }

    @Test func `a copy that is put in its place is looked at`() throws {
        let copy = folder.path("copy")
        try FileManager.default.copyItem(atPath: folder.ledger, toPath: copy)
        try damage(keepingTime: true, in: copy)
        #expect(rename(copy, folder.ledger) == 0)
        #expect(code { try folder.open() } == .corrupt)
    }

    @Test func `what was put in its place while it was open is not taken for what was closed`() throws {
        let copy = folder.path("copy")
        try FileManager.default.copyItem(atPath: folder.ledger, toPath: copy)
        try damage(in: copy)
        var ledger: SQLiteLedger? = try folder.open()
        #expect(rename(copy, folder.ledger) == 0)
        withExtendedLifetime(ledger) {}
        ledger = nil
        #expect(code { try folder.open() } == .corrupt)
    }

    @Test func `while somebody has it open nobody else looks, unless a third one ended without closing it`() throws {
        let first = try folder.open()
        try first.pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        try damage()
        _ = try folder.open()
        try Data().write(to: URL(fileURLWithPath: owners + "/gone"))
        #expect(code { try folder.open() } == .corrupt)
        withExtendedLifetime(first) {}
    }

    @Test func `only the last one to close it marks it, and only if all have closed it`() throws {
        var ledgers = [try folder.open(), try folder.open()]
        #expect(try names().count == 2)
        ledgers.removeFirst()
        #expect(try names().count == 1 && !names().contains("closed"))
        ledgers.removeFirst()
        #expect(try names() == ["closed"])

        ledgers = [try folder.open()]
        try Data().write(to: URL(fileURLWithPath: owners + "/gone"))
        ledgers.removeFirst()
        #expect(try names() == ["gone"])
        _ = try folder.open()
        #expect(try names() == ["closed"], "it was found sound")
    }

    @Test func `a ledger that was closed has no log, so that the file alone is whole`() throws {
        for _ in 1...2 {
            let ledger = try folder.open()
            try ledger.pool.write { try $0.execute(sql: "INSERT INTO audit (at, event, detail) VALUES (1, 'a', 'b')") }
            _ = try ledger.pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM audit") }
        }
        for suffix in ["-wal", "-shm"] { #expect(access(folder.ledger + suffix, F_OK) != 0, "\(suffix)") }
        #expect(try names() == ["closed"])
    }

    // MARK: The whole check

    @Test func `a sound ledger has no faults, and looking changes nothing`() async throws {
        let before = try image()
        #expect(try await SQLiteLedger.faults(in: folder.ledger) == [])
        #expect(try image() == before)
        let open = try folder.open()
        try await open.write { try $0.setSetting("name", to: [1]) }
        #expect(try await SQLiteLedger.faults(in: folder.ledger) == [], "beside others")
    }

    @Test func `a damaged page is a fault`() async throws {
        try damage()
        #expect(try await SQLiteLedger.faults(in: folder.ledger) != [])
    }

    @Test func `an index that lacks entries is a fault of the whole check, which a quick one does not see`()
        async throws
    {
        try change { db in
            try db.execute(sql: "PRAGMA writable_schema = ON")
            try db.execute(sql: "UPDATE sqlite_master SET sql = sql || ' WHERE run > 5' WHERE name = 'audit_by_run'")
        }
        try change { try $0.execute(sql: "INSERT INTO audit (at, event, detail) VALUES (1, 'a', 'b')") }
        try change { db in
            try db.execute(sql: "PRAGMA writable_schema = ON")
            try db.execute(
                sql: "UPDATE sqlite_master SET sql = replace(sql, ' WHERE run > 5', '') WHERE name = 'audit_by_run'"
            )
        }
        #expect(throws: Never.self) { try SQLiteLedger.quickCheck(folder.ledger) }
        let faults = try await SQLiteLedger.faults(in: folder.ledger)
        #expect(faults.contains { $0.contains("missing from index audit_by_run") }, "\(faults)")
    }

    @Test func `rows of a run that is not there are a fault`() async throws {
        try change { db in
            for line in 1...3 {
                try db.execute(sql: "INSERT INTO rows (run, line, status) VALUES (99, ?, 'planned')", arguments: [line])
            }
        }
        #expect(try await SQLiteLedger.faults(in: folder.ledger) == ["3 entries of rows belong to no entry of runs"])
    }

    @Test func `what is no ledger is a fault, and what isn't there is not made`() async throws {
        try Data("no ledger, and long enough to be looked at".utf8).write(to: URL(fileURLWithPath: folder.path("x")))
        #expect(try await SQLiteLedger.faults(in: folder.path("x")).count == 1)
        await #expect(throws: LedgerError.self) { try await SQLiteLedger.faults(in: folder.path("absent")) }
        #expect(access(folder.path("absent"), F_OK) != 0)
    }

    // MARK: -

    /// Changes the file as another program might, without what watches over it.
    private func change(_ body: (Database) throws -> Void) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: folder.ledger, configuration: configuration)
        try queue.writeWithoutTransaction(body)
        try queue.close()
    }

    /// Overwrites a page of the audit trail in its place.
    private func damage(keepingTime: Bool = false, in path: String? = nil) throws {
        let path = path ?? folder.ledger
        var before = stat()
        #expect(stat(path, &before) == 0)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let entry = try #require(bytes.firstRange(of: Data(repeating: UInt8(ascii: "x"), count: 500)))
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seek(toOffset: UInt64(entry.lowerBound / 4096 * 4096))
        try handle.write(contentsOf: Data(repeating: 0xA5, count: 4096))
        try handle.close()
        guard keepingTime else { return }
        #expect(utimensat(AT_FDCWD, path, [before.st_atim, before.st_mtim], 0) == 0)
    }

    private func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: owners).sorted() }

    /// Every file beside the ledger, with its content.
    private func image() throws -> [String: Data] {
        let root = folder.path("state")
        var image: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: root) {
            image[name] = FileManager.default.contents(atPath: root + "/" + name)
        }
        return image
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
