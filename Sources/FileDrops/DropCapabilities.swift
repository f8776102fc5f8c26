/// What a drop can do, as far as it decides how files are published and told apart.
public struct DropCapabilities: Hashable, Sendable {
    /// A rename over an existing file in one step; without it outputs need names that are new each time.
    public let atomicReplace: Bool

    /// A rename that never overwrites, in one step; without it the name is looked at first, and a file that comes to it in that instant may be lost.
    public let exclusiveMove: Bool

    /// Content and names can be forced to the disk.
    public let fsync: Bool

    /// Modification times are finer than a second.
    public let subsecondTimes: Bool

    /// A file that took another's name can be told from it.
    public let fileIDs: Bool

    /// Makes a set of capabilities.
    public init(atomicReplace: Bool, exclusiveMove: Bool, fsync: Bool, subsecondTimes: Bool, fileIDs: Bool) {
        self.atomicReplace = atomicReplace
        self.exclusiveMove = exclusiveMove
        self.fsync = fsync
        self.subsecondTimes = subsecondTimes
        self.fileIDs = fileIDs
    }
}
