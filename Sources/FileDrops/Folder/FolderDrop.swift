/// A folder of the local disk, or of a file system mounted there.
///
/// - Below the root every component is opened by itself without following links, so neither a name nor a link made by others leads outside. The
///   root itself may be a link.
/// - Blocking calls run on the drop's own queue, one at a time, so a dead mount stops this drop and no other.
/// - A new file has the mode that is asked for, else 0666 less the process's umask; a new directory 0777 less the umask.
/// - Files that a dead process left unfinished in the staging directory are removed when the next one stages there.
public struct FolderDrop: FileDrop {
    /// The drop's name in the configuration.
    public let name: String

    /// The staging directory, which belongs to Dropline: no path that a caller gives may lie in it.
    public let staging: DropPath

    /// The staging directory where the configuration names none: `.dropline`.
    public static let defaultStaging = DropPath(checked: ".dropline")

    let files: FolderFiles

    /// Makes a drop of a folder; nothing is touched yet.
    ///
    /// - Parameters:
    ///   - name: as in the configuration.
    ///   - root: the folder's path; it must exist when the drop is used, or calls throw `.unreachable`.
    ///   - staging: a directory below the root, on the same file system; made with mode 0700 on first use.
    /// - Throws: `FileDropError` with `.nameRefused` when the staging directory is the root itself.
    public init(name: String, root: String, staging: DropPath = defaultStaging) throws(FileDropError) {
        try self.init(name: name, root: root, staging: staging, renamesWithFlags: true)
    }

    /// As the public one; without `renamesWithFlags` moves go the way of file systems that know no RENAME_NOREPLACE.
    init(name: String, root: String, staging: DropPath, renamesWithFlags: Bool) throws(FileDropError) {
        guard !staging.isRoot else {
            throw .refused(.nameRefused, path: staging.text, because: "the staging directory can't be the root")
        }
        self.name = name
        self.staging = staging
        files = FolderFiles(drop: name, root: root, staging: staging, renamesWithFlags: renamesWithFlags)
    }

    /// The folder.
    public var localFolder: String? { files.root }

    /// All that the port knows.
    public func capabilities() async throws -> DropCapabilities {
        DropCapabilities(atomicReplace: true, exclusiveMove: true, fsync: true, subsecondTimes: true, fileIDs: true)
    }

    /// All entries of a directory but the staging directory.
    public func list(_ directory: DropPath) async throws -> [DropEntry] { try await files.list(directory) }

    /// What is known of one path, or `nil`.
    public func stat(_ path: DropPath) async throws -> DropEntry? { try await files.stat(path) }

    /// The number of the device.
    public func fileSystem(of directory: DropPath) async throws -> UInt64? { try await files.fileSystem(of: directory) }

    /// Lends a file to be read, in pieces of at most 128 KiB.
    public func withFile<R: Sendable>(
        _ path: DropPath,
        _ body: (any DropFileReader) async throws -> R
    ) async throws -> R {
        let file = try await files.openForReading(path)
        let result: R
        do {
            result = try await body(FolderFileReader(files: files, file: file))
        } catch {
            await files.close(file)
            throw error
        }
        await files.close(file)
        return result
    }

    /// Writes a whole file in the staging directory, and syncs file and directory.
    public func stage(
        as name: String,
        mode: FileMode?,
        _ body: (any DropFileWriter) async throws -> Void
    ) async throws -> StagedFile {
        let staged = try StagedFile(name: name)
        let part = try await files.beginPart(for: staged, mode: mode)
        do {
            try await body(FolderFileWriter(files: files, file: part.file))
            try await files.finish(part, as: staged)
        } catch {
            await files.abandon(part)
            throw error
        }
        return staged
    }

    /// What is known of a staged file, or `nil`.
    public func stagedFile(named name: String) async throws -> DropEntry? {
        try await files.staged(StagedFile(name: name))
    }

    /// All whole files of the staging directory.
    public func stagedFiles() async throws -> [DropEntry] { try await files.allStaged() }

    /// Renames a staged file into place and syncs both directories.
    public func publish(_ staged: StagedFile, to path: DropPath, replacing: Bool) async throws {
        try await files.publish(staged, to: path, replacing: replacing)
    }

    /// Removes a staged file, if it is there.
    public func discard(_ staged: StagedFile) async throws { try await files.discard(staged) }

    /// Renames an entry, never over another, and syncs both directories.
    public func move(_ from: DropPath, to: DropPath) async throws { try await files.move(from, to: to) }

    /// Takes from a file the rights that a mode does not have.
    public func restrict(_ path: DropPath, to mode: FileMode) async throws {
        try await files.restrict(path, to: mode)
    }

    /// Makes a directory and the missing ones above it.
    public func makeDirectory(_ path: DropPath) async throws { try await files.makeDirectory(path) }

    /// Removes a file or a link.
    public func remove(_ path: DropPath) async throws { try await files.remove(path) }
}

private struct FolderFileReader: DropFileReader {
    let files: FolderFiles
    let file: FolderFiles.OpenFile

    func read() async throws -> [UInt8]? {
        try Task.checkCancellation()
        return try await files.read(file)
    }

    func stamp() async throws -> FileStamp { try await files.stamp(of: file) }
}

private struct FolderFileWriter: DropFileWriter {
    let files: FolderFiles
    let file: FolderFiles.OpenFile

    func write(_ bytes: [UInt8]) async throws {
        try Task.checkCancellation()
        try await files.write(bytes, to: file)
    }
}
