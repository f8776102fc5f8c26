import Foundation
import Glibc
import Ledgers

/// This process as an owner of claims: a file that it keeps locked for as long as it lives.
///
/// The kernel drops the lock with the process, however that ends, so others see at once that an owner is gone instead of
/// waiting for its lease. `flock(2)`: the lock is released "when all such file descriptors have been closed". The file goes when the ledger is closed in
/// order; one without a lock tells that its process, or the machine, ended otherwise.
final class ProcessOwner: Sendable {
    let id: String
    let folder: String
    private let descriptor: Int32

    /// Locks a new file in the folder; to be called within `alone(in:)`.
    init(folder: String) throws {
        id = UUID().uuidString.lowercased()
        self.folder = folder
        let path = folder + "/" + id
        descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw LedgerError(.unavailable, "can't lock \(path): \(String(cString: strerror(errno)))")
        }
    }

    deinit {
        leave()
        close(descriptor)
    }

    /// Removes the file, as the ledger is closed.
    func leave() { unlink(folder + "/" + id) }

    /// Runs a body while no other process runs one for the same folder, which is made where it is missing.
    static func alone<Value>(in folder: String, _ body: () throws -> Value) throws -> Value {
        if mkdir(folder, 0o700) != 0, errno != EEXIST {
            throw LedgerError(.unavailable, "can't make the folder \(folder): \(String(cString: strerror(errno)))")
        }
        return try aloneIfThere(folder, body)
    }

    /// The same for a folder that is there.
    static func aloneIfThere<Value>(_ folder: String, _ body: () throws -> Value) throws -> Value {
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { if directory >= 0 { close(directory) } }
        var result = flock(directory, LOCK_EX)
        while result != 0, errno == EINTR { result = flock(directory, LOCK_EX) }
        guard result == 0 else {
            throw LedgerError(.unavailable, "can't lock \(folder): \(String(cString: strerror(errno)))")
        }
        return try body()
    }

    /// The other owners that have a file: those that are alive, and those whose processes ended without removing it.
    func others() throws -> (alive: [String], gone: [String]) {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        let others = names.filter { $0 != id && $0 != ClosingMark.name }
        return (others.filter { !isGone($0) }, others.filter(isGone))
    }

    /// Removes the files of owners that are gone.
    func forget(_ gone: [String]) {
        for other in gone { unlink(folder + "/" + other) }
    }

    /// Whether another owner's process has ended.
    ///
    /// Its file stays: it tells who opens the ledger next that it was not closed in order. The lock that is tried is a shared one, so that two who ask at
    /// once don't take each other for the owner.
    func isGone(_ other: String) -> Bool {
        guard other != id else { return false }
        let file = open(folder + "/" + other, O_RDWR | O_CLOEXEC)
        guard file >= 0 else { return errno == ENOENT }
        defer { close(file) }
        return flock(file, LOCK_SH | LOCK_NB) == 0
    }
}
