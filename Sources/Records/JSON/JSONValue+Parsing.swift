extension JSONValue {
    /// Reads a whole text of JSON, with nothing after it.
    ///
    /// - Shape: RFC 8259 to the letter, in UTF-8 without a byte order mark: `{"value":1.50}`. Beyond it, an object with the same key twice is
    ///   refused.
    /// - Parameters:
    ///   - bytes: The text.
    ///   - limits: How deep and how large it may be.
    /// - Throws: `JSONError` with its place.
    public init(parsing bytes: [UInt8], limits: JSONLimits = .default) throws(JSONError) {
        guard bytes.count <= limits.maximumValueBytes else { throw JSONError(.valueTooLong, line: 1, column: 1) }
        var tokenizer = JSONTokenizer(InputBuffer(whole: bytes), limits: limits)
        var builder = JSONBuilder()
        var value: JSONValue?
        while case .event(let event) = try tokenizer.step() {
            value = builder.take(event)
        }
        guard let value else { throw tokenizer.fail(.unexpectedEnd) }
        self = value
    }
}
