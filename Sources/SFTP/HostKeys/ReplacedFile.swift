import FileDrops
import Glibc

/// A small file of the local disk that is read and then replaced as a whole; its folder is locked against another process that does the same.
struct ReplacedFile: ~Copyable {
    /// What the file held; `nil` if it isn't there.
    let content: [UInt8]?

    private let path: String
    private let folder: Descriptor
    private let information: stat?

    /// Closed when it goes out of use; that ends the lock.
    private struct Descriptor: ~Copyable {
        let number: Int32

        init(_ path: String, flags: Int32, mode: mode_t = 0) throws(Fault) {
            number = try ReplacedFile.retrying { open(path, flags | O_CLOEXEC, mode) }
        }

        deinit { close(number) }
    }

    /// Why the file can't be replaced.
    enum Fault: Error {
        case refused(FileDropError.Code, String)
        case unreadable(SmallFile.Fault)
        case system(Int32)

        var code: FileDropError.Code {
            switch self {
            case .refused(let code, _): code
            case .unreadable(.missing): .notFound
            case .unreadable(.notAFile): .notAFile
            case .unreadable(.tooLarge): .notSupported
            case .unreadable(.unreadable(let number)), .system(let number):
                switch number {
                case EACCES, EPERM: .permissionDenied
                case ENOSPC, EDQUOT: .noSpace
                case EROFS: .readOnly
                case ENOTDIR, EEXIST: .notADirectory
                case EISDIR: .notAFile
                default: .io
                }
            }
        }

        var cause: FileDropError.Cause {
            switch self {
            case .refused(_, let words): .words(words)
            case .unreadable(let fault): .words("the file " + fault.words)
            case .system(let number): .errno(number)
            }
        }
    }

    /// Follows links to the file, makes its folder if there is none, locks that, and reads the file.
    init(_ path: String, upTo limit: Int) throws(Fault) {
        let path = try Self.target(of: path)
        try Self.makeFolder(Self.folder(of: path))
        let folder = try Descriptor(Self.folder(of: path), flags: O_RDONLY | O_DIRECTORY)
        let number = folder.number
        _ = try Self.retrying { flock(number, LOCK_EX) }
        let old: SmallFile?
        do throws(SmallFile.Fault) {
            old = try SmallFile.read(path, upTo: limit)
        } catch .missing {
            old = nil
        } catch {
            throw Fault.unreadable(error)
        }
        self.path = path
        self.folder = folder
        content = old?.bytes
        information = old?.information
    }

    /// Writes a new file beside the old one, with its mode and owner, and puts it in its place.
    func replace(with bytes: [UInt8]) throws(Fault) {
        let temporary = Self.folder(of: path) + "/.known-hosts-" + String(UInt64.random(in: .min ... .max), radix: 16)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
        let file = try Descriptor(temporary, flags: flags, mode: 0o600)
        let descriptor = file.number
        defer { unlink(temporary) }
        try setOwner(of: descriptor)
        if let mode = information?.st_mode { _ = try Self.retrying { fchmod(descriptor, mode & 0o7777) } }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = try Self.retrying { rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } }
            rest = rest.dropFirst(count)
        }
        _ = try Self.retrying { fsync(descriptor) }
        _ = try Self.retrying { rename(temporary, path) }
        // Some network file systems can't; the file is in its place all the same.
        let names = folder.number
        do throws(Fault) {
            _ = try Self.retrying { fsync(names) }
        } catch .system(EINVAL), .system(EOPNOTSUPP) {}
    }

    /// The old file's owner; or, when root makes the file, that of the folder, for a file that only root can read is of no use to the service.
    private func setOwner(of descriptor: Int32) throws(Fault) {
        var (mine, wanted) = (stat(), stat())
        _ = try Self.retrying { fstat(descriptor, &mine) }
        if let information {
            wanted = information
        } else {
            guard geteuid() == 0 else { return }
            let number = folder.number
            _ = try Self.retrying { fstat(number, &wanted) }
        }
        guard wanted.st_uid != mine.st_uid || wanted.st_gid != mine.st_gid else { return }
        _ = try Self.retrying { fchown(descriptor, wanted.st_uid, wanted.st_gid) }
    }

    /// The file that a path leads to, even if the last link's end isn't there.
    private static func target(of path: String) throws(Fault) -> String {
        var path = path
        for _ in 0..<40 {
            var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
            let count = readlink(path, &buffer, buffer.count)
            guard count >= 0 else { return path }
            let target = String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
            path = target.utf8.first == UInt8(ascii: "/") ? target : folder(of: path) + "/" + target
        }
        throw .system(ELOOP)
    }

    /// Makes a folder with those above it; what is there stays as it is.
    private static func makeFolder(_ folder: String) throws(Fault) {
        guard access(folder, F_OK) != 0 else { return }
        if folder != "/", folder != "." { try makeFolder(self.folder(of: folder)) }
        do throws(Fault) {
            _ = try retrying { mkdir(folder, 0o700) }
        } catch .system(EEXIST) {}
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func retrying<N: SignedInteger>(_ call: () -> N) throws(Fault) -> N {
        while true {
            let result = call()
            if result >= 0 { return result }
            guard errno == EINTR else { throw .system(errno) }
        }
    }
}
