/// Writes JSON Lines: each value compact on a line of its own, with LF.
///
/// - Limits: the writer holds one value and 64 KiB.
/// - Errors: `JSONError` with `.invalidNumber` for a number whose text is none; else those of the sink.
public struct JSONLinesWriter<Sink: ByteSink> {
    private var output: OutputBuffer<Sink>

    /// Makes a writer.
    ///
    /// - Parameter sink: Where the bytes go; `finish()` returns it.
    public init(_ sink: Sink) {
        output = OutputBuffer(sink)
    }

    /// Writes one line; a value that is refused leaves nothing of itself behind.
    public mutating func write(_ value: JSONValue) throws {
        let start = output.pending.count
        guard JSONText.append(value, to: &output.pending) else {
            output.pending.removeLast(output.pending.count - start)
            throw JSONError(.invalidNumber)
        }
        output.pending.append(Byte.lineFeed)
        try output.spill()
    }

    /// Writes what is still held and returns the sink; without this the end of the file is missing.
    public mutating func finish() throws -> Sink {
        try output.finish()
    }
}

extension JSONLinesWriter: Sendable where Sink: Sendable {}
