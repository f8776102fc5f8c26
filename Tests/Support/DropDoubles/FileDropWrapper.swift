public import FileDrops

/// A drop that passes every call on to another; a double says only what it does differently.
public protocol FileDropWrapper: FileDrop {
    /// The drop that does the work.
    var drop: any FileDrop { get }
}

extension FileDropWrapper {
    /// The drop's name.
    public var name: String { drop.name }
    /// As the drop.
    public func capabilities() async throws -> DropCapabilities { try await drop.capabilities() }
    /// As the drop.
    public func publish(_ staged: StagedFile, to path: DropPath, replacing: Bool) async throws {
        try await drop.publish(staged, to: path, replacing: replacing)
    }
    /// As the drop.
    public func connectionReport() async throws -> [String] { try await drop.connectionReport() }
    /// As the drop.
    public func fileSystem(of directory: DropPath) async throws -> UInt64? { try await drop.fileSystem(of: directory) }
    /// As the drop.
    public func close() async { await drop.close() }

    /// As the drop.
    public func list(_ directory: DropPath) async throws -> [DropEntry] { try await drop.list(directory) }
    /// As the drop.
    public func stat(_ path: DropPath) async throws -> DropEntry? { try await drop.stat(path) }
    /// As the drop.
    public func withFile<R: Sendable>(
        _ path: DropPath,
        _ body: (any DropFileReader) async throws -> R
    ) async throws -> R { try await drop.withFile(path, body) }
    /// As the drop.
    public func stage(
        as name: String,
        mode: FileMode?,
        _ body: (any DropFileWriter) async throws -> Void
    ) async throws -> StagedFile { try await drop.stage(as: name, mode: mode, body) }
    /// As the drop.
    public func stagedFile(named name: String) async throws -> DropEntry? { try await drop.stagedFile(named: name) }
    /// As the drop.
    public func stagedFiles() async throws -> [DropEntry] { try await drop.stagedFiles() }
    /// As the drop.
    public func discard(_ staged: StagedFile) async throws { try await drop.discard(staged) }
    /// As the drop.
    public func move(_ from: DropPath, to: DropPath) async throws { try await drop.move(from, to: to) }
    /// As the drop.
    public func restrict(_ path: DropPath, to mode: FileMode) async throws { try await drop.restrict(path, to: mode) }
    /// As the drop.
    public func makeDirectory(_ path: DropPath) async throws { try await drop.makeDirectory(path) }
    /// As the drop.
    public func remove(_ path: DropPath) async throws { try await drop.remove(path) }
}
