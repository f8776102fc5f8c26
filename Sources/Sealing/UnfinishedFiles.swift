import Glibc

/// Files that were begun under a temporary name, `.part-‹random›`, and have not got their own: who writes one holds a lock on it (flock(2)).
public enum UnfinishedFiles {
    static let prefix = ".part-"

    /// Removes those in a folder whose writer is gone; returns how many they were.
    ///
    /// A folder that isn't there has none. Where a file system has no locks nobody is held to be gone.
    @discardableResult
    public static func remove(in folder: String) -> Int {
        guard let stream = opendir(folder) else { return 0 }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                bytes.starts(with: prefix.utf8) ? String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) : nil
            }
            if let name { names.append(name) }
        }
        return names.count { removeIfDead("\(folder)/\($0)") }
    }

    private static func removeIfDead(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_EX | LOCK_NB) == 0 && unlink(path) == 0
    }
}
