/// Turns unread bytes into records; it knows nothing of where the bytes come from.
struct CSVParser: Sendable {
    enum Step {
        case record(CSVRecord)
        case needsBytes
        case end
    }

    var input = InputBuffer()
    /// What the header asks of each record, once it is known.
    var columns: CSVColumns?
    /// Whether the last line that was read had its line break.
    private(set) var endsWithLineBreak = false

    private let format: CSVFormat
    /// The number of the line that is read next.
    private var line = 1
    private var isBehindMark = false
    /// Set while the rest of a line is thrown away; the check goes on over it.
    private var skipping: TextCheck?
    private var failure: CSVError?

    init(format: CSVFormat) {
        self.format = format
    }

    /// The next record of the bytes at hand.
    ///
    /// - Throws: `CSVError` with `.notUTF8` or `.nulByte`, and the same one again on every further call.
    mutating func step() throws(CSVError) -> Step {
        if let failure { throw failure }
        guard passMark() else { return .needsBytes }
        if skipping != nil {
            guard try skipLine() else { return .needsBytes }
        }
        while true {
            guard passBlankLines() else { return .needsBytes }
            guard input.count > 0 else { return input.isComplete ? .end : .needsBytes }

            var scan = CSVScan(format: format, columns: columns?.count ?? 0)
            let isComplete = input.isComplete
            switch input.withUnread({ scan.run($0, isComplete: isComplete) }) {
            case .needsBytes: return .needsBytes
            case .fault(let issue):
                skipping = TextCheck()
                return .record(CSVRecord(line: line, issue: issue))
            case .record(let end):
                if let fault = input.withUnread({ fault(in: $0[..<end]) }) { throw fail(fault) }
                if let record = take(scan, end: end) { return .record(record) }
            }
        }
    }

    /// Makes the record that a scan has found and leaves its lines; `nil` for one that is a blank line.
    private mutating func take(_ scan: CSVScan, end: Int) -> CSVRecord? {
        defer {
            line += scan.lineBreaks
            leaveLine(at: end)
        }
        if let issue = issue(of: scan, end: end) { return CSVRecord(line: line, issue: issue) }
        let bytes = scan.unescaped ?? input.withUnread { Array($0[..<end]) }
        var record = CSVRecord(line: line, issue: nil, bytes: bytes, ends: scan.ends)
        if format.emptyFields == .nothing, record.isEmpty { return nil }
        record.issue = columns?.issue(of: record, format.emptyFields)
        return record
    }

    private func issue(of scan: CSVScan, end: Int) -> CSVIssue? {
        guard end > format.maximumFieldBytes else { return nil }
        var start = 0
        for end in scan.ends {
            if end - start > format.maximumFieldBytes { return .fieldTooLong(limit: format.maximumFieldBytes) }
            start = end + 1
        }
        return nil
    }
}

// MARK: - Lines

extension CSVParser {
    /// Leaves a byte order mark behind; `false` if more bytes must show whether there is one.
    private mutating func passMark() -> Bool {
        guard !isBehindMark else { return true }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let (hasMark, isUndecided) = input.withUnread { bytes in
            (bytes.starts(with: mark), bytes.count < mark.count && mark.starts(with: bytes))
        }
        guard !isUndecided || input.isComplete else { return false }
        if hasMark { input.consume(mark.count) }
        isBehindMark = true
        return true
    }

    /// Leaves blank lines behind; `false` if more bytes must show where the last of them ends.
    private mutating func passBlankLines() -> Bool {
        while input.withUnread({ $0.first.map(Byte.isLineBreak) ?? false }) {
            guard !endsInReturn(at: 0) else { return false }
            leaveLine(at: 0)
        }
        return true
    }

    /// Throws the rest of a line away, but checks it; `false` if its end is not among the bytes at hand.
    private mutating func skipLine() throws(CSVError) -> Bool {
        var check = skipping ?? TextCheck()
        let (length, found) = input.withUnread { bytes in
            let end = bytes.firstIndex(where: Byte.isLineBreak) ?? bytes.count
            return (end, check.firstFault(in: UnsafeBufferPointer(rebasing: bytes[..<end])))
        }
        if let found { throw fail(CSVError(found.fault == .nul ? .nulByte : .notUTF8, line: line)) }
        input.consume(length)
        skipping = check
        if input.count == 0 ? !input.isComplete : endsInReturn(at: 0) { return false }
        guard check.isAtBoundary else { throw fail(CSVError(.notUTF8, line: line)) }
        skipping = nil
        leaveLine(at: 0)
        return true
    }

    /// Whether the bytes at hand end with a carriage return at an offset, and a line feed may follow.
    private func endsInReturn(at offset: Int) -> Bool {
        guard !input.isComplete, input.count == offset + 1 else { return false }
        return input.withUnread { $0[offset] == Byte.carriageReturn }
    }

    /// Consumes a line's content and its line break, if it has one.
    private mutating func leaveLine(at end: Int) {
        let length = input.withUnread { bytes in
            guard end < bytes.count else { return 0 }
            return bytes[end] == Byte.carriageReturn && end + 1 < bytes.count && bytes[end + 1] == Byte.lineFeed ? 2 : 1
        }
        input.consume(end + length)
        line += 1
        endsWithLineBreak = length > 0
    }

    /// The first fault of a record's bytes, with the physical line that it stands on.
    private func fault(in bytes: Slice<UnsafeBufferPointer<UInt8>>) -> CSVError? {
        var check = TextCheck()
        let record = UnsafeBufferPointer(rebasing: bytes)
        let found = check.firstFault(in: record) ?? (check.isAtBoundary ? nil : (.malformed, record.count))
        guard let found else { return nil }
        var line = line
        for index in 0..<found.offset where Byte.isLineBreak(record[index]) {
            let isSecondHalf = record[index] == Byte.lineFeed && index > 0 && record[index - 1] == Byte.carriageReturn
            if !isSecondHalf { line += 1 }
        }
        return CSVError(found.fault == .nul ? .nulByte : .notUTF8, line: line)
    }

    private mutating func fail(_ error: CSVError) -> CSVError {
        failure = error
        return error
    }
}
