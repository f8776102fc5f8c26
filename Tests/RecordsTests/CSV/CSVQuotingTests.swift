import Records
import Testing

struct CSVQuotingTests {
    @Test(arguments: chunkSizes)
    func `a quoted field holds delimiters, line breaks and quotes`(chunk: Int) {
        let outcome = CSVOutcome("a,b\n\"x,\"\"y\"\"\r\nz\",2\n3,\"\"\n", chunk: chunk)
        #expect(
            outcome.rows == [Row(line: 2, fields: ["x,\"y\"\r\nz", "2"]), Row(line: 4, fields: ["3", ""])]
        )
    }

    @Test(arguments: chunkSizes)
    func `a quote that never closes costs its own line only`(chunk: Int) {
        let outcome = CSVOutcome("a,b\n1,\"2\r\n3,4\r\n5,6\r\n", chunk: chunk)
        #expect(
            outcome.rows == [
                Row(line: 2, issue: .unterminatedQuote), Row(line: 3, fields: ["3", "4"]),
                Row(line: 4, fields: ["5", "6"]),
            ]
        )
    }

    @Test(arguments: chunkSizes)
    func `a quote that runs into the limit costs its own line only`(chunk: Int) {
        let text = "a,b\n1,\"2\n" + String(repeating: "3,4\n", count: 40) + "5,\"6\"\n"
        let outcome = CSVOutcome(text, format: CSVFormat(maximumRecordBytes: 50), chunk: chunk)
        #expect(outcome.rows.count == 42)
        #expect(outcome.rows.filter { $0.issue != nil } == [Row(line: 2, issue: .unterminatedQuote)])
        #expect(outcome.rows.last == Row(line: 43, fields: ["5", "6"]))
    }

    @Test(arguments: chunkSizes)
    func `text behind a closing quote costs its own line only`(chunk: Int) {
        let outcome = CSVOutcome("a,b\n\"1\"x,2\n3,4\n\"5\n6\"x,7\n8,9\n", chunk: chunk)
        #expect(
            outcome.rows == [
                Row(line: 2, issue: .textAfterQuote), Row(line: 3, fields: ["3", "4"]),
                Row(line: 4, issue: .textAfterQuote), Row(line: 5, fields: ["6\"x", "7"]),
                Row(line: 6, fields: ["8", "9"]),
            ]
        )
    }

    @Test(arguments: CSVFormat.Quoting.allCases)
    func `a quote inside a field is ordinary text`(quoting: CSVFormat.Quoting) {
        let outcome = CSVOutcome("a,b\n1\"2\",\"\n", format: .singleLine)
        #expect(outcome.rows == [Row(line: 2, fields: ["1\"2\"", "\""])])
        #expect(
            CSVOutcome("a,b\n1\"2,3\"\n", format: CSVFormat(quoting: quoting)).rows
                == [Row(line: 2, fields: ["1\"2", "3\""])]
        )
    }

    @Test(
        arguments: [
            ("\"1\",2", ["1", "2"]), ("\"1,5\",2", ["1,5", "2"]), ("\"1\"\"5\",2", ["1\"5", "2"]),
            ("\"1,2", ["\"1", "2"]), ("1,\"2", ["1", "\"2"]), ("\"1\"x,2", ["\"1\"x", "2"]),
            ("\"\",\"0\"", ["", "0"]), ("\"1\"\",2", ["\"1\"\"", "2"]), ("\"1,\"2", ["\"1", "\"2"]),
            ("1,\"\"\"\"", ["1", "\""]),
        ]
    )
    func `a single-line quote counts only if it closes its field on its line`(row: String, fields: [String]) {
        for chunk in chunkSizes {
            let outcome = CSVOutcome("a,b\r\n\(row)\r\n3,\"4\"\r\n", format: .singleLine, chunk: chunk)
            let expected = [Row(line: 2, fields: fields), Row(line: 3, fields: ["3", "4"])]
            #expect(outcome.rows == expected, "chunk \(chunk)")
        }
    }

    @Test func `a record of very many quoted fields takes linear time`() {
        let row = String(repeating: "\"\",", count: 300_000) + "x"
        let outcome = CSVOutcome("a\n\(row)\n1\n")
        #expect(outcome.rows.map(\.issue) == [.fieldCount(expected: 1, found: 300_001), nil])
    }

    @Test func `a line of very many stray quotes takes linear time`() {
        let row = String(repeating: "\"x,", count: 300_000)
        let outcome = CSVOutcome("a\n\(row)\n1\n", format: .singleLine)
        #expect(outcome.rows.map(\.issue) == [.fieldCount(expected: 1, found: 300_001), nil])
    }

    @Test func `the configured names of the quotings are read`() {
        #expect(CSVFormat.Quoting(rawValue: "single-line") == .singleLine)
        #expect(CSVFormat.Quoting(rawValue: "rfc4180") == .rfc4180)
    }
}
