/// What a server offers beyond version 3, by the names in its VERSION packet.
struct SFTPExtensions {
    static let posixRename = "posix-rename@openssh.com"
    static let fsync = "fsync@openssh.com"
    static let limits = "limits@openssh.com"
    static let statvfs = "statvfs@openssh.com"

    /// All names, as the server gave them.
    let names: [String]

    var hasPosixRename: Bool { names.contains(Self.posixRename) }
    var hasFsync: Bool { names.contains(Self.fsync) }
    var hasLimits: Bool { names.contains(Self.limits) }
    var hasStatvfs: Bool { names.contains(Self.statvfs) }
}
