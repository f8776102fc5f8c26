import FileDrops
import Glibc

/// A file's attributes (draft-ietf-secsh-filexfer-02 section 5); a server may leave each of them out.
struct SFTPAttributes: Equatable {
    var size: UInt64?
    /// Seconds since 1970, by the server's clock, without sign: until 2106.
    var modified: UInt32?
    /// Type and permissions, as in `st_mode`.
    var mode: UInt32?

    private static let hasSize: UInt32 = 1
    private static let hasOwner: UInt32 = 2
    private static let hasMode: UInt32 = 4
    private static let hasTimes: UInt32 = 8
    private static let hasExtensions: UInt32 = 0x8000_0000

    init(size: UInt64? = nil, modified: UInt32? = nil, mode: UInt32? = nil) {
        (self.size, self.modified, self.mode) = (size, modified, mode)
    }

    init(reading bytes: inout SFTPBytes) throws(SFTPBytes.Malformed) {
        let flags = try bytes.integer(UInt32.self)
        if flags & Self.hasSize != 0 { size = try bytes.integer() }
        if flags & Self.hasOwner != 0 { _ = try bytes.integer(UInt64.self) }
        if flags & Self.hasMode != 0 { mode = try bytes.integer() }
        if flags & Self.hasTimes != 0 {
            _ = try bytes.integer(UInt32.self)
            modified = try bytes.integer()
        }
        if flags & Self.hasExtensions != 0 {
            for _ in 0..<(try bytes.integer(UInt32.self)) {
                _ = try bytes.field()
                _ = try bytes.field()
            }
        }
    }

    /// The attributes of a request: none, or a mode alone.
    static func bytes(mode: FileMode?) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendInteger(mode == nil ? 0 : hasMode)
        if let mode { bytes.appendInteger(mode.bits) }
        return bytes
    }

    /// Whether all is known that a listing needs.
    var isComplete: Bool { size != nil && modified != nil && mode.map { $0 & S_IFMT != 0 } == true }

    /// What the entry is; what a server doesn't tell is held to be a file.
    var kind: DropEntry.Kind {
        switch (mode ?? 0) & S_IFMT {
        case S_IFREG, 0: .file
        case S_IFDIR: .directory
        case S_IFLNK: .link
        default: .other
        }
    }

    /// Whether it can be a directory: the server says so, or doesn't say what it is.
    var mayBeDirectory: Bool { (mode ?? 0) & S_IFMT == 0 || kind == .directory }

    var stamp: FileStamp {
        FileStamp(size: Int64(clamping: size ?? 0), modified: Int64(modified ?? 0) * 1_000_000_000)
    }

    func entry(at path: DropPath) -> DropEntry {
        DropEntry(path: path, kind: kind, stamp: stamp, mode: mode.map { FileMode(bits: $0) })
    }
}
