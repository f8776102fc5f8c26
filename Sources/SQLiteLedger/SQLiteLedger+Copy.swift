import Foundation
import GRDB
import Glibc
import Ledgers

extension SQLiteLedger {
    /// Copies a ledger as it stands at one moment, and changes nothing of it: neither the file nor what SQLite keeps beside it.
    ///
    /// A ledger that is in use, or that a dead process left, has a `-shm` file: it is read through a connection that can write neither that file nor
    /// any other (sqlite.org/wal.html#readonly) and still takes part in SQLite's locking. One that was closed has none, and opening it would make
    /// one, so its bytes are copied; if it comes into use meanwhile, it is copied again.
    ///
    /// - Parameters:
    ///   - path: the ledger.
    ///   - copy: a path where nothing is yet, in a folder that only its owner can read.
    /// - Throws: `LedgerError` with `.unavailable` or `.corrupt`.
    public static func copy(_ path: String, to copy: String) throws {
        for _ in 0..<10 {
            if access(path + "-shm", F_OK) == 0 {
                if try backUp(path, to: copy) { return }
            } else if try copyBytes(path, to: copy) {
                return
            }
            for suffix in ["", "-wal", "-shm"] { unlink(copy + suffix) }
            usleep(50_000)
        }
        throw LedgerError(.unavailable, "the ledger \(path) changes too often to be copied; run again")
    }

    /// Copies through a connection that only reads; `false` when the ledger was closed meanwhile.
    private static func backUp(_ path: String, to copy: String) throws -> Bool {
        let escaped = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
        let absolute = path.hasPrefix("/") ? "file://\(escaped)" : "file:\(escaped)"
        var reading = Configuration()
        reading.readonly = true
        reading.busyMode = .timeout(30)
        do {
            let source = try DatabaseQueue(path: absolute + "?mode=ro&readonly_shm=1", configuration: reading)
            defer { try? source.close() }
            let target = try DatabaseQueue(path: copy)
            defer { try? target.close() }
            try source.backup(to: target)
            chmod(copy, 0o600)
            return true
        } catch let error as DatabaseError where error.isDamage {
            throw damaged(path, error.words)
        } catch let error as DatabaseError {
            guard access(path + "-shm", F_OK) == 0 else { return false }
            throw LedgerError(.unavailable, "the ledger \(path) can't be read: \(error.message ?? "\(error)")")
        }
    }

    /// Copies the file, and its log where a dead process left one; `false` when something changed meanwhile.
    private static func copyBytes(_ path: String, to copy: String) throws -> Bool {
        let before = stamps(path)
        do {
            for suffix in ["", "-wal"] where access(path + suffix, F_OK) == 0 {
                try FileManager.default.copyItem(atPath: path + suffix, toPath: copy + suffix)
                chmod(copy + suffix, 0o600)
            }
        } catch {
            guard stamps(path) == before else { return false }
            throw LedgerError(.unavailable, "the ledger \(path) can't be copied: \(error.localizedDescription)")
        }
        return stamps(path) == before
    }

    private static func stamps(_ path: String) -> [[Int]] {
        ["", "-wal", "-shm"].map { suffix in
            var found = stat()
            guard stat(path + suffix, &found) == 0 else { return [] }
            return [
                Int(found.st_ino), Int(found.st_size), Int(found.st_mtim.tv_sec), Int(found.st_mtim.tv_nsec),
            ]
        }
    }
}
