import Records
import Testing

struct CSVReaderTests {
    @Test(arguments: chunkSizes)
    func `line breaks of all three kinds may be mixed`(chunk: Int) {
        let outcome = CSVOutcome("a,b\r\n1,2\r3,4\n5,6\r\n", chunk: chunk)
        #expect(outcome.header == ["a", "b"])
        #expect(
            outcome.rows == [
                Row(line: 2, fields: ["1", "2"]), Row(line: 3, fields: ["3", "4"]), Row(line: 4, fields: ["5", "6"]),
            ]
        )
        #expect(outcome.endsWithLineBreak == true)
    }

    @Test(arguments: chunkSizes)
    func `blank lines are skipped but counted`(chunk: Int) {
        let outcome = CSVOutcome("\r\n\na\n\n\r\n1\r\r2\n\n", chunk: chunk)
        #expect(outcome.rows == [Row(line: 6, fields: ["1"]), Row(line: 8, fields: ["2"])])
    }

    @Test(arguments: chunkSizes)
    func `a byte order mark belongs to no name`(chunk: Int) {
        #expect(CSVOutcome("\u{FEFF}a,b\n1,2\n", chunk: chunk).header == ["a", "b"])
    }

    @Test(arguments: chunkSizes)
    func `a quoted first name behind a byte order mark is quoted`(chunk: Int) {
        #expect(CSVOutcome("\u{FEFF}\"a,x\",b\n", chunk: chunk).header == ["a,x", "b"])
    }

    @Test func `a byte order mark further down is content`() {
        #expect(CSVOutcome("a\n\u{FEFF}1\n").rows == [Row(line: 2, fields: ["\u{FEFF}1"])])
    }

    @Test func `columns are found by their exact names in any order`() throws {
        let reader = try CSVReader(BytesSource("value, code ,Code\n"))
        #expect(reader.column("value") == 0)
        #expect(reader.column(" code ") == 1)
        #expect(reader.column("Code") == 2)
        #expect(reader.column("code") == nil)
        #expect(reader.column("") == nil)
    }

    @Test func `a column without a name can stand there more than once`() {
        let outcome = CSVOutcome("a,,\n1,,\n")
        #expect(outcome.header == ["a", "", ""])
        #expect(outcome.rows == [Row(line: 2, fields: ["1", "", ""])])
    }

    @Test(
        arguments: [("1", 1), ("1,2,3", 3), (",,,,5", 5), ("\"1,2\"", 1)]
    )
    func `a row with the wrong number of fields costs itself only`(row: String, count: Int) {
        let outcome = CSVOutcome("a,b\n\(row)\n3,4\n")
        #expect(outcome.rows.map(\.issue) == [.fieldCount(expected: 2, found: count), nil])
        #expect(outcome.rows.first?.fields.count == count)
        #expect(outcome.rows.last?.fields == ["3", "4"])
    }

    @Test(
        arguments: [
            ("a,b\n1,2\n", true), ("a,b\n1,2", false), ("a,b\n", true), ("a,b", false), ("a,b\r", true),
            ("a,b\n1,2\r\n\r\n", true), ("a,b\n\"1\",\"2\"", false), ("a,b\n1,\"2\n", true), ("a,b\n1,\"2", false),
            ("a,b\n1,\"2\n3,4", false),
        ]
    )
    func `a last line without its line break is told apart`(text: String, ends: Bool) {
        #expect(chunkSizes.map { CSVOutcome(text, chunk: $0).endsWithLineBreak } == chunkSizes.map { _ in ends })
    }

    @Test func `whether a header alone has its line break is known before the first record`() throws {
        let whole = try CSVReader(BytesSource("a,b\n")).endsWithLineBreak
        let cut = try CSVReader(BytesSource("a,b")).endsWithLineBreak
        #expect(whole)
        #expect(!cut)
    }

    @Test func `a field that a row lacks is empty`() throws {
        var reader = try CSVReader(BytesSource("a,b\n1\n"))
        let record = try #require(try reader.next())
        #expect(record.text(1) == "")
        #expect(record[-1].isEmpty)
        #expect(record[Int.max].isEmpty)
    }

    @Test func `an error of the source passes through unchanged`() throws {
        struct Gone: Error {}
        struct Failing: ByteSource {
            var isFirst = true
            mutating func next() throws -> [UInt8]? {
                guard isFirst else { throw Gone() }
                isFirst = false
                return Array("a\n1\n2".utf8)
            }
        }
        var reader = try CSVReader(Failing())
        #expect(try reader.next()?.text(0) == "1")
        #expect(throws: Gone.self) { try reader.next() }
    }
}
