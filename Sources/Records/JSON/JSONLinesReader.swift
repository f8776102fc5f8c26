/// One line of a JSON Lines file that is not blank.
public struct JSONLine: Sendable {
    /// What is wrong with a line; the others go on.
    public enum Issue: Sendable, Equatable, CustomStringConvertible {
        /// The line has more bytes than the reader takes; it carries none of them.
        case tooLong(limit: Int)

        /// The issue in words.
        public var description: String {
            switch self {
            case .tooLong(let limit): "the line is longer than \(limit) bytes"
            }
        }
    }

    /// The physical line, counted from 1; blank lines count.
    public let number: Int
    /// The line without its line break; not checked to be JSON, or UTF-8.
    public let bytes: [UInt8]
    /// What is wrong with the line, if anything.
    public let issue: Issue?
    /// Whether the line has its line break; `false` for a last line that was perhaps cut off.
    public let isTerminated: Bool

    /// Reads the line as JSON.
    ///
    /// - Throws: `JSONError`, whose line is that of the file; `.valueTooLong` for a line that is itself too long.
    public func value(limits: JSONLimits = .default) throws(JSONError) -> JSONValue {
        guard issue == nil else { throw JSONError(.valueTooLong, line: number, column: 1) }
        do {
            return try JSONValue(parsing: bytes, limits: limits)
        } catch {
            throw JSONError(error.code, line: number, column: error.column)
        }
    }
}

/// Reads the lines of a JSON Lines file, one at a time, without holding the file.
///
/// - Shape: LF or CRLF. Lines of blanks only are skipped but counted.
/// - Limits: a line has at most `maximumLineBytes`; a longer one is an issue of its own, and reading goes on after it in bounded memory.
/// - Errors: only those of the source. That a line is no JSON is thrown by `JSONLine.value()`.
public struct JSONLinesReader<Source: ByteSource> {
    private var source: Source
    private let limit: Int
    private var input = InputBuffer()
    private var number = 0
    private var isSkipping = false

    /// Makes a reader; nothing is read yet.
    ///
    /// - Parameters:
    ///   - source: The file's bytes.
    ///   - maximumLineBytes: How many bytes a line may have, its line feed aside; 4 MiB unless told.
    public init(_ source: Source, maximumLineBytes: Int = 4 << 20) {
        self.source = source
        limit = max(0, maximumLineBytes)
    }

    /// The next line that is not blank, or `nil` at the end of the file.
    public mutating func next() throws -> JSONLine? {
        while true {
            let window = limit < input.count ? limit + 1 : input.count
            if isSkipping {
                if let line = skipped() { return line }
            } else if let end = input.withUnread({ $0[..<window].firstIndex(of: Byte.lineFeed) }) {
                if let line = take(end, isTerminated: true) { return line }
                continue
            } else if window > limit {
                isSkipping = true
                continue
            } else if input.isComplete {
                guard input.count > 0 else { return nil }
                return take(input.count, isTerminated: false)
            }
            try input.pull(from: &source, limit: limit)
        }
    }

    /// Takes a line whose end was found; `nil` if it is blank.
    private mutating func take(_ end: Int, isTerminated: Bool) -> JSONLine? {
        number += 1
        let bytes = input.withUnread { bytes in
            let line = bytes[..<end]
            let isBlank = line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == Byte.carriageReturn }
            return isBlank ? [] : [UInt8](isTerminated && line.last == Byte.carriageReturn ? line.dropLast() : line)
        }
        input.consume(isTerminated ? end + 1 : end)
        return bytes.isEmpty ? nil : JSONLine(number: number, bytes: bytes, issue: nil, isTerminated: isTerminated)
    }

    /// Throws the bytes of a long line away; the line once its end is found.
    private mutating func skipped() -> JSONLine? {
        let end = input.withUnread { $0.firstIndex(of: Byte.lineFeed) }
        input.consume(end.map { $0 + 1 } ?? input.count)
        guard end != nil || input.isComplete else { return nil }
        isSkipping = false
        number += 1
        return JSONLine(number: number, bytes: [], issue: .tooLong(limit: limit), isTerminated: end != nil)
    }
}

extension JSONLinesReader: Sendable where Source: Sendable {}
