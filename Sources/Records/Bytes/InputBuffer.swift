/// The bytes that were pulled from a source and not yet read.
///
/// A parser looks at all of them, consumes what it has understood, and asks for more where they do not decide; then it looks again from the
/// same place. Since each pull at least doubles what is held, a long record costs linear time, under chunks of one byte too.
struct InputBuffer: Sendable {
    /// Whether the source has ended, so that nothing will follow.
    private(set) var isComplete = false
    /// How many bytes were consumed since the beginning.
    private(set) var offset = 0
    private var bytes: [UInt8] = []
    private var start = 0

    init() {}

    /// Holds the whole of a text.
    init(whole bytes: [UInt8]) {
        self.bytes = bytes
        isComplete = true
    }

    /// How many bytes are unread.
    var count: Int { bytes.count - start }

    /// Lends the unread bytes; the pointer must not leave the closure.
    @inline(__always)
    func withUnread<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[start...])) }
    }

    /// Marks the first bytes as read.
    mutating func consume(_ count: Int) {
        start += count
        offset += count
    }

    /// Pulls at least one chunk, and as many bytes as are held already as long as the limit is not reached.
    mutating func pull(from source: inout some ByteSource, limit: Int) throws {
        let held = count
        let wanted = max(1, min(held, limit - min(held, limit)))
        var pulled = 0
        while pulled < wanted {
            guard let chunk = try source.next() else {
                isComplete = true
                return
            }
            pulled += chunk.count
            take(chunk)
        }
    }

    private mutating func take(_ chunk: [UInt8]) {
        if start == bytes.count {
            bytes = chunk
        } else {
            bytes.removeFirst(start)
            bytes += chunk
        }
        start = 0
    }
}
