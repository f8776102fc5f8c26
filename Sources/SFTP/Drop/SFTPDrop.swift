public import FileDrops

/// A directory of an SFTP server, spoken to over one connection that is made at the first call and again when it was lost.
///
/// - Below the root no link is followed: each call looks at every directory on the way, in one round trip. What others change there at that very
///   moment a client can't see. The root itself may be a link.
/// - Every answer is waited for only so long, and every call as a whole (longer the more bytes it moves); then the connection is given up, and what
///   was being done may have happened.
/// - What a server sends is not believed: a listing has so many names at most, and names above 255 bytes can't be asked for.
/// - A new file has the mode that is asked for, else what the server gives it. Times have whole seconds, by the server's clock; there are no file ids.
/// - Parts of files that a dead process left in the staging directory are removed a day later.
public struct SFTPDrop: FileDrop {
    /// The drop's name in the configuration.
    public let name: String

    private let files: SFTPFiles

    /// Makes a drop of a server's directory; nothing is connected yet.
    ///
    /// - Parameters:
    ///   - name: as in the configuration.
    ///   - server: where it is, and who logs in.
    ///   - jumps: the servers on the way, the nearest first; each is logged in at, and its host key checked.
    ///   - root: the directory's path at the server; one that doesn't begin with `/` is relative to where the login leads.
    ///   - staging: a directory below the root, on the same file system; made with mode 0700 on first use.
    ///   - timeouts: how long the server is waited for.
    /// - Throws: `FileDropError` with `.nameRefused` when the staging directory is the root itself.
    public init(
        name: String,
        server: SSHServer,
        jumps: [SSHServer] = [],
        root: String,
        staging: DropPath,
        timeouts: SFTPTimeouts = SFTPTimeouts()
    ) throws(FileDropError) {
        guard !staging.isRoot else {
            throw FileDropError(
                .nameRefused,
                doing: "reading the path",
                path: staging.text,
                cause: .words("the staging directory can't be the root")
            )
        }
        self.name = name
        files = SFTPFiles(
            drop: name,
            server: server,
            jumps: jumps,
            root: root.isEmpty ? "." : root,
            staging: staging,
            timeouts: timeouts
        )
    }

    /// What the server offers; it is asked once for each connection.
    public func capabilities() async throws -> DropCapabilities { try await files.capabilities() }

    /// Library, server, host key, login, and what the server offers beyond SFTP 3.
    public func connectionReport() async throws -> [String] { try await files.report() }

    /// Ends the connection.
    public func close() async { await files.disconnect() }

    /// All entries of a directory but the staging directory.
    public func list(_ directory: DropPath) async throws -> [DropEntry] { try await files.list(directory) }

    /// What is known of one path, or `nil`.
    public func stat(_ path: DropPath) async throws -> DropEntry? { try await files.stat(path) }

    /// What `statvfs@openssh.com` says, where the server has it.
    public func fileSystem(of directory: DropPath) async throws -> UInt64? { try await files.fileSystem(of: directory) }

    /// Lends a file to be read, in pieces of at most 32 KiB.
    public func withFile<R: Sendable>(
        _ path: DropPath,
        _ body: (any DropFileReader) async throws -> R
    ) async throws -> R {
        let file = try await files.openForReading(path)
        let result: R
        do {
            result = try await body(SFTPFileReader(files: files, file: file))
        } catch {
            await files.close(file)
            throw error
        }
        await files.close(file)
        return result
    }

    /// Writes a whole file in the staging directory, synced where the server offers it, and checks its size.
    public func stage(
        as name: String,
        mode: FileMode?,
        _ body: (any DropFileWriter) async throws -> Void
    ) async throws -> StagedFile {
        let staged = try StagedFile(name: name)
        let part = try await files.beginPart(for: staged, mode: mode)
        do {
            try await body(SFTPFileWriter(files: files, part: part))
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

    /// Renames a staged file into place; over another only by `posix-rename@openssh.com`.
    public func publish(_ staged: StagedFile, to path: DropPath, replacing: Bool) async throws {
        try await files.publish(staged, to: path, replacing: replacing)
    }

    /// Removes a staged file, if it is there.
    public func discard(_ staged: StagedFile) async throws { try await files.discard(staged) }

    /// Renames an entry, never over another.
    public func move(_ from: DropPath, to: DropPath) async throws { try await files.move(from, to: to) }

    /// Takes from a file the rights that a mode does not have, by FSETSTAT on the open file.
    public func restrict(_ path: DropPath, to mode: FileMode) async throws {
        try await files.restrict(path, to: mode)
    }

    /// Makes a directory and the missing ones above it.
    public func makeDirectory(_ path: DropPath) async throws { try await files.makeDirectory(path) }

    /// Removes a file or a link.
    public func remove(_ path: DropPath) async throws { try await files.remove(path) }
}

private struct SFTPFileReader: DropFileReader {
    let files: SFTPFiles
    let file: OpenFile

    func read() async throws -> [UInt8]? {
        try Task.checkCancellation()
        return try await files.read(file)
    }

    func stamp() async throws -> FileStamp { try await files.stamp(of: file) }
}

private struct SFTPFileWriter: DropFileWriter {
    let files: SFTPFiles
    let part: OpenFile

    func write(_ bytes: [UInt8]) async throws {
        try Task.checkCancellation()
        try await files.write(bytes, to: part)
    }
}
