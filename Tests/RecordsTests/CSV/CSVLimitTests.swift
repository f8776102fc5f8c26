import Records
import Testing

struct CSVLimitTests {
    static let quotings = CSVFormat.Quoting.allCases

    @Test(arguments: quotings, chunkSizes)
    func `a record too long costs itself only`(quoting: CSVFormat.Quoting, chunk: Int) {
        let format = CSVFormat(quoting: quoting, maximumRecordBytes: 10)
        let long = String(repeating: "é", count: 3000)
        let outcome = CSVOutcome("a,b\r\n1,2\r\n\(long),4\r\n5,6\r\n", format: format, chunk: chunk)
        #expect(
            outcome.rows == [
                Row(line: 2, fields: ["1", "2"]), Row(line: 3, issue: .recordTooLong(limit: 10)),
                Row(line: 4, fields: ["5", "6"]),
            ]
        )
    }

    @Test(arguments: ["\n", "\r", "\r\n", ""], chunkSizes)
    func `a record of exactly the limit is read`(ending: String, chunk: Int) {
        let format = CSVFormat(maximumRecordBytes: 5)
        #expect(
            CSVOutcome("a,b\n123,5\(ending)", format: format, chunk: chunk).rows
                == [Row(line: 2, fields: ["123", "5"])]
        )
        #expect(
            CSVOutcome("a,b\n1,\"5\"\(ending)", format: format, chunk: chunk).rows
                == [Row(line: 2, fields: ["1", "5"])]
        )
        #expect(
            CSVOutcome("a,b\n123,56\(ending)", format: format, chunk: chunk).rows
                == [Row(line: 2, issue: .recordTooLong(limit: 5))]
        )
        #expect(
            CSVOutcome("a,b\n1,\"56\"\(ending)", format: format, chunk: chunk).rows
                == [Row(line: 2, issue: .recordTooLong(limit: 5))]
        )
    }

    @Test(arguments: chunkSizes)
    func `a field too long costs its record only`(chunk: Int) {
        let format = CSVFormat(maximumFieldBytes: 4)
        let outcome = CSVOutcome("a,b\n1234,\"a\"\"b\n\"\n1,12345\n1,\"12\n45\"\n3,4", format: format, chunk: chunk)
        #expect(
            outcome.rows == [
                Row(line: 2, fields: ["1234", "a\"b\n"]), Row(line: 4, issue: .fieldTooLong(limit: 4)),
                Row(line: 5, issue: .fieldTooLong(limit: 4)), Row(line: 7, fields: ["3", "4"]),
            ]
        )
    }

    @Test(arguments: [(Int.max, Int.max), (0, 0), (-1, -1), (Int.min, Int.min)])
    func `limits of any size are no danger`(record: Int, field: Int) {
        let format = CSVFormat(maximumFieldBytes: field, maximumRecordBytes: record)
        let outcome = CSVOutcome("a,b\n\"1\",2\n", format: format, chunk: 1)
        #expect(outcome.error?.code == (record > 0 ? nil : .headerTooLong))
    }

    @Test func `a long line is skipped in bounded memory`() throws {
        /// Counts what is pulled and gives out the same chunk for ever and ever.
        struct Endless: ByteSource {
            var chunks = 0
            mutating func next() -> [UInt8]? {
                chunks += 1
                switch chunks {
                case 1: return Array("a,b\n".utf8)
                case 2...2000: return [UInt8](repeating: 0x78, count: 65536)
                case 2001: return Array("\n1,2\n".utf8)
                default: return nil
                }
            }
        }
        var reader = try CSVReader(Endless(), format: CSVFormat(maximumRecordBytes: 1 << 20))
        #expect(try reader.next()?.issue == .recordTooLong(limit: 1 << 20))
        #expect(try reader.next()?.line == 3)
    }

    @Test func `the words of an issue hold nothing of the row`() {
        let outcome = CSVOutcome("a,b\ngcd4k7m2p9x3w6t8\n\"gcd4k7m2p9x3w6t8\"x,2\n")
        #expect(
            outcome.rows.compactMap { $0.issue.map(String.init(describing:)) } == [
                "the row has 1 field, the header has 2", "text follows a closing quote",
            ]
        )
    }
}
