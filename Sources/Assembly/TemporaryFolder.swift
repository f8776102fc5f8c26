import Foundation

/// Lends a new folder that only its owner can read, and removes it with its content after the body.
///
/// Folders that killed processes left are removed first. Throws `StarterError` when it can't be made, and what the body throws.
public func withTemporaryFolder<Value>(
    _ purpose: String,
    _ body: (String) async throws -> Value
) async throws -> Value {
    TemporaryFolders.removeAbandoned()
    let folder = TemporaryFolders.parent + TemporaryFolders.prefix + purpose + "-" + UUID().uuidString.lowercased()
    guard mkdir(folder, 0o700) == 0, let mark = TemporaryFolders.Mark(new: folder) else {
        throw StarterError(path: folder, reason: String(cString: strerror(errno)))
    }
    defer {
        try? FileManager.default.removeItem(atPath: folder)
        mark.release()
    }
    return try await body(folder)
}

/// The temporary folders of this user's processes: each holds a file that is locked for as long as its process lives.
public enum TemporaryFolders {
    fileprivate static let prefix = "dropline-"
    fileprivate static let markName = "/.in-use"

    fileprivate static var parent: String {
        let parent = NSTemporaryDirectory()
        return parent.hasSuffix("/") ? parent : parent + "/"
    }

    /// Removes the folders of processes that were killed; what lies in them are copies.
    public static func removeAbandoned() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        for name in names where name.hasPrefix(prefix) {
            var information = stat()
            guard lstat(parent + name, &information) == 0, information.st_mode & S_IFMT == S_IFDIR,
                information.st_uid == geteuid(), let mark = Mark(abandoned: parent + name)
            else { continue }
            try? FileManager.default.removeItem(atPath: parent + name)
            mark.release()
        }
    }

    /// The lock on a folder.
    fileprivate struct Mark {
        private let descriptor: Int32

        /// Marks a folder as in use.
        init?(new folder: String) {
            let new = folder + TemporaryFolders.markName + ".new"
            descriptor = open(new, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { return nil }
            // Locked before it has its name, so that nobody ever finds it without its lock.
            guard flock(descriptor, LOCK_EX) == 0, rename(new, folder + TemporaryFolders.markName) == 0 else {
                close(descriptor)
                return nil
            }
        }

        /// Takes over the lock of a process that does not live any more.
        init?(abandoned folder: String) {
            descriptor = open(folder + TemporaryFolders.markName, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
            guard descriptor >= 0 else { return nil }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                close(descriptor)
                return nil
            }
        }

        func release() { close(descriptor) }
    }
}
