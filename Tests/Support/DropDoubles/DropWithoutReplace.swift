public import FileDrops

/// A drop that does all that another does, but renames over no file: as a server without `posix-rename@openssh.com`.
public struct DropWithoutReplace: FileDropWrapper {
    /// The drop that does the work.
    public let drop: any FileDrop

    /// Takes an ability away from a drop.
    public init(_ drop: any FileDrop) { self.drop = drop }

    /// The drop's, without `atomicReplace`.
    public func capabilities() async throws -> DropCapabilities {
        let known = try await drop.capabilities()
        return DropCapabilities(
            atomicReplace: false,
            exclusiveMove: known.exclusiveMove,
            fsync: known.fsync,
            subsecondTimes: known.subsecondTimes,
            fileIDs: known.fileIDs
        )
    }

    /// Publishes under a free name; replaces nothing.
    public func publish(_ staged: StagedFile, to path: DropPath, replacing: Bool) async throws {
        do {
            try await drop.publish(staged, to: path, replacing: false)
        } catch let error as FileDropError where error.code == .exists && replacing {
            throw FileDropError(.notSupported, doing: "replacing", path: path.text, drop: name)
        }
    }
}
