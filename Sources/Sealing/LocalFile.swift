import Glibc

/// A file of our own on the local disk, closed when it goes out of use.
struct LocalFile: ~Copyable {
    private let descriptor: Int32
    private let path: String

    /// - Throws: the error number alone as a `Failure`, for the caller knows what the file is.
    init(_ path: String, flags: Int32, mode: mode_t = 0) throws(Failure) {
        self.path = path
        descriptor = try Self.retrying { open(path, flags | O_CLOEXEC, mode) }
    }

    deinit { _ = close(descriptor) }

    /// Linux's error number.
    struct Failure: Error, Equatable {
        let number: Int32

        func sealing(_ path: String) -> SealingError {
            SealingError(number == ENOSPC || number == EDQUOT ? .noSpace : .io, path: path, number: number)
        }
    }

    func information() throws(Failure) -> stat {
        var result = stat()
        _ = try Self.retrying { fstat(descriptor, &result) }
        return result
    }

    /// Reads until `limit` bytes are there or the file ends.
    func read(upTo limit: Int) throws(Failure) -> [UInt8] {
        var fault: Failure?
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            do throws(Failure) {
                while count < limit {
                    let (address, rest) = (buffer.baseAddress?.advanced(by: count), limit - count)
                    let more = try Self.retrying { Glibc.read(descriptor, address, rest) }
                    if more == 0 { break }
                    count += more
                }
            } catch {
                fault = error
            }
        }
        if let fault { throw fault }
        return bytes
    }

    /// Goes on reading from a byte.
    func seek(to offset: Int) throws(Failure) { _ = try Self.retrying { lseek(descriptor, off_t(offset), SEEK_SET) } }

    /// Writes all of the bytes.
    func write(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
        var written = 0
        while written < bytes.count {
            let (address, rest) = (bytes.baseAddress?.advanced(by: written), bytes.count - written)
            written += try Self.retrying { Glibc.write(descriptor, address, rest) }
        }
    }

    func write(_ bytes: [UInt8]) throws(Failure) {
        let result = bytes.withUnsafeBytes { buffer in Result { () throws(Failure) in try write(buffer) } }
        try result.get()
    }

    /// Makes a new file of mode 0600, locked for as long as it is open here, where the file system has locks (flock(2)).
    static func locked(_ path: String) throws(Failure) -> LocalFile {
        let file = try LocalFile(path, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        _ = flock(file.descriptor, LOCK_EX | LOCK_NB)
        // Another process that removes unfinished files may have taken it for dead before it was locked; the next try finds it locked.
        guard try file.information().st_nlink > 0 else { throw Failure(number: EAGAIN) }
        return file
    }

    func sync() throws(Failure) { _ = try Self.retrying { fsync(descriptor) } }

    /// Forces the names in the folder of a file to the disk.
    static func syncFolder(of path: String) throws(Failure) {
        try LocalFile(folder(of: path), flags: O_RDONLY | O_DIRECTORY).sync()
    }

    static func folder(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// A new name beside a file, which no other writer has.
    static func temporaryName(beside path: String) -> String {
        folder(of: path) + "/" + UnfinishedFiles.prefix + String(UInt64.random(in: .min ... .max), radix: 16)
    }

    /// Writes a new file of mode 0600, which appears whole and never in place of another.
    ///
    /// - Throws: `SealingError` with `.targetExists`, `.noSpace`, `.io`.
    static func writeNew(_ path: String, _ bytes: [UInt8]) throws(SealingError) {
        do throws(Failure) {
            try link(bytes, to: path)
        } catch {
            guard error.number != EEXIST else { throw SealingError(.targetExists, path: path) }
            throw error.sealing(path)
        }
    }

    /// Writes bytes beside a path and links them into place, which fails if something is there.
    static func link(_ bytes: [UInt8], to path: String) throws(Failure) {
        let temporary = temporaryName(beside: path)
        defer { _ = unlink(temporary) }
        let file = try LocalFile(temporary, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        try file.write(bytes)
        try file.sync()
        _ = try retrying { Glibc.link(temporary, path) }
        try syncFolder(of: path)
    }

    static func rename(_ old: String, to new: String) throws(Failure) { _ = try retrying { Glibc.rename(old, new) } }

    static func retrying<N: SignedInteger>(_ call: () -> N) throws(Failure) -> N {
        while true {
            let result = call()
            if result >= 0 { return result }
            guard errno == EINTR else { throw Failure(number: errno) }
        }
    }
}
