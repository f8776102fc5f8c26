/// A whole file in a drop's staging directory, ready to be renamed into place.
///
/// It is a name and no handle, so that a ledger can keep it and a later process can publish the file.
public struct StagedFile: Hashable, Sendable {
    /// Its one name in the staging directory.
    public var name: String { path.text }

    /// The name as a path relative to the staging directory.
    package let path: DropPath

    /// Names a staged file, as after a crash; whether it is there, `FileDrop.stagedFile(named:)` tells.
    ///
    /// - Throws: `FileDropError` with `.nameRefused` or `.outsideRoot` unless the name is one component that doesn't begin with `.part-`.
    public init(name: String) throws(FileDropError) {
        guard !name.utf8.starts(with: Self.partPrefix.utf8) else {
            throw .refused(
                .nameRefused,
                path: name,
                because: "names beginning with \(Self.partPrefix) are those of unfinished files"
            )
        }
        path = try DropPath.root.appending(name)
    }

    /// With what the names of files that are still being written begin.
    package static let partPrefix = ".part-"
}
