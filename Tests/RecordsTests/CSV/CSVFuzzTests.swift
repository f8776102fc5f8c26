import Fuzzing
import Records
import SeededRandom
import Testing

/// What holds for `CSVReader` on any bytes.
struct CSVFuzzTests {
    static let words = [
        "\"", "\"\"", ",", "\n", "\r", "\r\n", "\",\"", "\"\n", ",,,", "\u{FEFF}", "é", "🎁", "=1", "null", "\u{0}", " ",
        "\t", ",", ",,,,\n", "\u{A0}", "a,,b\n",
        "a,b\n",
    ]

    @Test(arguments: CSVFormat.Quoting.allCases)
    func `damaged files are read the same in any chunks, and every line is accounted for`(
        quoting: CSVFormat.Quoting
    ) throws {
        let failure = try Fuzzer("csv", words: Self.words).firstFailure { input in
            let isLimited = input.random.below(2) == 0
            let format = CSVFormat(
                quoting: quoting,
                emptyFields: input.random.below(2) == 0 ? .nothing : .fields,
                maximumFieldBytes: isLimited ? input.random.below(40) : 1 << 20,
                maximumRecordBytes: isLimited ? input.random.below(60) : 4 << 20
            )
            let outcome = CSVOutcome(input.bytes, format: format)
            for chunk in [1, 2 + input.random.below(30)]
            where CSVOutcome(input.bytes, format: format, chunk: chunk) != outcome {
                return "chunks of \(chunk) make a difference"
            }
            // How many lines a record has whose field is too long, it doesn't tell, nor one that is a blank line.
            let isTold =
                format.emptyFields == .fields
                && !outcome.rows.contains { if case .fieldTooLong? = $0.issue { true } else { false } }
            if isTold, let fault = Self.accountFault(outcome, of: input.bytes) { return fault }
            return isLimited ? nil : Self.ruleFault(outcome, of: input.bytes, format)
        }
        #expect(failure == nil, "\(failure.map { "\($0)" } ?? "")")
    }

    @Test(arguments: CSVFormat.Quoting.allCases)
    func `what was read of damaged files is written and read again unchanged`(quoting: CSVFormat.Quoting) throws {
        let failure = try Fuzzer("csv", words: Self.words).firstFailure { input in
            let outcome = CSVOutcome(input.bytes, format: CSVFormat(quoting: quoting))
            guard !outcome.header.isEmpty else { return nil }
            let rows = outcome.rows.filter { !$0.fields.isEmpty }.map(\.fields)
            let again = CSVOutcome(try CSVWriterTests.written([outcome.header] + rows))
            let isSame =
                again.header.sameBytes(outcome.header)
                && again.rows.map(\.fields).elementsEqual(rows) { $0.sameBytes($1) }
            return isSame && again.error == nil ? nil : "\(again) was read of what was written of \(outcome)"
        }
        #expect(failure == nil, "\(failure.map { "\($0)" } ?? "")")
    }

    /// Each physical line is blank, or belongs to just one record or to the error; nothing is dropped between them.
    static func accountFault(_ outcome: CSVOutcome, of bytes: [UInt8]) -> String? {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let blank = CSVPropertyTests.blankLines(bytes.starts(with: mark) ? Array(bytes.dropFirst(3)) : bytes)
        let isBlank = { (line: Int) in blank[line] ?? true }
        let first = outcome.error?.code == .empty ? nil : blank.filter { !$0.value }.keys.min()
        if outcome.header.isEmpty { return headerFault(outcome, first, lines: blank.count) }
        guard let first else { return "a header is read of nothing" }
        var next = first + breaks(outcome.header) + 1
        for row in outcome.rows {
            guard row.line >= next, !isBlank(row.line) else {
                return "the record of line \(row.line) was due at \(next)"
            }
            guard (next..<row.line).allSatisfy(isBlank) else { return "a line before \(row.line) is lost" }
            next = row.line + breaks(row.fields) + 1
        }
        if let error = outcome.error {
            // A record whose rest is thrown away fails on its own line.
            return error.line >= next - 1 && !isBlank(error.line) ? nil : "the error has the line \(error.line)"
        }
        return blank.contains { $0.key >= next && !$0.value } ? "a line behind \(next - 1) is lost" : nil
    }

    private static func headerFault(_ outcome: CSVOutcome, _ first: Int?, lines: Int) -> String? {
        guard let error = outcome.error, outcome.rows.isEmpty else { return "neither a header nor an error" }
        guard error.code != .empty else { return lines == 0 || first == nil ? nil : "lines are held to be none" }
        return error.line >= first ?? 1 && error.line <= max(1, lines) ? nil : "the error has the line \(error.line)"
    }

    /// The plain rules give the same.
    private static func ruleFault(_ outcome: CSVOutcome, of bytes: [UInt8], _ format: CSVFormat) -> String? {
        guard outcome.error == nil else { return nil }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = bytes.starts(with: mark) ? Array(bytes.dropFirst(3)) : bytes
        let expected = NaiveCSV(bytes: text, isSingleLine: format.quoting == .singleLine).table(format.emptyFields)
        let isSame = outcome.header == expected.header && outcome.rows == expected.rows
        return isSame ? nil : "the plain rules give \(expected), the reader \(outcome.rows)"
    }

    private static func breaks(_ fields: [String]) -> Int {
        fields.reduce(0) { $0 + NaiveCSV(bytes: Array($1.utf8), isSingleLine: true).breakCount }
    }
}

extension [String] {
    fileprivate func sameBytes(_ other: [String]) -> Bool { elementsEqual(other) { $0.utf8.elementsEqual($1.utf8) } }
}
