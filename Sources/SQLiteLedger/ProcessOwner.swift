import Foundation
import Glibc
import Ledgers

/// This process as an owner of claims: a file that it keeps locked for as long as it lives.
///
/// The kernel drops the lock with the process, however that ends, so others see at once that an owner is gone instead of
/// waiting for its lease. `flock(2)`: the lock is released "when all such file descriptors have been closed".
final class ProcessOwner: Sendable {
    let id: String
    private let folder: String
    private let descriptor: Int32

    /// Locks a new file in the folder, and removes the files of owners that are gone; to be called within `alone(in:)`.
    init(folder: String) throws {
        id = UUID().uuidString.lowercased()
        self.folder = folder
        let path = folder + "/" + id
        descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw LedgerError(.unavailable, "can't lock \(path): \(String(cString: strerror(errno)))")
        }
        for other in try FileManager.default.contentsOfDirectory(atPath: folder) { _ = isGone(other) }
    }

    deinit {
        unlink(folder + "/" + id)
        close(descriptor)
    }

    /// Runs a body while no other process runs one for the same folder, which is made where it is missing.
    static func alone<Value>(in folder: String, _ body: () throws -> Value) throws -> Value {
        if mkdir(folder, 0o700) != 0, errno != EEXIST {
            throw LedgerError(.unavailable, "can't make the folder \(folder): \(String(cString: strerror(errno)))")
        }
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { if directory >= 0 { close(directory) } }
        var result = flock(directory, LOCK_EX)
        while result != 0, errno == EINTR { result = flock(directory, LOCK_EX) }
        guard result == 0 else {
            throw LedgerError(.unavailable, "can't lock \(folder): \(String(cString: strerror(errno)))")
        }
        return try body()
    }

    /// Whether another owner's process has ended.
    func isGone(_ other: String) -> Bool {
        guard other != id else { return false }
        let path = folder + "/" + other
        let file = open(path, O_RDWR | O_CLOEXEC)
        guard file >= 0 else { return errno == ENOENT }
        defer { close(file) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else { return false }
        unlink(path)
        return true
    }
}
