import Records
import Testing

/// Fields in which nothing stands, and columns without a name.
struct CSVEmptyFieldTests {
    @Test(arguments: [
        ",", ",,,,,", "   ", " , ", "\t,\u{B}", "\"\",\"\"", "\"\"", "\" \",", "\u{A0},\u{3000}", ",\"\"",
        " \u{2003} ,,,",
    ])
    func `a record of empty fields is a blank line, counted and skipped`(_ record: String) {
        for quoting in CSVFormat.Quoting.allCases {
            let outcomes = chunkSizes.map {
                CSVOutcome("a,b\n1,2\n\(record)\n3,4\n\(record)", format: CSVFormat(quoting: quoting), chunk: $0)
            }
            for outcome in outcomes {
                #expect(outcome.rows == [Row(line: 2, fields: ["1", "2"]), Row(line: 4, fields: ["3", "4"])])
            }
        }
    }

    @Test func `blank lines within quotes count as the lines that they are`() {
        let outcome = CSVOutcome("a,b\n\"\n\r\n\",\"\"\n3,4\n")
        #expect(outcome.rows == [Row(line: 5, fields: ["3", "4"])])
    }

    @Test func `a header may come after records of empty fields`() {
        let outcome = CSVOutcome(",,\n \na,b\n1,2\n")
        #expect(outcome.header == ["a", "b"])
        #expect(outcome.rows == [Row(line: 4, fields: ["1", "2"])])
    }

    @Test(arguments: [",,,\n", " ", "\u{FEFF},\n\n\"\",\n"])
    func `where nothing else is there is no header`(_ text: String) {
        #expect(CSVOutcome(text).error == CSVError(.empty, line: 1))
    }

    @Test(arguments: [".,", "0,", "null,null", "\u{200B},", "\u{301},", ",\u{0}", "'',''"])
    func `what only looks like nothing is a record, or a fault of the file`(_ record: String) {
        let outcome = CSVOutcome("a,b\n\(record)\n")
        #expect(outcome.rows.count == 1 || outcome.error != nil)
    }

    @Test(arguments: ["1,2,", "1,2,,,,", "1,2, ", "1,2,\"\",\t"])
    func `empty fields beyond the header's columns are not there`(_ record: String) throws {
        let outcome = CSVOutcome("a,b\n\(record)\n")
        let row = try #require(outcome.rows.first)
        #expect(row.issue == nil && row.fields.prefix(2) == ["1", "2"])
    }

    @Test(arguments: [("1,2,3", 3), ("1,2,,,x", 5), ("1,2,,\u{200B}", 4), ("1,2,\"\",.", 4)])
    func `text beyond the header's columns is an issue`(_ record: String, _ found: Int) {
        #expect(CSVOutcome("a,b\n\(record)\n").rows.map(\.issue) == [.fieldCount(expected: 2, found: found)])
    }

    @Test(arguments: ["1", "1,2", "1,,"])
    func `a record with fewer fields than the header is an issue, whatever names the last columns lack`(
        _ record: String
    ) {
        let count = record.split(separator: ",", omittingEmptySubsequences: false).count
        #expect(CSVOutcome("a,b,,\n\(record)\n").rows.map(\.issue) == [.fieldCount(expected: 4, found: count)])
    }

    @Test(arguments: [
        ("a,b,", "1,2,x", 3), ("a,,b", "1,x,2", 2), (",a,b", "x,1,2", 1), ("a,b, ", "1,2,0", 3),
        ("a,b,\"\",", "1,2,,x", 4), ("a,b,\u{A0}", "1,2,x", 3), ("a,,b,", "1,x,2,y,", 2),
    ])
    func `text under a column without a name is an issue`(_ header: String, _ record: String, _ column: Int) {
        #expect(CSVOutcome("\(header)\n\(record)\n").rows.map(\.issue) == [.textWithoutColumn(column)])
    }

    @Test(arguments: [("a,b,", "1,2,"), ("a,,b", "1, ,2"), (",a,b", ",1,2"), ("a,b, ", "1,2,,,")])
    func `an empty field under a column without a name is nothing`(_ header: String, _ record: String) {
        #expect(CSVOutcome("\(header)\n\(record)\n").rows.map(\.issue) == [nil])
    }

    @Test func `a column whose name is white space can't be asked for, and may repeat`() throws {
        let reader = try CSVReader(BytesSource("a, , ,\n"))
        #expect(reader.column(" ") == nil && reader.column("a") == 0)
        #expect(reader.header == ["a", " ", " ", ""])
    }

    @Test func `an issue shows its place, and nothing of the record`() {
        let issue = CSVOutcome("code,\nabcd1234,efgh5678\n").rows.first?.issue
        let words = issue.map { "\($0)" } ?? ""
        #expect(words.contains("field 2, where the header has no name"))
        #expect(!words.contains("efgh"))
    }

    @Test func `a record keeps its fields where text stands under no name`() {
        #expect(CSVOutcome("a,\n1,2\n").rows.map(\.fields) == [["1", "2"]])
    }

    @Test func `where empty fields count, each is a field as any other`() {
        let outcome = CSVOutcome(
            "a,b,\n,,\n1,2,x\n1,2,3,\n",
            format: CSVFormat(emptyFields: .fields)
        )
        #expect(outcome.rows.map(\.issue) == [nil, nil, .fieldCount(expected: 3, found: 4)])
    }

    @Test func `a long record whose issue leaves it without fields is no blank line`() {
        let format = CSVFormat(maximumFieldBytes: 3)
        #expect(CSVOutcome("a\n    \n", format: format).rows.map(\.issue) == [.fieldTooLong(limit: 3)])
    }
}
