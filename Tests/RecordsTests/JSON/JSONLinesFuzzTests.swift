import Fuzzing
import Records
import SeededRandom
import Testing

/// What holds for `JSONLinesReader` on any bytes.
struct JSONLinesFuzzTests {
    private struct Line: Equatable {
        var number: Int
        var bytes: [UInt8]
        var issue: JSONLine.Issue?
        var isTerminated: Bool
    }

    @Test func `damaged files give each line that is not blank, once, in any chunks`() throws {
        let failure = try Fuzzer("jsonl", words: JSONFuzzTests.words + ["\n", "\r\n", "\n\n"]).firstFailure { input in
            let limit = input.random.below(2) == 0 ? input.random.below(60) : 4 << 20
            let expected = Self.plainly(input.bytes, limit: limit)
            for chunk in [1, 2 + input.random.below(30), 65536] {
                let lines = try Self.lines(input.bytes, limit: limit, chunk: chunk)
                guard lines == expected else { return "chunks of \(chunk) give \(lines), and not \(expected)" }
            }
            return nil
        }
        #expect(failure == nil, "\(failure.map { "\($0)" } ?? "")")
    }

    @Test func `what can be read of damaged lines is written and read again unchanged, and what can't names its line`()
        throws
    {
        let failure = try Fuzzer("jsonl", words: JSONFuzzTests.words).firstFailure { input in
            var reader = JSONLinesReader(BytesSource(input.bytes))
            var values: [JSONValue] = []
            while let line = try reader.next() {
                do throws(JSONError) { values.append(try line.value()) } catch {
                    guard error.line == line.number else { return "\(error) in line \(line.number)" }
                }
            }
            var writer = JSONLinesWriter(BytesSink())
            for value in values { try writer.write(value) }
            var again = JSONLinesReader(BytesSource(try writer.finish().bytes))
            for value in values {
                let read = try again.next()?.value()
                guard read == value else { return "\(value) is read as \(String(describing: read))" }
            }
            return try again.next() == nil ? nil : "more is read than was written"
        }
        #expect(failure == nil, "\(failure.map { "\($0)" } ?? "")")
    }

    private static func lines(_ bytes: [UInt8], limit: Int, chunk: Int) throws -> [Line] {
        var reader = JSONLinesReader(BytesSource(bytes, chunk: chunk), maximumLineBytes: limit)
        var lines: [Line] = []
        while let line = try reader.next() {
            lines.append(
                Line(number: line.number, bytes: line.bytes, issue: line.issue, isTerminated: line.isTerminated)
            )
        }
        return lines
    }

    /// The lines, found by splitting.
    private static func plainly(_ bytes: [UInt8], limit: Int) -> [Line] {
        let pieces = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        return pieces.enumerated().compactMap { index, piece in
            let isTerminated = index < pieces.count - 1
            let isLong = piece.count > limit
            if !isLong, piece.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) { return nil }
            let content = isTerminated && piece.last == 0x0D ? piece.dropLast() : piece
            return Line(
                number: index + 1,
                bytes: isLong ? [] : Array(content),
                issue: isLong ? .tooLong(limit: limit) : nil,
                isTerminated: isTerminated
            )
        }
    }
}
