import Records
import SeededRandom
import Testing

struct CSVPropertyTests {
    static let pieces = ["\"", "\"", ",", ",", "\n", "\r", "\r\n", "a", "b,c", "é", "\"\"", " "].map { Array($0.utf8) }
    static let seeds = Array(UInt64(1)...60)

    @Test(arguments: seeds)
    func `any table that is written reads back equal`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let columns = 1 + random.below(5)
        let letters = Self.pieces + [Array("\u{FEFF}".utf8), Array("日本".utf8), Array("=".utf8)]
        let rows = (0..<random.below(20)).map { _ in
            (0..<columns).map { _ in String(decoding: random.bytes(of: letters, upTo: 6), as: UTF8.self) }
        }
        let header = (0..<columns).map { "column \($0)" }
        // A row of white space alone is a blank line.
        let read = rows.filter { !$0.allSatisfy { $0.unicodeScalars.allSatisfy(\.properties.isWhitespace) } }
        let text = try CSVWriterTests.written([header] + rows)
        for ending in ["\n", "\r\n", "\r"] {
            // Only the line breaks of records may change: those of the fields are content.
            let lines = try ([header] + rows).map { try CSVWriterTests.written([$0]).utf8.dropLast() }
            let bytes = ending == "\n" ? Array(text.utf8) : lines.flatMap { Array($0) + Array(ending.utf8) }
            for chunk in [1, 2, 3, 5, 1 + random.below(50), 65536] {
                let outcome = CSVOutcome(bytes, chunk: chunk)
                #expect(outcome.header == header, "seed \(seed), chunk \(chunk)")
                #expect(outcome.rows.map(\.fields.bytes) == read.map(\.bytes), "seed \(seed), chunk \(chunk)")
                #expect(outcome.rows.allSatisfy { $0.issue == nil }, "seed \(seed), chunk \(chunk)")
            }
        }
    }

    @Test(arguments: seeds, CSVFormat.Quoting.allCases)
    func `the reader agrees with the rules as plainly written`(seed: UInt64, quoting: CSVFormat.Quoting) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<20 {
            let header = ["h\n", "h,\n", ",h, ,\n"][random.below(3)]
            let bytes = Array(header.utf8) + random.bytes(of: Self.pieces, upTo: 30)
            let emptyFields: CSVFormat.EmptyFields = random.below(2) == 0 ? .nothing : .fields
            let expected = NaiveCSV(bytes: bytes, isSingleLine: quoting == .singleLine).table(emptyFields)
            let chunk = 1 + random.below(8)
            let format = CSVFormat(quoting: quoting, emptyFields: emptyFields)
            let outcome = CSVOutcome(bytes, format: format, chunk: chunk)
            #expect(outcome.error == nil)
            #expect(outcome.rows == expected.rows, "seed \(seed), chunk \(chunk), \(bytes)")
        }
    }

    @Test(arguments: seeds, CSVFormat.Quoting.allCases)
    func `byte soup crashes nothing, and chunks make no difference`(seed: UInt64, quoting: CSVFormat.Quoting) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<20 {
            let rare: [[UInt8]] = [[0], [0xFF], [0xC3], [0xE2, 0x82], [0xEF, 0xBB, 0xBF]]
            let bytes = random.bytes(of: Self.pieces + Self.pieces + Self.pieces + rare, upTo: 40)
            let format = CSVFormat(
                quoting: quoting,
                maximumFieldBytes: 1 + random.below(20),
                maximumRecordBytes: 1 + random.below(30)
            )
            let whole = CSVOutcome(bytes, format: format)
            for chunk in [1, 2, 3, 1 + random.below(20)] {
                #expect(CSVOutcome(bytes, format: format, chunk: chunk) == whole, "seed \(seed), \(chunk), \(bytes)")
            }
        }
    }

    @Test(arguments: seeds, CSVFormat.Quoting.allCases)
    func `every physical line is accounted for`(seed: UInt64, quoting: CSVFormat.Quoting) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<20 {
            let rare: [[UInt8]] = [[0], [0xFF]]
            let bytes = Array("h\n".utf8) + random.bytes(of: Self.pieces + Self.pieces + rare, upTo: 40)
            let format = CSVFormat(
                quoting: quoting,
                emptyFields: .fields,
                maximumRecordBytes: 1 + random.below(30)
            )
            let outcome = CSVOutcome(bytes, format: format, chunk: 1 + random.below(20))

            let blank = Self.blankLines(bytes)
            var next = 2
            for row in outcome.rows {
                // What lies between two records is blank.
                #expect((next..<max(next, row.line)).allSatisfy { blank[$0] == true }, "seed \(seed), \(bytes)")
                #expect(row.line >= next && blank[row.line] == false, "seed \(seed), \(bytes)")
                let breaks = row.fields.map { NaiveCSV(bytes: Array($0.utf8), isSingleLine: true).breakCount }
                next = row.line + 1 + breaks.reduce(0, +)
            }
            if let error = outcome.error {
                #expect(error.line >= next - 1 && blank[error.line] == false, "seed \(seed), \(bytes)")
            } else {
                let lost = blank.filter { $0.key >= next && !$0.value }
                #expect(lost.isEmpty, "seed \(seed), \(bytes)")
            }
        }
    }

    /// Whether each physical line is blank, by its number.
    static func blankLines(_ bytes: [UInt8]) -> [Int: Bool] {
        var (lines, line, isBlank, isBehindReturn) = ([Int: Bool](), 1, true, false)
        for byte in bytes {
            if byte == 0x0A, isBehindReturn {
                isBehindReturn = false
                continue
            }
            isBehindReturn = byte == 0x0D
            if byte == 0x0A || byte == 0x0D {
                lines[line] = isBlank
                (line, isBlank) = (line + 1, true)
            } else {
                isBlank = false
            }
        }
        if !isBlank { lines[line] = false }
        return lines
    }
}

extension [String] {
    /// The fields byte by byte: `==` takes other spellings of a character for equal.
    fileprivate var bytes: [[UInt8]] { map { [UInt8]($0.utf8) } }
}
