/// What is known of a file without reading it.
public struct FileStamp: Hashable, Sendable {
    /// Bytes.
    public let size: Int64

    /// When its content was last changed, in nanoseconds since 1970, by the clock of the drop.
    ///
    /// It serves to be compared, not to be believed: SFTP has whole seconds only, and anybody can set it.
    public let modified: Int64

    /// What tells a file from another that took its name (a folder's inode), or `nil` where the drop has no such thing.
    ///
    /// A hint only: on some network and FUSE file systems it changes although the file doesn't, so never wait for it to rest.
    public let fileID: String?

    /// Makes a stamp of what a drop says of a file.
    public init(size: Int64, modified: Int64, fileID: String? = nil) {
        self.size = size
        self.modified = modified
        self.fileID = fileID
    }

    /// Whether size and modification time are the same, by which a file is held to be at rest; the file's id is left out.
    public func rests(since earlier: FileStamp) -> Bool { size == earlier.size && modified == earlier.modified }
}

/// One entry of a directory in a drop.
public struct DropEntry: Hashable, Sendable {
    /// What an entry is; only a `file` can be read.
    public enum Kind: String, Sendable {
        case file
        case directory
        /// A symbolic link, whatever it leads to; it is never followed.
        case link
        /// A device, a pipe, a socket, or what has a name that can't be asked for: no UTF-8, or above 255 bytes.
        case other
        /// What the drop lists, and refuses to say more of.
        case refused
    }

    /// Where it is.
    ///
    /// A name that is no UTF-8 is shown with `\xE9` for each bad byte, one above 255 bytes without its middle, and the kind is `.other`: such a path is
    /// for people and opens nothing.
    public let path: DropPath

    /// What it is.
    public let kind: Kind

    /// Its size and times.
    public let stamp: FileStamp

    /// Its permissions, where the drop tells them.
    public let mode: FileMode?

    /// Why it can't be asked for, or what the drop said instead; `nil` for what is known.
    public let fault: String?

    /// Makes an entry.
    public init(path: DropPath, kind: Kind, stamp: FileStamp, mode: FileMode? = nil, fault: String? = nil) {
        self.path = path
        self.kind = kind
        self.stamp = stamp
        self.mode = mode
        self.fault = fault
    }

    /// What stands in a listing for a name that can't be asked for, or for what the drop refuses to tell of.
    package init(of path: DropPath, _ kind: Kind, because fault: String) {
        self.init(path: path, kind: kind, stamp: FileStamp(size: 0, modified: 0), fault: fault)
    }
}
