/// Bytes that are added at the end and taken from the front.
struct ByteQueue {
    private var bytes: [UInt8] = []
    private var head = 0

    var count: Int { bytes.count - head }
    var isEmpty: Bool { head == bytes.count }

    mutating func append(_ more: some Collection<UInt8>) {
        if isEmpty { removeAll() }
        bytes.append(contentsOf: more)
    }

    mutating func append(_ more: UnsafeRawBufferPointer) {
        if isEmpty { removeAll() }
        bytes.append(contentsOf: more)
    }

    /// The first bytes, which stay.
    func first(_ count: Int) -> ArraySlice<UInt8> { bytes[head..<min(bytes.count, head + count)] }

    /// Takes the first bytes away.
    mutating func remove(_ count: Int) {
        head += count
        guard head > 1 << 20 else { return }
        bytes.removeFirst(head)
        head = 0
    }

    /// Takes as many bytes as fit, or as there are.
    mutating func take(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let taken = min(buffer.count, count)
        bytes.withUnsafeBytes { source in
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[head..<head + taken]))
        }
        remove(taken)
        return taken
    }

    private mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        head = 0
    }
}
