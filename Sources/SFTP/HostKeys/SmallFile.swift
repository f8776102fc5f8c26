import Glibc

/// A file of the local disk that is read whole: known hosts, a private key.
struct SmallFile {
    let bytes: [UInt8]
    /// Permissions, owner and kind, of the very file that was read.
    let information: stat

    /// Why a file can't be read.
    enum Fault: Error, Equatable, Sendable {
        case missing
        case notAFile
        case tooLarge(limit: Int)
        case unreadable(errno: Int32)

        /// What is wrong with the file, to follow its name.
        var words: String {
            switch self {
            case .missing: "isn't there"
            case .notAFile: "isn't a plain file"
            case .tooLarge(let limit): "is larger than \(limit) bytes"
            case .unreadable(let number): "can't be read (errno \(number), \(String(cString: strerror(number))))"
            }
        }
    }

    /// Reads a plain file of at most `limit` bytes; never waits for a pipe or a device.
    static func read(_ path: String, upTo limit: Int) throws(Fault) -> SmallFile {
        let descriptor = try retrying { open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) }
        defer { close(descriptor) }
        var information = stat()
        _ = try retrying { fstat(descriptor, &information) }
        guard information.st_mode & S_IFMT == S_IFREG else { throw .notAFile }
        guard information.st_size <= limit else { throw .tooLarge(limit: limit) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = try retrying { Glibc.read(descriptor, &chunk, chunk.count) }
            guard count > 0 else { return SmallFile(bytes: bytes, information: information) }
            bytes += chunk.prefix(count)
            guard bytes.count <= limit else { throw .tooLarge(limit: limit) }
        }
    }

    private static func retrying<N: SignedInteger>(_ call: () -> N) throws(Fault) -> N {
        while true {
            let result = call()
            if result >= 0 { return result }
            switch errno {
            case EINTR: continue
            case ENOENT, ENOTDIR: throw .missing
            case ENXIO, EISDIR: throw .notAFile
            default: throw .unreadable(errno: errno)
            }
        }
    }
}
