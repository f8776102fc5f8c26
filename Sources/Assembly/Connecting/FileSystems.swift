import Commerce
import FileDrops

/// Whether directories of a drop lie on one file system: a file can only be renamed within one.
struct FileSystems {
    let drop: any FileDrop

    /// Makes sure that each directory lies where another does; told is what each is, as `archive`.
    ///
    /// What is not there yet is made in the directory above it. Nothing is thrown where the drop doesn't tell; else `FileSystemFault`, and `FileDropError`.
    func requireOne(for places: [(word: String, path: DropPath)], with other: (word: String, path: DropPath))
        async throws
    {
        guard let known = try await fileSystem(of: other.path) else { return }
        for (word, path) in places {
            guard let found = try await fileSystem(of: path), found != known else { continue }
            throw FileSystemFault(word: word, path: path, other: other)
        }
    }

    /// Of a directory, or of the one in which it would be made.
    private func fileSystem(of directory: DropPath) async throws -> UInt64? {
        var path = directory
        while true {
            if let number = try await drop.fileSystem(of: path) { return number }
            guard !path.isRoot else { return nil }
            path = path.parent
        }
    }
}

/// A directory from or to which files can't be renamed.
struct FileSystemFault: ClassifiedError {
    let word: String
    let path: DropPath
    let other: (word: String, path: DropPath)
    var disposition: Disposition { .stop }
    var side: FaultSide { .configuration }
    var codeName: String { "other-file-system" }
    var description: String {
        "\(word) \(path) lies on another file system than \(other.word) \(other.path), so no file can be renamed from one to the other;"
            + " name a directory on the same one, or have them put on one"
    }
}
