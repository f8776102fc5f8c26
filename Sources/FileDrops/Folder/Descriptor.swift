import Glibc

/// What Linux said to a call that failed.
struct LinuxError: Error, Equatable {
    let number: Int32

    static var latest: LinuxError { LinuxError(number: errno) }
}

/// An open file or directory of Linux; it is closed when it goes out of use.
struct Descriptor: ~Copyable {
    let number: Int32

    /// A directory that serves to reach what is in it; reading it isn't needed. (`O_PATH` needs `_GNU_SOURCE`, which Swift's Glibc doesn't set.)
    static let asDirectory = 0x20_0000 | O_DIRECTORY | O_CLOEXEC

    init(path: String, flags: Int32) throws(LinuxError) {
        number = try retrying { Glibc.open(path, flags | O_CLOEXEC) }
    }

    /// Opens an entry of a directory, and not what a link there leads to.
    init(_ name: String, in directory: borrowing Descriptor, flags: Int32, mode: UInt32 = 0) throws(LinuxError) {
        let parent = directory.number
        number = try retrying { openat(parent, name, flags | O_NOFOLLOW | O_CLOEXEC, mode) }
    }

    deinit { _ = Glibc.close(number) }

    func information() throws(LinuxError) -> stat {
        var result = stat()
        _ = try retrying { fstat(number, &result) }
        return result
    }

    func information(of name: String) throws(LinuxError) -> stat {
        var result = stat()
        _ = try retrying { fstatat(number, name, &result, AT_SYMLINK_NOFOLLOW) }
        return result
    }

    /// The next bytes, at most `limit`; none at the end.
    func read(atMost limit: Int) throws(LinuxError) -> [UInt8] {
        var fault: LinuxError?
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            let address = buffer.baseAddress
            do throws(LinuxError) {
                count = try retrying { Glibc.read(number, address, limit) }
            } catch {
                fault = error
            }
        }
        if let fault { throw fault }
        return bytes
    }

    /// Writes all of the bytes, however often the system takes only some.
    func write(_ bytes: [UInt8]) throws(LinuxError) {
        var written = 0
        while written < bytes.count {
            let offset = written
            let result = bytes.withUnsafeBytes { buffer in
                Result { () throws(LinuxError) in
                    try retrying {
                        Glibc.write(number, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
                    }
                }
            }
            written += try result.get()
        }
    }

    func sync() throws(LinuxError) { _ = try retrying { fsync(number) } }

    /// Forces the names in a directory to the disk, where the file system can do so and we may open the directory.
    func syncNames() throws(LinuxError) {
        do {
            try Descriptor(".", in: self, flags: O_RDONLY | O_DIRECTORY).sync()
        } catch let error where [EACCES, EINVAL, EOPNOTSUPP].contains(error.number) {}
    }

    /// The names of a directory as bytes, without `.` and `..`, in no order.
    func names() throws(LinuxError) -> [[UInt8]] {
        let copy = try retrying { openat(number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard let stream = fdopendir(copy) else {
            let fault = LinuxError.latest
            _ = Glibc.close(copy)
            throw fault
        }
        defer { closedir(stream) }
        guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return [] }
        var names: [[UInt8]] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw .latest }
                return names
            }
            // The record is as long as its name needs, so it is read where it lies and not copied as a whole `dirent`.
            let start = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
            let name = UnsafeRawBufferPointer(start: start, count: strlen(start))
            if !name.elementsEqual(".".utf8), !name.elementsEqual("..".utf8) { names.append(Array(name)) }
        }
    }
}

/// Calls again while a signal interrupts; a negative result is thrown as the error number.
func retrying<N: SignedInteger>(_ call: () -> N) throws(LinuxError) -> N {
    while true {
        let result = call()
        if result >= 0 { return result }
        guard errno == EINTR else { throw .latest }
    }
}
