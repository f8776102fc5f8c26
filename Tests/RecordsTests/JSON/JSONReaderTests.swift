import Records
import Testing

struct JSONReaderTests {
    static func reader(_ text: String, limits: JSONLimits = .default, chunk: Int = 1) -> JSONReader<BytesSource> {
        JSONReader(BytesSource(text, chunk: chunk), limits: limits)
    }

    @Test(arguments: chunkSizes)
    func `a document comes as its events`(chunk: Int) {
        let text = "{\"a\" : [ 1.50 , \"x\\ny\" ] ,\r\n\"b\":{\"c\":null,\"d\":true,\"e\":false}}\n"
        let outcome = JSONOutcome(Array(text.utf8), chunk: chunk)
        #expect(
            outcome.events == [
                .objectStart, .key("a"), .arrayStart, .number("1.50"), .string("x\ny"), .arrayEnd, .key("b"),
                .objectStart, .key("c"), .null, .key("d"), .bool(true), .key("e"), .bool(false), .objectEnd, .objectEnd,
            ]
        )
        #expect(outcome.error == nil)
    }

    @Test(arguments: BadJSON.samples.indices, [1, 2, 3, 65536])
    func `what is no JSON is refused with its place, however it is cut`(index: Int, chunk: Int) {
        let sample = BadJSON.samples[index]
        #expect(JSONOutcome(sample.bytes, chunk: chunk).error == sample.error)
    }

    @Test(arguments: chunkSizes)
    func `a byte order mark is passed over where it may be there, once, and columns count from after it`(chunk: Int)
        throws
    {
        func outcome(_ text: String, _ mayHaveMark: Bool) -> (events: Int, error: JSONError?) {
            var reader = JSONReader(BytesSource(text, chunk: chunk), mayHaveMark: mayHaveMark)
            var events = 0
            do {
                while try reader.next() != nil { events += 1 }
                return (events, nil)
            } catch {
                return (events, error as? JSONError)
            }
        }
        #expect(outcome("\u{FEFF}{}\n", true) == (2, nil))
        #expect(outcome("{}", true) == (2, nil))
        #expect(outcome("1", true) == (1, nil))
        #expect(outcome("\u{FEFF}{}", false) == (0, JSONError(.unexpectedByte, line: 1, column: 1)))
        #expect(outcome("\u{FEFF}\u{FEFF}{}", true) == (0, JSONError(.unexpectedByte, line: 1, column: 1)))
        #expect(outcome("\u{FEFF}{x}", true) == (1, JSONError(.unexpectedByte, line: 1, column: 2)))
        #expect(outcome("\u{FEFF}", true).error?.code == .unexpectedEnd)
        #expect(outcome("\u{FEFF}{\"a\":\u{FEFF}1}", true).error?.code == .unexpectedByte)
    }

    @Test(arguments: chunkSizes)
    func `a long array is read value by value`(chunk: Int) throws {
        let text = "{\"feed\":\"x\",\"cards\":[{\"a\":[1,{}]},2,\"3\"],\"totals\":{\"rows\":3}}"
        var reader = Self.reader(text, chunk: chunk)
        var values: [JSONValue] = []
        var totals: JSONValue?
        #expect(try reader.next() == .objectStart)
        while case .key(let key) = try reader.next() {
            switch key {
            case "cards":
                _ = try reader.next()
                while let value = try reader.readValue() { values.append(value) }
            case "totals": totals = try reader.readValue()
            default: try reader.skipValue()
            }
        }
        #expect(values == [["a": [1, [:]]], 2, "3"])
        #expect(totals == ["rows": 3])
        let end = try reader.next()
        #expect(end == nil)
    }

    @Test func `a document is read whole as one value`() throws {
        var reader = Self.reader(" [1] ")
        let (first, second) = (try reader.readValue(), try reader.readValue())
        #expect(first == [1])
        #expect(second == nil)
    }

    @Test func `skipping tells whether there was a value`() throws {
        var reader = Self.reader("[[1,[2]],{\"a\":1},3]")
        _ = try reader.next()
        let skipped = try (0..<4).map { _ in try reader.skipValue() }
        #expect(skipped == [true, true, true, false])
        let end = try reader.next()
        #expect(end == nil)
    }

    @Test func `a value that was skipped must be JSON all the same`() throws {
        var reader = Self.reader("[[1,[01]]]")
        _ = try reader.next()
        #expect(throws: JSONError(.invalidNumber, line: 1, column: 6)) { try reader.skipValue() }
    }

    @Test func `a value can not be read where a key comes`() throws {
        var reader = Self.reader("{\"a\":1}")
        _ = try reader.next()
        let error = #expect(throws: JSONError.self) { try reader.readValue() }
        #expect(error?.code == .outOfPlace)
    }

    @Test func `a value too long to be held is refused, and a long document is not`() throws {
        let limits = JSONLimits(maximumValueBytes: 20)
        let text = "[" + String(repeating: "[1,2,3],", count: 100) + "[1,2,3,4,5,6,7,8,9,10]]"
        var reader = Self.reader(text, limits: limits)
        _ = try reader.next()
        for _ in 0..<100 { _ = try reader.readValue() }
        let error = #expect(throws: JSONError.self) { try reader.readValue() }
        #expect(error?.code == .valueTooLong)
        #expect(JSONOutcome(Array(text.utf8), limits: limits).error == nil)
    }

    @Test func `an error is thrown again on every further call`() {
        var reader = Self.reader("]")
        #expect(throws: JSONError(.unexpectedByte, line: 1, column: 1)) { try reader.next() }
        #expect(throws: JSONError(.unexpectedByte, line: 1, column: 1)) { try reader.next() }
    }

    @Test(arguments: [0, -1, Int.min, Int.max])
    func `limits of any size are no danger`(limit: Int) {
        let limits = JSONLimits(
            maximumDepth: limit,
            maximumTokenBytes: limit,
            maximumValueBytes: limit,
            maximumKeyBytes: limit
        )
        let outcome = JSONOutcome(Array("[{\"a\":1}]".utf8), limits: limits, chunk: 1)
        #expect(outcome.error == (limit > 0 ? nil : JSONError(.tooDeep, line: 1, column: 1)))
        #expect(JSONOutcome(Array("\"\"".utf8), limits: limits, chunk: 1).error == nil)
    }
}
