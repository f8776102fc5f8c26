/// One attempt to find the end of a record and of its fields in the bytes at hand.
///
/// The outcome never depends on how the bytes were cut into chunks: the limit is met at the same byte, and where the bytes at hand do not
/// decide, the answer is `.needsBytes` and the attempt is repeated with more.
struct CSVScan {
    enum Ending: Equatable {
        /// The record's content ends at this offset: before a line break, or with the file.
        case record(end: Int)
        /// More bytes must come first.
        case needsBytes
        /// The record can't be read; it costs the physical line on which it begins, whatever was looked at after it.
        case fault(CSVIssue)
    }

    /// Where each field ends, in `unescaped` if there is one, else in the bytes themselves.
    private(set) var ends: [Int] = []
    /// The fields without their quotes, with a comma between each two; `nil` while no field is quoted.
    var unescaped: [UInt8]?
    /// How many line breaks stand inside quoted fields.
    var lineBreaks = 0

    let quoting: CSVFormat.Quoting
    let limit: Int

    init(format: CSVFormat, columns: Int) {
        quoting = format.quoting
        limit = max(0, format.maximumRecordBytes)
        ends.reserveCapacity(columns)
    }

    /// Scans the record that begins with the first byte.
    mutating func run(_ bytes: UnsafeBufferPointer<UInt8>, isComplete: Bool) -> Ending {
        // One byte more than a record may have, so that a record of exactly the limit shows its line break.
        let window = limit < bytes.count ? limit + 1 : bytes.count
        var start = 0
        while true {
            if start < window, bytes[start] == Byte.quote {
                switch readQuoted(bytes, from: start, window: window, isComplete: isComplete) {
                case .closed(let end):
                    guard end < window else { return .record(end: end) }
                    if bytes[end] == Byte.comma {
                        start = end + 1
                        unescaped?.append(Byte.comma)
                        continue
                    }
                    return lineEnd(bytes, at: end, isComplete: isComplete)
                case .ordinary: break
                case .ended(let ending): return ending
                }
            }
            let end = Self.delimiter(bytes, from: start, to: window)
            guard end < window || (isComplete && window <= limit) else {
                return window > limit ? .fault(.recordTooLong(limit: limit)) : .needsBytes
            }
            endField(bytes, start..<end)
            guard end < window else { return .record(end: end) }
            guard bytes[end] == Byte.comma else { return lineEnd(bytes, at: end, isComplete: isComplete) }
            unescaped?.append(Byte.comma)
            start = end + 1
        }
    }

    /// Adds the end of a field whose text is already in `unescaped`.
    mutating func endUnescapedField() {
        ends.append(unescaped?.count ?? 0)
    }

    /// Adds a field that stands in the bytes as it is.
    @inline(__always)
    private mutating func endField(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        if unescaped == nil {
            ends.append(range.upperBound)
        } else {
            unescaped?.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[range]))
            endUnescapedField()
        }
    }

    private func lineEnd(_ bytes: UnsafeBufferPointer<UInt8>, at end: Int, isComplete: Bool) -> Ending {
        // Whether a line feed follows a carriage return must be known before the line can be left.
        if bytes[end] == Byte.carriageReturn, end + 1 == bytes.count, !isComplete { return .needsBytes }
        return .record(end: end)
    }

    /// The offset of the first comma or line break, or `end`.
    @inline(__always)
    private static func delimiter(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) -> Int {
        var index = start
        while index &+ 8 <= end {
            let word = ByteWord.load(bytes, at: index)
            let mask =
                ByteWord.zeros(word ^ ByteWord.filled(with: Byte.comma))
                | ByteWord.zeros(word ^ ByteWord.filled(with: Byte.lineFeed))
                | ByteWord.zeros(word ^ ByteWord.filled(with: Byte.carriageReturn))
            if mask != 0 { return index &+ mask.trailingZeroBitCount &>> 3 }
            index &+= 8
        }
        while index < end {
            let byte = bytes[index]
            if byte == Byte.comma || Byte.isLineBreak(byte) { return index }
            index &+= 1
        }
        return end
    }
}
