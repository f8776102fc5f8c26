import Records
import Testing

struct CSVFileFaultTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        let bytes: [UInt8]
        let error: CSVError

        init(_ bytes: [UInt8], _ code: CSVError.Code, line: Int, column: Int? = nil) {
            self.bytes = bytes
            error = CSVError(code, line: line, column: column)
        }

        init(_ text: String, _ code: CSVError.Code, line: Int, column: Int? = nil) {
            self.init(Array(text.utf8), code, line: line, column: column)
        }

        var testDescription: String { error.description }
    }

    static let faults = [
        Fault("", .empty, line: 1),
        Fault("\u{FEFF}", .empty, line: 1),
        Fault("\r\n\n\n", .empty, line: 1),
        Fault("a,b,a\n", .duplicateColumn, line: 1, column: 3),
        Fault("\n\na,a\n", .duplicateColumn, line: 3, column: 2),
        Fault("a,\"b\n1,2\n", .unreadableHeader, line: 1),
        Fault("a,\"b\"x\n1,2\n", .unreadableHeader, line: 1),
        Fault(String(repeating: "a", count: 101) + "\n1\n", .headerTooLong, line: 1),
        Fault(String(repeating: "a,", count: 150) + "\n1\n", .headerTooLong, line: 1),
        Fault("a\u{0}\n", .nulByte, line: 1),
        Fault("a\n1\n2\r\n\n\u{0}\n", .nulByte, line: 5),
        Fault("a\n\"1\r\n\r2\n\u{0}\"\n", .nulByte, line: 5),
        Fault([0xFF, 0xFE, 0x61, 0x00, 0x0A, 0x00], .notUTF8, line: 1),
        Fault(Array("a\n1\n".utf8) + [0xC3, 0x0A], .notUTF8, line: 3),
        Fault(Array("a\n1\n".utf8) + [0x78, 0xE2, 0x82], .notUTF8, line: 3),
        Fault(Array("a\n\"".utf8) + [0x0A, 0x0D, 0x0A, 0xC3, 0x22, 0x0A], .notUTF8, line: 4),
        Fault(Array("a\n".utf8) + Array(repeating: 0x78, count: 300) + [0xE9, 0x0A], .notUTF8, line: 2),
        Fault(Array("a\n".utf8) + Array(repeating: 0x78, count: 300) + [0xC3], .notUTF8, line: 2),
        Fault(Array("a\n".utf8) + Array(repeating: 0x78, count: 300) + [0x00, 0x0A], .nulByte, line: 2),
    ]

    @Test(arguments: faults, chunkSizes)
    func `a fault of the whole file is thrown with its line`(fault: Fault, chunk: Int) {
        let format = CSVFormat(maximumFieldBytes: 100, maximumRecordBytes: 200)
        #expect(CSVOutcome(fault.bytes, format: format, chunk: chunk).error == fault.error)
    }

    @Test(
        arguments: [
            [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0x80], [0xFE], [0xE2, 0x28, 0xA1], [0xF0, 0x9F, 0x92],
        ] as [[UInt8]],
        [8, 300]
    )
    func `bytes that are no character are refused, also in a line that is skipped`(bytes: [UInt8], padding: Int) {
        let text = Array("a\n1\n".utf8) + [UInt8](repeating: 0x78, count: padding) + bytes + Array("\n2\n".utf8)
        let outcomes = chunkSizes.map {
            CSVOutcome(text, format: CSVFormat(maximumRecordBytes: 100), chunk: $0).error
        }
        #expect(outcomes == chunkSizes.map { _ in CSVError(.notUTF8, line: 3) })
    }

    @Test(arguments: ["\u{80}\u{7FF}", "\u{800}\u{D7FF}\u{E000}\u{FFFF}", "\u{10000}\u{10FFFF}", "é 日本 🎁"])
    func `characters of every length are taken`(text: String) {
        let outcomes = chunkSizes.map { CSVOutcome("a\n\(text)\n", chunk: $0).rows }
        #expect(outcomes == chunkSizes.map { _ in [Row(line: 2, fields: [text])] })
    }

    @Test func `a fault is thrown again on every further call`() throws {
        var reader = try CSVReader(BytesSource("a\n1\n\u{0}\n2\n"))
        #expect(try reader.next()?.text(0) == "1")
        #expect(throws: CSVError(.nulByte, line: 3)) { try reader.next() }
        #expect(throws: CSVError(.nulByte, line: 3)) { try reader.next() }
    }

    @Test func `the words of an error do not hold the name of a column`() {
        let error = CSVOutcome("gcd4k7m2p9x3w6t8,gcd4k7m2p9x3w6t8\n").error
        #expect(error?.description == "line 1, column 2: the header has an earlier column of the same name")
    }
}
