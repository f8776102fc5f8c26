import FileDrops

/// A file that is open at the server; it is lent by its number, which is never used twice.
struct OpenFile: Sendable {
    let number: Int
    let path: DropPath
}

/// What is known here of a file that is open at the server.
struct RemoteFile {
    let path: DropPath
    let handle: [UInt8]
    /// The connection on which the handle means this file.
    let generation: Int
    /// Bytes that are known to be there when it is read, or that were written.
    var size: UInt64 = 0
    /// From where the next request reads or writes.
    var offset: UInt64 = 0
    /// The requests that wait for their replies, in the order of the file.
    var inFlight: [Request] = []
    /// Whether the end was met.
    var hasEnded = false
    /// Whether a request failed: what comes after it is not to be had any more, or there would be a hole.
    var hasFailed = false
    /// Whether the server was told to close it.
    var isClosed = false
    /// How long it may be read or written.
    var pace: Pace

    struct Request {
        let id: UInt32
        let offset: UInt64
        let count: UInt32
    }
}
