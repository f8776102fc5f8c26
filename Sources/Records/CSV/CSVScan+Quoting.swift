extension CSVScan {
    /// What a quote at the beginning of a field turned out to be.
    enum QuotedField {
        /// A quoted field, added to the scan; the offset is that after its closing quote.
        case closed(end: Int)
        /// Ordinary text.
        case ordinary
        /// No field: the attempt ends here.
        case ended(Ending)
    }

    /// Reads the field whose opening quote stands at an offset.
    mutating func readQuoted(
        _ bytes: UnsafeBufferPointer<UInt8>,
        from start: Int,
        window: Int,
        isComplete: Bool
    ) -> QuotedField {
        // The fields before this one stand as they are, commas included, so their ends hold for the copy too.
        if unescaped == nil { unescaped = Array(bytes[..<start]) }
        let length = unescaped?.count ?? 0
        var runStart = start + 1
        var index = runStart
        while index < window {
            index = Self.plainEnd(bytes, from: index, to: window)
            guard index < window else { break }
            let byte = bytes[index]
            if byte == Byte.quote {
                let after = index + 1
                if after == window, !(isComplete && window <= limit) { break }
                if after < window, bytes[after] == Byte.quote {
                    unescaped?.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[runStart..<after]))
                    index += 2
                    runStart = index
                    continue
                }
                guard after == window || bytes[after] == Byte.comma || Byte.isLineBreak(bytes[after]) else {
                    return quoting == .singleLine ? ordinary(length) : .ended(.fault(.textAfterQuote))
                }
                unescaped?.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[runStart..<index]))
                endUnescapedField()
                return .closed(end: after)
            }
            if quoting == .singleLine { return ordinary(length) }
            // It is a line break, and the byte before is the opening quote at least.
            if byte == Byte.carriageReturn || bytes[index - 1] != Byte.carriageReturn { lineBreaks += 1 }
            index += 1
        }
        if window > limit {
            // Over several lines it is a quote that does not close; on one line, a line that is too long.
            return .ended(.fault(lineBreaks > 0 ? .unterminatedQuote : .recordTooLong(limit: limit)))
        }
        guard isComplete else { return .ended(.needsBytes) }
        return quoting == .singleLine ? ordinary(length) : .ended(.fault(.unterminatedQuote))
    }

    /// Takes back what was copied of a field that turned out to be ordinary text.
    private mutating func ordinary(_ length: Int) -> QuotedField {
        let count = unescaped?.count ?? 0
        unescaped?.removeLast(count - length)
        return .ordinary
    }

    /// The offset of the first quote or line break, or `end`.
    @inline(__always)
    private static func plainEnd(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) -> Int {
        var index = start
        while index &+ 8 <= end {
            let word = ByteWord.load(bytes, at: index)
            let mask =
                ByteWord.zeros(word ^ ByteWord.filled(with: Byte.quote))
                | ByteWord.zeros(word ^ ByteWord.filled(with: Byte.lineFeed))
                | ByteWord.zeros(word ^ ByteWord.filled(with: Byte.carriageReturn))
            if mask != 0 { return index &+ mask.trailingZeroBitCount &>> 3 }
            index &+= 8
        }
        while index < end, bytes[index] != Byte.quote, !Byte.isLineBreak(bytes[index]) { index &+= 1 }
        return index
    }
}
