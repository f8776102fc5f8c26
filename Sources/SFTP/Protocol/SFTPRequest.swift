import FileDrops

/// A request of SFTP version 3 (draft-ietf-secsh-filexfer-02 section 6) or one of OpenSSH's extensions (its file PROTOCOL, section 4).
enum SFTPRequest {
    case open(String, OpenFlags, mode: FileMode?)
    case close([UInt8])
    case read([UInt8], offset: UInt64, count: UInt32)
    case write([UInt8], offset: UInt64, ArraySlice<UInt8>)
    case attributesOfHandle([UInt8])
    case setMode([UInt8], FileMode)
    case attributes(String)
    case attributesNotFollowing(String)
    case openDirectory(String)
    case readDirectory([UInt8])
    case remove(String)
    case makeDirectory(String, mode: FileMode?)
    case realPath(String)
    case rename(String, to: String)
    case posixRename(String, to: String)
    case fsync([UInt8])
    case limits
    case space(String)

    struct OpenFlags: OptionSet {
        let rawValue: UInt32
        static let read = OpenFlags(rawValue: 0x01)
        static let write = OpenFlags(rawValue: 0x02)
        static let create = OpenFlags(rawValue: 0x08)
        static let exclusive = OpenFlags(rawValue: 0x20)
    }

    /// The packet, its length in front.
    func packet(id: UInt32) -> [UInt8] {
        var body: [UInt8] = []
        switch self {
        case .open(let path, let flags, let mode):
            body.appendField(path)
            body.appendInteger(flags.rawValue)
            body += SFTPAttributes.bytes(mode: mode)
        case .close(let handle), .attributesOfHandle(let handle), .readDirectory(let handle): body.appendField(handle)
        case .read(let handle, let offset, let count):
            body.appendField(handle)
            body.appendInteger(offset)
            body.appendInteger(count)
        case .write(let handle, let offset, let bytes):
            body.reserveCapacity(bytes.count + handle.count + 32)
            body.appendField(handle)
            body.appendInteger(offset)
            body.appendField(bytes)
        case .setMode(let handle, let mode):
            body.appendField(handle)
            body += SFTPAttributes.bytes(mode: mode)
        case .attributes(let path), .attributesNotFollowing(let path), .openDirectory(let path),
            .remove(let path), .realPath(let path):
            body.appendField(path)
        case .makeDirectory(let path, let mode):
            body.appendField(path)
            body += SFTPAttributes.bytes(mode: mode)
        case .rename(let path, let target):
            body.appendField(path)
            body.appendField(target)
        case .posixRename(let path, let target):
            body.appendField(SFTPExtensions.posixRename)
            body.appendField(path)
            body.appendField(target)
        case .fsync(let handle):
            body.appendField(SFTPExtensions.fsync)
            body.appendField(handle)
        case .limits: body.appendField(SFTPExtensions.limits)
        case .space(let path):
            body.appendField(SFTPExtensions.statvfs)
            body.appendField(path)
        }
        return Self.packet(type, id, body)
    }

    /// The packet that begins the conversation.
    static func initialize(version: UInt32) -> [UInt8] { packet(1, version, []) }

    private static func packet(_ type: UInt8, _ id: UInt32, _ body: [UInt8]) -> [UInt8] {
        var packet: [UInt8] = []
        packet.reserveCapacity(body.count + 9)
        packet.appendInteger(UInt32(body.count + 5))
        packet.append(type)
        packet.appendInteger(id)
        packet += body
        return packet
    }

    private var type: UInt8 {
        switch self {
        case .open: 3
        case .close: 4
        case .read: 5
        case .write: 6
        case .attributesNotFollowing: 7
        case .attributesOfHandle: 8
        case .setMode: 10
        case .openDirectory: 11
        case .readDirectory: 12
        case .remove: 13
        case .makeDirectory: 14
        case .realPath: 16
        case .attributes: 17
        case .rename: 18
        case .posixRename, .fsync, .limits, .space: 200
        }
    }
}
