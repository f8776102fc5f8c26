/// Gathers small writes into chunks before they go to a sink.
struct OutputBuffer<Sink: ByteSink> {
    /// What waits for the sink; writers append to it and call `spill()` after each piece.
    var pending: [UInt8] = []
    private var sink: Sink

    init(_ sink: Sink) {
        self.sink = sink
        pending.reserveCapacity(Self.chunk + Self.chunk / 4)
    }

    /// Hands the waiting bytes over once a chunk is full.
    mutating func spill() throws {
        if pending.count >= Self.chunk { try flush() }
    }

    /// Hands over what is left and returns the sink.
    mutating func finish() throws -> Sink {
        if !pending.isEmpty { try flush() }
        return sink
    }

    private mutating func flush() throws {
        try sink.write(pending)
        pending.removeAll(keepingCapacity: true)
    }

    private static var chunk: Int { 65536 }
}

extension OutputBuffer: Sendable where Sink: Sendable {}
