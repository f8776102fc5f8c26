/// Turns unread bytes into events; it knows nothing of where the bytes come from, and does not recurse.
struct JSONTokenizer: Sendable {
    enum Step {
        case event(JSONEvent)
        case needsBytes
        case end
    }

    /// What may come next.
    private enum Expectation {
        case value
        case firstElement
        case firstKey
        case key
        case colon
        case commaOrEnd
        case nothing
    }

    var input: InputBuffer
    let limits: JSONLimits

    /// The open arrays (`nil`) and objects.
    private var open: [JSONKeys?] = []
    private var keyBytes = 0
    private var expectation = Expectation.value
    private var line = 1
    private var lineStart = 0
    private var isBehindReturn = false
    /// Whether a byte order mark may come before anything else.
    private var mayHaveMark: Bool
    private var failure: JSONError?

    init(_ input: InputBuffer, limits: JSONLimits, mayHaveMark: Bool = false) {
        self.input = input
        self.limits = limits
        self.mayHaveMark = mayHaveMark
    }

    /// The next event of the bytes at hand.
    ///
    /// - Throws: `JSONError`, and the same one again on every further call.
    mutating func step() throws(JSONError) -> Step {
        if let failure { throw failure }
        guard passMark() else { return .needsBytes }
        while true {
            guard let byte = passBlanks() else {
                guard input.isComplete else { return .needsBytes }
                guard expectation == .nothing else { throw fail(.unexpectedEnd) }
                return .end
            }
            switch expectation {
            case .nothing: throw fail(.trailingContent)
            case .colon:
                guard byte == UInt8(ascii: ":") else { throw fail(.unexpectedByte) }
                input.consume(1)
                expectation = .value
            case .commaOrEnd where byte == Byte.comma:
                input.consume(1)
                expectation = open.last.map { $0 != nil ? .key : .value } ?? .nothing
            case .firstElement where byte == UInt8(ascii: "]"), .firstKey where byte == UInt8(ascii: "}"):
                return .event(try close(byte))
            case .commaOrEnd: return .event(try close(byte))
            case .firstKey, .key: return try key(byte)
            case .value, .firstElement: return try value(byte)
            }
        }
    }

    /// The error of a fault that lies an offset after the next unread byte.
    func error(_ code: JSONError.Code, at offset: Int = 0) -> JSONError {
        JSONError(code, line: line, column: input.offset + offset - lineStart + 1)
    }

    mutating func fail(_ code: JSONError.Code, at offset: Int = 0) -> JSONError {
        let error = error(code, at: offset)
        failure = error
        return error
    }
}

// MARK: - Structure

