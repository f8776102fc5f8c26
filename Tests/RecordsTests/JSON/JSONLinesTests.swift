import Records
import Testing

struct JSONLinesTests {
    struct Line: Equatable {
        var number: Int
        var text = ""
        var issue: JSONLine.Issue?
        var isTerminated = true
    }

    static func lines(_ text: String, limit: Int = 4 << 20, chunk: Int) throws -> [Line] {
        var reader = JSONLinesReader(BytesSource(text, chunk: chunk), maximumLineBytes: limit)
        var lines: [Line] = []
        while let line = try reader.next() {
            let text = String(decoding: line.bytes, as: UTF8.self)
            lines.append(Line(number: line.number, text: text, issue: line.issue, isTerminated: line.isTerminated))
        }
        return lines
    }

    @Test(arguments: chunkSizes)
    func `lines come with their numbers, blank ones are skipped but counted`(chunk: Int) throws {
        let lines = try Self.lines("\n{\"a\":1}\r\n\r\n \t\n[2]\n3", chunk: chunk)
        #expect(
            lines == [
                Line(number: 2, text: "{\"a\":1}"), Line(number: 5, text: "[2]"),
                Line(number: 6, text: "3", isTerminated: false),
            ]
        )
    }

    @Test(arguments: chunkSizes)
    func `a line too long costs itself only`(chunk: Int) throws {
        let long = String(repeating: "x", count: 5000)
        let lines = try Self.lines("12345\n\(long)\n123456\n2\n\(long)", limit: 5, chunk: chunk)
        #expect(
            lines == [
                Line(number: 1, text: "12345"), Line(number: 2, issue: .tooLong(limit: 5)),
                Line(number: 3, issue: .tooLong(limit: 5)), Line(number: 4, text: "2"),
                Line(number: 5, issue: .tooLong(limit: 5), isTerminated: false),
            ]
        )
    }

    @Test(arguments: [0, -1, Int.min, Int.max])
    func `limits of any size are no danger`(limit: Int) throws {
        let lines = try Self.lines("\n1\n", limit: limit, chunk: 1)
        #expect(lines.map(\.number) == [2])
    }

    @Test(arguments: ["", "\n\n", " \r\n"])
    func `a file without lines has none`(text: String) throws {
        #expect(try Self.lines(text, chunk: 1).isEmpty)
    }

    @Test func `an error in a line has the line of the file`() throws {
        var reader = JSONLinesReader(BytesSource("1\n\n[\r1,]\n123456789\n"), maximumLineBytes: 6)
        let lines = try (0..<3).compactMap { _ in try reader.next() }
        #expect(try lines[0].value() == 1)
        #expect(throws: JSONError(.unexpectedByte, line: 3, column: 3)) { try lines[1].value() }
        #expect(throws: JSONError(.valueTooLong, line: 4, column: 1)) { try lines[2].value() }
    }

    @Test func `values are written one a line`() throws {
        var writer = JSONLinesWriter(BytesSink())
        try writer.write(["a": "b\nc"])
        #expect(throws: JSONError(.invalidNumber)) { try writer.write([1, .number("x")]) }
        try writer.write(2)
        #expect(try writer.finish().text == "{\"a\":\"b\\nc\"}\n2\n")
    }
}
