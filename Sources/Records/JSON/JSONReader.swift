/// Reads a JSON document event by event, without holding it.
///
/// - Shape: RFC 8259 to the letter, in UTF-8, without a byte order mark unless told. `{"cards":[1]}` gives `.objectStart`, `.key("cards")`, `.arrayStart`,
///   `.number("1")`, `.arrayEnd`, `.objectEnd`. To go through a long array, read its `.arrayStart` and then call `readValue()` until it returns `nil`.
/// - Limits: those of `JSONLimits`; the document itself may be of any length.
/// - Errors: `JSONError` with line and column, for an object with the same key twice too, and again on each further call. Errors of the source
///   pass through unchanged.
public struct JSONReader<Source: ByteSource> {
    private var source: Source
    private var tokenizer: JSONTokenizer

    /// Makes a reader; nothing is read yet.
    ///
    /// - Parameters:
    ///   - source: The document's bytes.
    ///   - limits: How deep and how large it may be.
    ///   - mayHaveMark: Whether a byte order mark before the document is passed over, as RFC 8259 allows for a file that somebody saved.
    public init(_ source: Source, limits: JSONLimits = .default, mayHaveMark: Bool = false) {
        self.source = source
        tokenizer = JSONTokenizer(InputBuffer(), limits: limits, mayHaveMark: mayHaveMark)
    }

    /// The next event, or `nil` once the document has ended and nothing follows it.
    public mutating func next() throws -> JSONEvent? {
        while true {
            switch try tokenizer.step() {
            case .event(let event): return event
            case .end: return nil
            case .needsBytes: try tokenizer.input.pull(from: &source, limit: tokenizer.limits.maximumTokenBytes)
            }
        }
    }

    /// Reads the next value whole: that of the key just read, the next element of the array, or the document.
    ///
    /// - Returns: The value, or `nil` if the array or the document ends instead; that end is then read.
    /// - Throws: `JSONError` with `.valueTooLong` above `maximumValueBytes`, and with `.outOfPlace` where a key comes next.
    public mutating func readValue() throws -> JSONValue? {
        var builder = JSONBuilder()
        guard var event = try firstEvent() else { return nil }
        let start = tokenizer.input.offset
        while true {
            if let value = builder.take(event) { return value }
            guard let following = try next() else { return nil }
            guard tokenizer.input.offset - start <= tokenizer.limits.maximumValueBytes else {
                throw tokenizer.fail(.valueTooLong)
            }
            event = following
        }
    }

    /// Reads the next value, of any length, and forgets it.
    ///
    /// - Returns: Whether there was one; `false` if the array or the document ends instead, and that end is then read.
    /// - Throws: `JSONError` as `next()` does, and with `.outOfPlace` where a key comes next.
    @discardableResult
    public mutating func skipValue() throws -> Bool {
        guard var event = try firstEvent() else { return false }
        var depth = 0
        while true {
            switch event {
            case .objectStart, .arrayStart: depth += 1
            case .objectEnd, .arrayEnd: depth -= 1
            case .key, .string, .number, .bool, .null: break
            }
            guard depth > 0, let following = try next() else { return true }
            event = following
        }
    }

    /// The first event of a value, or `nil` if there is none.
    private mutating func firstEvent() throws -> JSONEvent? {
        switch try next() {
        case .key: throw tokenizer.fail(.outOfPlace)
        case nil, .arrayEnd, .objectEnd: nil
        case let event?: event
        }
    }
}

extension JSONReader: Sendable where Source: Sendable {}