extension JSONTokenizer {
    private mutating func value(_ byte: UInt8) throws(JSONError) -> Step {
        let event: JSONEvent?
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard open.count < min(limits.maximumDepth, JSONLimits.greatestDepth) else { throw fail(.tooDeep) }
            input.consume(1)
            let isObject = byte == UInt8(ascii: "{")
            open.append(isObject ? JSONKeys() : nil)
            expectation = isObject ? .firstKey : .firstElement
            return .event(isObject ? .objectStart : .arrayStart)
        case Byte.quote: event = try string().map { .string($0) }
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): event = try number().map { .number($0) }
        case UInt8(ascii: "t"): event = try word("true", .bool(true))
        case UInt8(ascii: "f"): event = try word("false", .bool(false))
        case UInt8(ascii: "n"): event = try word("null", .null)
        default: throw fail(.unexpectedByte)
        }
        guard let event else { return .needsBytes }
        expectation = open.isEmpty ? .nothing : .commaOrEnd
        return .event(event)
    }

    private mutating func close(_ byte: UInt8) throws(JSONError) -> JSONEvent {
        guard let container = open.last, byte == UInt8(ascii: container == nil ? "]" : "}") else {
            throw fail(.unexpectedByte)
        }
        input.consume(1)
        open.removeLast()
        keyBytes -= container?.size ?? 0
        expectation = open.isEmpty ? .nothing : .commaOrEnd
        return container == nil ? .arrayEnd : .objectEnd
    }

    private mutating func key(_ byte: UInt8) throws(JSONError) -> Step {
        guard byte == Byte.quote else { throw fail(.unexpectedByte) }
        let place = error(.duplicateKey)
        guard let key = try string() else { return .needsBytes }
        let size = open[open.count - 1]?.size ?? 0
        guard open[open.count - 1]?.insert(key) == true else {
            failure = place
            throw place
        }
        keyBytes += (open[open.count - 1]?.size ?? 0) - size
        guard keyBytes <= limits.maximumKeyBytes else { throw fail(.tooManyKeys) }
        expectation = .colon
        return .event(.key(key))
    }

    /// Passes over a byte order mark where there may be one; `false` if more bytes must show whether there is.
    private mutating func passMark() -> Bool {
        guard mayHaveMark else { return true }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let (hasMark, isUndecided) = input.withUnread { bytes in
            (bytes.starts(with: mark), bytes.count < mark.count && mark.starts(with: bytes))
        }
        guard !isUndecided || input.isComplete else { return false }
        if hasMark {
            input.consume(mark.count)
            lineStart = mark.count
        }
        mayHaveMark = false
        return true
    }

    /// Leaves blanks behind and counts lines.
    ///
    /// - Returns: The byte after them; `nil` if there is none at hand.
    private mutating func passBlanks() -> UInt8? {
        let base = input.offset
        var (line, lineStart, isBehindReturn) = (line, lineStart, isBehindReturn)
        let (length, byte) = input.withUnread { bytes in
            var index = 0
            while index < bytes.count {
                switch bytes[index] {
                case 0x20, 0x09: isBehindReturn = false
                case Byte.carriageReturn, Byte.lineFeed:
                    if bytes[index] == Byte.carriageReturn || !isBehindReturn { line += 1 }
                    isBehindReturn = bytes[index] == Byte.carriageReturn
                    lineStart = base + index + 1
                default: return (index, UInt8?.some(bytes[index]))
                }
                index += 1
            }
            return (index, nil)
        }
        if byte != nil { isBehindReturn = false }
        (self.line, self.lineStart, self.isBehindReturn) = (line, lineStart, isBehindReturn)
        input.consume(length)
        return byte
    }
}

// MARK: - Tokens; each is nil if more bytes must come first

extension JSONTokenizer {
    private mutating func string() throws(JSONError) -> String? {
        let (limit, isComplete) = (max(0, limits.maximumTokenBytes), input.isComplete)
        switch input.withUnread({ JSONString.scan($0, limit: limit, isComplete: isComplete) }) {
        case .needsBytes: return nil
        case .fault(let code, let offset): throw fail(code, at: offset)
        case .closed(let end, let hasEscapes):
            let result = input.withUnread { bytes in
                JSONString.text(of: UnsafeBufferPointer(rebasing: bytes[1..<end]), hasEscapes: hasEscapes)
            }
            switch result {
            case .success(let text):
                input.consume(end + 1)
                return text
            case .failure(let fault): throw fail(fault.code, at: fault.offset + 1)
            }
        }
    }

    private mutating func number() throws(JSONError) -> String? {
        let (limit, isComplete) = (max(0, limits.maximumTokenBytes), input.isComplete)
        let (length, text) = input.withUnread { bytes in
            let window = limit < bytes.count ? limit + 1 : bytes.count
            var end = 0
            while end < window, JSONNumber.mayHold(bytes[end]) { end += 1 }
            guard end <= limit, end < bytes.count || isComplete else { return (end, String?.none) }
            let digits = UnsafeBufferPointer(rebasing: bytes[..<end])
            return (end, JSONNumber.isValid(digits) ? String(decoding: digits, as: UTF8.self) : nil)
        }
        guard let text else {
            if length > limit { throw fail(.tokenTooLong) }
            if length == input.count, !isComplete { return nil }
            throw fail(.invalidNumber)
        }
        input.consume(length)
        return text
    }

    private mutating func word(_ word: StaticString, _ event: JSONEvent) throws(JSONError) -> JSONEvent? {
        let length = word.utf8CodeUnitCount
        let (same, count) = input.withUnread { bytes in
            word.withUTF8Buffer { word in (zip(bytes, word).prefix { $0 == $1 }.count, bytes.count) }
        }
        if same == length {
            input.consume(length)
            return event
        }
        guard same == count else { throw fail(.unexpectedByte, at: same) }
        guard input.isComplete else { return nil }
        throw fail(.unexpectedEnd, at: same)
    }
}
