import Glibc

/// Renames that never replace anything, in one step.
struct ExclusiveRename {
    private typealias RenameWithFlags =
        @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32

    private let renameWithFlags: RenameWithFlags?

    /// - Parameter withFlags: `false` goes the way of file systems that know no RENAME_NOREPLACE.
    init(withFlags: Bool) {
        // `renameat2` needs `_GNU_SOURCE`, which Swift's Glibc module doesn't set; glibc has it since 2.28.
        guard withFlags, let symbol = dlsym(nil, "renameat2") else {
            renameWithFlags = nil
            return
        }
        renameWithFlags = unsafeBitCast(symbol, to: RenameWithFlags.self)
    }

    /// Renames an entry of a directory into a name of another or of the same directory.
    ///
    /// Where the file system has no such rename, the file gets its second name first and loses the first one then: whoever comes between sees both.
    /// - Throws: EEXIST when the new name is taken; EOPNOTSUPP where the file system has neither way.
    func callAsFunction(
        _ name: String,
        in directory: borrowing Descriptor,
        to newName: String,
        in newDirectory: borrowing Descriptor
    ) throws(LinuxError) {
        let (old, new) = (directory.number, newDirectory.number)
        if let renameWithFlags {
            let noReplace: UInt32 = 1  // RENAME_NOREPLACE of linux/fs.h
            do {
                _ = try retrying { renameWithFlags(old, name, new, newName, noReplace) }
                return
            } catch let error where ![EINVAL, ENOSYS, EOPNOTSUPP].contains(error.number) {
                throw error
            } catch {}
        }
        let file = try directory.information(of: name).st_ino
        do {
            _ = try retrying { linkat(old, name, new, newName, 0) }
        } catch let error where [EPERM, EMLINK, ENOSYS].contains(error.number) {
            throw LinuxError(number: EOPNOTSUPP)
        }
        do {
            // A sender may have put a new file under the old name meanwhile: that one stays, and this one has moved.
            guard try directory.information(of: name).st_ino == file else { return }
            _ = try retrying { unlinkat(old, name, 0) }
        } catch let error where error.number == ENOENT {
            // Another took the old name away first, by a move like this one: the file is under his new name.
            _ = unlinkat(new, newName, 0)
            throw error
        }
    }
}
