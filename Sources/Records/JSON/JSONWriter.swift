/// Writes a JSON document piece by piece, without holding it.
///
/// - Shape: UTF-8; control characters escaped, slashes not; no blanks but the line breaks that were asked for. The document is one value.
/// - Limits: the writer holds one piece and 64 KiB.
/// - Errors: `JSONError` with `.outOfPlace` if a piece can't stand where it is written, with `.invalidNumber` for a text that is no number, and
///   with `.unexpectedEnd` from `finish()` if something is still open; else those of the sink.
public struct JSONWriter<Sink: ByteSink> {
    /// Where line breaks go.
    public enum Layout: Sendable {
        /// Nowhere.
        case compact
        /// Before each element of the outermost array and before its end, so that a long list has one element a line.
        case elementPerLine
    }

    private var output: OutputBuffer<Sink>
    private var state: JSONWriterState

    /// Makes a writer.
    ///
    /// - Parameters:
    ///   - sink: Where the bytes go; `finish()` returns it.
    ///   - layout: Where line breaks go.
    public init(_ sink: Sink, layout: Layout = .compact) {
        output = OutputBuffer(sink)
        state = JSONWriterState(breaksLines: layout == .elementPerLine)
    }

    /// Writes `{`.
    public mutating func beginObject() throws {
        try state.begin(isObject: true, &output.pending)
    }

    /// Writes `}`.
    public mutating func endObject() throws {
        try state.end(isObject: true, &output.pending)
        try output.spill()
    }

    /// Writes `[`.
    public mutating func beginArray() throws {
        try state.begin(isObject: false, &output.pending)
    }

    /// Writes `]`.
    public mutating func endArray() throws {
        try state.end(isObject: false, &output.pending)
        try output.spill()
    }

    /// Writes the key of a member; its value must follow.
    ///
    /// That no object gets the same key twice is the caller's to see to.
    public mutating func key(_ key: String) throws {
        try state.key(key, &output.pending)
    }

    /// Writes a string.
    public mutating func string(_ text: String) throws {
        try value(.string(text))
    }

    /// Writes a number as its text stands.
    public mutating func number(_ text: String) throws {
        try value(.number(text))
    }

    /// Writes `true` or `false`.
    public mutating func bool(_ flag: Bool) throws {
        try value(.bool(flag))
    }

    /// Writes `null`.
    public mutating func null() throws {
        try value(.null)
    }

    /// Writes a value, compact.
    public mutating func value(_ value: JSONValue) throws {
        try state.value(value, &output.pending)
        try output.spill()
    }

    /// Writes a line feed, which JSON allows between any two pieces.
    public mutating func lineBreak() {
        output.pending.append(Byte.lineFeed)
    }

    /// Writes what is still held and returns the sink; without this the end of the document is missing.
    public mutating func finish() throws -> Sink {
        guard state.isFinished else { throw JSONError(.unexpectedEnd) }
        return try output.finish()
    }
}

extension JSONWriter: Sendable where Sink: Sendable {}
