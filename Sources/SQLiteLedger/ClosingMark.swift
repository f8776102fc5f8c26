import Foundation
import Glibc

/// What a ledger's file was like when the last process closed it in order: its inode, size and time.
///
/// A file that is like that was closed by us and touched by nobody since; one that isn't was in use when its process or the machine ended, was changed by
/// something else, or was put there from a backup. The mark goes as the ledger is opened. It is in no need of syncing: one that is lost, or that comes
/// back after a loss of power beside a file that has changed, only means that the ledger is looked at.
struct ClosingMark {
    /// Its name among the owners' files.
    static let name = "closed"

    private let ledger: String
    private let path: String
    /// Of the file that is opened; what is put in its place meanwhile is another one.
    private let inode: ino_t?

    init(of ledger: String, in owners: String) {
        self.ledger = ledger
        path = owners + "/" + Self.name
        var file = stat()
        inode = stat(ledger, &file) == 0 ? file.st_ino : nil
    }

    /// Whether the file is as it was closed, with nothing in a log beside it.
    var fits: Bool {
        guard let likeness, let mark = FileManager.default.contents(atPath: path) else { return false }
        return mark == Data(likeness.utf8)
    }

    /// Marks the file as closed, unless something is still in the log beside it: somebody else reads it then.
    func make() {
        guard let likeness else { return }
        // Without it the ledger is looked at, no more.
        _ = FileManager.default.createFile(
            atPath: path,
            contents: Data(likeness.utf8),
            attributes: [.posixPermissions: 0o600]
        )
    }

    func remove() { unlink(path) }

    /// `nil` when the file is not there or is another one, and when something is in its log.
    private var likeness: String? {
        var file = stat()
        var log = stat()
        guard stat(ledger, &file) == 0, file.st_ino == inode else { return nil }
        guard stat(ledger + "-wal", &log) != 0 || log.st_size == 0 else { return nil }
        return "\(file.st_ino) \(file.st_size) \(file.st_mtim.tv_sec).\(file.st_mtim.tv_nsec)\n"
    }
}
