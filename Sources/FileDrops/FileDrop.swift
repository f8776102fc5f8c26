/// A place where files are dropped and fetched: a folder on the local disk, or a server.
///
/// - Names: what is listed can be asked for under the same bytes. Nothing outside the root is ever read or written, and no link is followed below it.
/// - Calls may come from several tasks at once. None blocks the cooperative pool, and a drop that hangs slows no other drop.
/// - Throws: every call throws `FileDropError`, and what a `body` throws as it is.
/// - An unknown outcome (a lost answer) is thrown as `.connectionLost` or `.timedOut`. A rename may have happened all the same: look again.
public protocol FileDrop: FileSource {
    /// The drop's name in the configuration.
    var name: String { get }

    /// The folder of the local disk that is the drop's root; `nil` for a server.
    var localFolder: String? { get }

    /// What the drop can do; a server is asked once and the answer kept.
    func capabilities() async throws -> DropCapabilities

    /// All entries of a directory, ordered by the bytes of their names.
    ///
    /// - The staging directory isn't among them. An empty directory gives an empty array; names that are no UTF-8 come as `.other`.
    /// - What the drop refuses to say of one entry costs that entry alone: it comes as `.refused`, with the reason.
    /// - Throws: `.notFound` for a directory that isn't there, `.notADirectory`, `.permissionDenied`; `.unreachable` when the root itself is missing.
    func list(_ directory: DropPath) async throws -> [DropEntry]

    /// Writes a whole file in the staging directory, on the file system of the final places, synced to the disk where the drop offers it.
    ///
    /// - An older staged file of that name is replaced, whole. Until the last byte is written the file has another name,
    ///   so what `stagedFile(named:)` finds is whole. When the body throws, nothing stays behind.
    /// - Parameters:
    ///   - name: one component; two stages of one name at once leave one of the two files.
    ///   - mode: the permissions; without them those that the drop gives a new file. They hold before the file is published.
    ///   - body: writes the content; its writer must not be kept.
    /// - Returns: the staged file, to be recorded and then published.
    /// - Throws: `.noSpace`, `.permissionDenied`, `.readOnly`; `.notSupported` when the drop can't set the mode.
    func stage(
        as name: String,
        mode: FileMode?,
        _ body: (any DropFileWriter) async throws -> Void
    ) async throws -> StagedFile

    /// What is known of a staged file, or `nil`: after a crash, whether it still waits to be published.
    ///
    /// The entry's path is the name alone, relative to the staging directory.
    func stagedFile(named name: String) async throws -> DropEntry?

    /// All staged files, so that those which no run wants any more can be discarded.
    func stagedFiles() async throws -> [DropEntry]

    /// Renames a staged file into place, in one step.
    ///
    /// - Parameters:
    ///   - staged: a file of this drop's staging directory.
    ///   - path: the final place; its directory must exist.
    ///   - replacing: `true` replaces a file of that name whole, never by delete and rename; `false` never overwrites.
    /// - Throws: `.exists` when not replacing; `.notFound` when the staged file or the directory isn't there;
    ///   `.notSupported` when the drop has no such rename.
    func publish(_ staged: StagedFile, to path: DropPath, replacing: Bool) async throws

    /// Removes a staged file; one that isn't there is no error.
    func discard(_ staged: StagedFile) async throws

    /// Renames an entry in one step, never over another and making no directory.
    ///
    /// - Throws: `.exists`, also for a path moved to itself; `.notFound` when the entry or the new directory isn't there.
    func move(_ from: DropPath, to: DropPath) async throws

    /// Takes from a file the rights that a mode does not have; it is given none.
    ///
    /// - Throws: `.permissionDenied` for a file of somebody else's, `.notSupported` when the drop can't set modes.
    func restrict(_ path: DropPath, to mode: FileMode) async throws

    /// Makes a directory and the missing ones above it; one that exists is fine.
    ///
    /// - Throws: `.notADirectory` when something else has the name.
    func makeDirectory(_ path: DropPath) async throws

    /// Removes a file or a link.
    ///
    /// - Throws: `.notFound`; `.notAFile` for a directory.
    func remove(_ path: DropPath) async throws

    /// Which file system a directory lies on, as a number that serves to be compared: only within one can files be renamed.
    ///
    /// `nil` where the drop doesn't tell, and where nothing has the name.
    func fileSystem(of directory: DropPath) async throws -> UInt64?

    /// What a person wants to know of the connection, a line each: who answers, by which key it is known, who is logged in, what it offers.
    ///
    /// A drop that connects to nothing has nothing to say. No secret is among it.
    func connectionReport() async throws -> [String]

    /// Ends what is kept open; the next call opens it again.
    ///
    /// Call it when no other call is under way. It throws nothing: what is being ended is of no use any more.
    func close() async
}

/// Where files are read from: a drop, or the memory of this process.
public protocol FileSource: Sendable {
    /// What is known of one path, or `nil` when nothing has this name.
    ///
    /// - A link is described itself, not what it leads to. A directory on the way that is missing returns `nil` too.
    /// - Throws: `.unreachable` when the root itself is missing: that is not "absent".
    func stat(_ path: DropPath) async throws -> DropEntry?

    /// Lends a file to be read once, from its beginning, and closes it whatever happens.
    ///
    /// - Throws: `.notFound`; `.notAFile` for a directory, a link, a pipe.
    func withFile<R: Sendable>(
        _ path: DropPath,
        _ body: (any DropFileReader) async throws -> R
    ) async throws -> R
}

extension FileDrop {
    /// None: the drop is a server.
    public var localFolder: String? { nil }

    /// Not known.
    public func fileSystem(of directory: DropPath) async throws -> UInt64? { nil }

    /// Nothing: the drop connects to nothing.
    public func connectionReport() async throws -> [String] { [] }

    /// Does nothing: the drop keeps nothing open.
    public func close() async {}
}

/// A file that is being read; it is lent, and unusable after the closure that got it.
public protocol DropFileReader: Sendable {
    /// The next bytes, never an empty array, or `nil` at the end.
    ///
    /// For one caller at a time. A file that shrinks while it is read ends early, without an error: compare the stamps.
    func read() async throws -> [UInt8]?

    /// What is known now of the very file that is open, whatever has its name meanwhile.
    func stamp() async throws -> FileStamp
}

/// A file that is being written; it is lent, and unusable after the closure that got it.
public protocol DropFileWriter: Sendable {
    /// Appends bytes, all of them, or throws; for one caller at a time.
    func write(_ bytes: [UInt8]) async throws
}
