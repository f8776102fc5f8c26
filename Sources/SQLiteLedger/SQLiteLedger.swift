import Foundation
import GRDB
import Glibc
public import Ledgers

/// The embedded ledger: one SQLite file, safe for several processes on one machine.
///
/// It runs with WAL and `synchronous=FULL`: a committed transaction outlives a loss of power (sqlite.org/pragma.html#pragma_synchronous),
/// which `NORMAL` does not promise in WAL mode. Foreign keys are checked. The file and its folder are for their owner only.
public final class SQLiteLedger: Ledger {
    let pool: DatabasePool
    let owner: ProcessOwner
    /// How long a claim lasts without a renewal, in nanoseconds.
    let lease: Int64
    private let mark: ClosingMark

    /// Opens the ledger, makes it where there is none, and brings an older one to the newest form.
    ///
    /// One that was not closed in order, or that is not as it was closed, is read once before it is used, and refused if it is damaged: after a crash, a loss
    /// of power, a restore, or a change by something else. Others that open it meanwhile wait.
    ///
    /// Throws `LedgerError` with `.unavailable`, `.corrupt`, or `.newer` for a ledger that a newer Dropline wrote.
    public init(path: String, lease: Duration = .seconds(60)) throws {
        do {
            // Not Foundation's, which traps on a path of one character (6.3.1, Linux).
            let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
            if !folder.isEmpty, !FileManager.default.fileExists(atPath: folder) {
                try FileManager.default.createDirectory(
                    atPath: folder,
                    withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700]
                )
            }
            // Never over a file that another process has just made; a path that can't be made fails when it is opened.
            let made = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
            if made >= 0 { close(made) }
            let owners = path + ".owners"
            mark = ClosingMark(of: path, in: owners)
            // Of two processes that find a new ledger one would fail: both turn WAL on, which waits for nobody, and both
            // make the tables.
            (owner, pool) = try ProcessOwner.alone(in: owners) { [mark] in
                let owner = try ProcessOwner(folder: owners)
                let others = try owner.others()
                // Who has it open has looked at it.
                if !others.gone.isEmpty || (others.alive.isEmpty && !mark.fits) { try Self.quickCheck(path) }
                let pool = try Self.opened(path)
                mark.remove()
                owner.forget(others.gone)
                return (owner, pool)
            }
            self.lease = Int64(lease.components.seconds) * 1_000_000_000 + lease.components.attoseconds / 1_000_000_000
        } catch let error as LedgerError {
            throw error
        } catch {
            throw Self.translated(error, path: path)
        }
    }

    deinit {
        // Where the folder is gone, so is the ledger, and the pool closes as it goes.
        try? ProcessOwner.aloneIfThere(owner.folder) {
            // The connection that writes is to be the last, for only it brings the log into the file.
            pool.invalidateReadOnlyConnections()
            try pool.close()
            owner.leave()
            let others = try owner.others()
            if others.alive.isEmpty, others.gone.isEmpty { mark.make() }
        }
    }

    private static func opened(_ path: String) throws -> DatabasePool {
        let pool = try DatabasePool(path: path, configuration: configuration)
        // GRDB sets NORMAL as it turns WAL on, after `prepareDatabase`; only this one connection writes.
        // Codes are hashed, so that each new card goes to another page of its index: with more pages at hand, and more of them gathered
        // before they are written back, a page is written once for many cards.
        try pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            try db.execute(sql: "PRAGMA cache_size = -\(cacheKilobytes)")
            try db.execute(sql: "PRAGMA wal_autocheckpoint = \(pagesBeforeCheckpoint)")
        }
        guard try pool.read({ try !Schema.migrator.hasBeenSuperseded($0) }) else {
            throw LedgerError(.newer, "\(path) was written by a newer Dropline; install that one, or restore a copy")
        }
        if try !pool.read(Schema.migrator.hasCompletedMigrations) { try Schema.migrator.migrate(pool) }
        return pool
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "ledger"
        // Another process may hold the write lock for as long as one of its transactions lasts, which is short.
        configuration.busyMode = .timeout(30)
        // What is removed is overwritten with zeros, in pages that are freed too (sqlite.org/pragma.html#pragma_secure_delete).
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA secure_delete = ON") }
        return configuration
    }

    /// Pages that the writing connection keeps at hand.
    private static let cacheKilobytes = 12_000
    /// Pages of 4 KB in the write-ahead log before they are written back to the file.
    private static let pagesBeforeCheckpoint = 8_000

    /// Reads one consistent state.
    public func read<Value: Sendable>(
        _ body: @escaping @Sendable (any LedgerReader) throws -> Value
    ) async throws -> Value {
        try await translating { try await pool.read { try body(Transaction(db: $0)) } }
    }

    /// Writes what belongs to no claim.
    public func write<Value: Sendable>(
        _ body: @escaping @Sendable (any LedgerWriter) throws -> Value
    ) async throws -> Value {
        try await translating { try await pool.write { try body(Transaction(db: $0)) } }
    }

    /// Writes as the owner of something.
    public func write<Value: Sendable>(
        as claim: Claim,
        _ body: @escaping @Sendable (any LedgerWriter) throws -> Value
    ) async throws -> Value {
        try await translating {
            try await pool.write { db in
                try Self.requireOwnership(claim, db)
                return try body(Transaction(db: db))
            }
        }
    }

    /// Brings the log into the file and cuts it to nothing; the file itself keeps nothing of what was removed (`secure_delete`).
    ///
    /// `PRAGMA wal_checkpoint(TRUNCATE)`, sqlite.org/pragma.html#pragma_wal_checkpoint: its first column is 1 when it could not end.
    public func scrub() async throws {
        try await translating {
            let isBusy = try await pool.barrierWriteWithoutTransaction { db in
                try Bool.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)") ?? true
            }
            guard !isBusy else { throw LedgerError(.unavailable, "the ledger \(pool.path) is busy; run again") }
        }
    }

    /// Runs GRDB calls and turns their errors into the ledger's own.
    func translating<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as DatabaseError {
            throw Self.translated(error, path: pool.path)
        }
    }

    static func translated(_ error: any Error, path: String) -> LedgerError {
        guard let error = error as? DatabaseError else {
            return LedgerError(.unavailable, "can't open the ledger \(path): \(error)")
        }
        let full = LedgerError(.full, "the disk of the ledger \(path) is full; free space and run again")
        if error.isDamage { return damaged(path, error.words) }
        return switch error.resultCode {
        case .SQLITE_FULL: full
        // Where the index of the log can't be made larger SQLite has no other word.
        case .SQLITE_IOERR where hasNoSpace(path), .SQLITE_CANTOPEN where hasNoSpace(path): full
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            LedgerError(.unavailable, "the ledger \(path) is busy: another process writes to it; run again")
        case .SQLITE_CONSTRAINT: LedgerError(.inconsistent, "the ledger refused a change (\(error.words))")
        default: LedgerError(.unavailable, "the ledger \(path) can't be used: \(error.words)")
        }
    }
}

/// Whether nothing more can be written where a file lies.
private func hasNoSpace(_ path: String) -> Bool {
    var system = statvfs()
    return statvfs(path, &system) == 0 && system.f_bavail == 0
}

/// One transaction; it must not outlive the closure that it is lent to.
struct Transaction {
    let db: Database
}
