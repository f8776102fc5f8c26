import Records

/// The rules of reading once more, written for plainness and without chunks or limits, to be compared with `CSVReader`.
struct NaiveCSV {
    let bytes: [UInt8]
    let isSingleLine: Bool

    /// All records, the header first.
    func rows() -> [Row] {
        var (rows, position, line) = ([Row](), 0, 1)
        while position < bytes.count {
            if isBreak(position) {
                position = behindBreak(position)
                line += 1
                continue
            }
            switch record(at: position) {
            case .success(let record):
                rows.append(Row(line: line, fields: record.fields))
                line += record.lines
                position = record.end
            case .failure(let fault):
                rows.append(Row(line: line, issue: fault.issue))
                line += 1
                while position < bytes.count, !isBreak(position) { position += 1 }
                if position < bytes.count { position = behindBreak(position) }
            }
        }
        return rows
    }

    /// The names of the columns, and the records after them with what is wrong with their fields.
    func table(_ emptyFields: CSVFormat.EmptyFields = .nothing) -> (header: [String], rows: [Row]) {
        let isEmpty = { (field: String) in field.unicodeScalars.allSatisfy(\.properties.isWhitespace) }
        var rows = rows()
        if emptyFields == .nothing { rows.removeAll { $0.issue == nil && $0.fields.allSatisfy(isEmpty) } }
        guard let header = rows.first?.fields else { return ([], []) }
        let expected = rows.dropFirst().map { row in
            var row = row
            guard row.issue == nil else { return row }
            let (found, fits) = (row.fields.count, row.fields.count == header.count)
            let isMore = found > header.count && row.fields.dropFirst(header.count).allSatisfy(isEmpty)
            if !fits, !(isMore && emptyFields == .nothing) {
                row.issue = .fieldCount(expected: header.count, found: found)
            } else if emptyFields == .nothing {
                let nameless = Array(zip(header, row.fields)).firstIndex { isEmpty($0) && !isEmpty($1) }
                row.issue = nameless.map { .textWithoutColumn($0 + 1) }
            }
            return row
        }
        return (header, Array(expected))
    }

    private struct Fault: Error { let issue: CSVIssue }

    private func record(at start: Int) -> Result<(fields: [String], lines: Int, end: Int), Fault> {
        var (fields, lines, position) = ([String](), 1, start)
        while true {
            switch quoted(at: position) {
            case .failure(let fault): return .failure(fault)
            case .success((let text, let end)?):
                fields.append(String(decoding: text, as: UTF8.self))
                let raw = Array(bytes[position..<end])
                lines += NaiveCSV(bytes: raw, isSingleLine: true).breakCount
                position = end
            case .success(nil):
                let begin = position
                while position < bytes.count, bytes[position] != 0x2C, !isBreak(position) { position += 1 }
                fields.append(String(decoding: bytes[begin..<position], as: UTF8.self))
            }
            guard position < bytes.count else { return .success((fields, lines, position)) }
            guard bytes[position] == 0x2C else { return .success((fields, lines, behindBreak(position))) }
            position += 1
        }
    }

    /// A quoted field and what is behind it, or `nil` if the field is not quoted.
    private func quoted(at start: Int) -> Result<([UInt8], Int)?, Fault> {
        guard start < bytes.count, bytes[start] == 0x22 else { return .success(nil) }
        var (text, position) = ([UInt8](), start + 1)
        while position < bytes.count {
            if bytes[position] == 0x22 {
                position += 1
                if position == bytes.count || bytes[position] == 0x2C || isBreak(position) {
                    return .success((text, position))
                }
                guard bytes[position] == 0x22 else {
                    return isSingleLine ? .success(nil) : .failure(Fault(issue: .textAfterQuote))
                }
            } else if isSingleLine, isBreak(position) {
                return .success(nil)
            }
            text.append(bytes[position])
            position += 1
        }
        return isSingleLine ? .success(nil) : .failure(Fault(issue: .unterminatedQuote))
    }

    /// How many line breaks the bytes hold.
    var breakCount: Int {
        var (count, position) = (0, 0)
        while position < bytes.count {
            if isBreak(position) { count += 1 }
            position = isBreak(position) ? behindBreak(position) : position + 1
        }
        return count
    }

    private func isBreak(_ position: Int) -> Bool { bytes[position] == 0x0A || bytes[position] == 0x0D }

    private func behindBreak(_ position: Int) -> Int {
        let isPair = bytes[position] == 0x0D && position + 1 < bytes.count && bytes[position + 1] == 0x0A
        return position + (isPair ? 2 : 1)
    }
}
