import Records
import Testing

struct JSONParsingTests {
    static func parsed(_ text: String, limits: JSONLimits = .default) throws(JSONError) -> JSONValue {
        try JSONValue(parsing: Array(text.utf8), limits: limits)
    }

    @Test func `a document is read with its members in order and its numbers as text`() throws {
        let value = try Self.parsed(" {\"b\":[1.50,true,false,null,{}],\"a\":{\"x\":\"y\"} }\r\n")
        #expect(
            value == .object(["b": [.number("1.50"), true, false, .null, [:]], "a": ["x": "y"]])
        )
        #expect(value.object?.keys == ["b", "a"])
        #expect(value["b"]?[0]?.number == "1.50")
        #expect(value["a"]?["x"]?.string == "y")
        #expect(value["a"]?["z"] == nil)
        #expect(value["b"]?[5] == nil)
    }

    @Test(arguments: BadJSON.samples.indices)
    func `what is no JSON is refused with its place`(index: Int) {
        let sample = BadJSON.samples[index]
        #expect(throws: sample.error) { try JSONValue(parsing: sample.bytes) }
    }

    @Test(arguments: ["0", "-0", "10.50", "1e5", "1E-05", "0.0e+0", String(repeating: "9", count: 5000)])
    func `a number keeps its text, however long`(text: String) throws {
        #expect(try Self.parsed(text) == .number(text))
    }

    @Test(
        arguments: [
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0000""#, "\u{0}"), (#""\u00e9\u00E9""#, "éé"),
            (#""\ud83c\udf81""#, "🎁"), (#""\uD83C\uDF81x""#, "🎁x"),
            (#""\uffff\ud7ff\ue000""#, "\u{FFFF}\u{D7FF}\u{E000}"),
            (#""\udbff\udfff""#, "\u{10FFFF}"), (#""""#, ""), ("\"\u{7F}é日🎁\"", "\u{7F}é日🎁"),
        ]
    )
    func `a string is unescaped`(text: String, expected: String) throws {
        let bytes = try Self.parsed(text).string.map { Array($0.utf8) }
        #expect(bytes == Array(expected.utf8))
    }

    @Test func `keys that only look the same are two keys`() throws {
        let value = try Self.parsed("{\"\u{E9}\":1,\"e\u{301}\":2}")
        #expect(value["\u{E9}"] == 1)
        #expect(value["e\u{301}"] == 2)
    }

    @Test(arguments: [3, 16, 17, 18, 500])
    func `a key that comes twice is found among few and among many`(count: Int) {
        let members = (0..<count).map { "\"key \($0)\":\($0)" }
        #expect(throws: Never.self) { try Self.parsed("{\(members.joined(separator: ","))}") }
        for twice in [0, count / 2, count - 1] {
            let text = "{\((members + ["\"key \(twice)\":0"]).joined(separator: ","))}"
            let error = #expect(throws: JSONError.self) { try Self.parsed(text) }
            #expect(error?.code == .duplicateKey)
        }
    }

    @Test func `depth is allowed up to its limit`() throws {
        let nested = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(throws: Never.self) { try Self.parsed(nested) }
    }

    @Test func `a limit of depth beyond the stack's is lowered`() {
        let nested = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        #expect(throws: JSONError(.tooDeep, line: 1, column: 513)) {
            try Self.parsed(nested, limits: JSONLimits(maximumDepth: .max))
        }
    }

    @Test(
        arguments: [
            ("\"12345\"", nil), ("\"123456\"", .tokenTooLong), ("12345", nil), ("123456", .tokenTooLong),
            ("{\"123456\":1}", .tokenTooLong), ("\"\\u0041\"", .tokenTooLong), ("[1,2,3,4,5]        ", nil),
            ("[1,2,3,4,5]         ", .valueTooLong),
            ("{\"a\":{\"b\":1}}", nil), ("{\"a\":0,\"b\":1,\"c\":22}", .valueTooLong),
        ] as [(String, JSONError.Code?)]
    )
    func `sizes are allowed up to their limits`(text: String, code: JSONError.Code?) {
        let limits = JSONLimits(maximumTokenBytes: 5, maximumValueBytes: 19)
        var found: JSONError.Code?
        do throws(JSONError) { _ = try Self.parsed(text, limits: limits) } catch { found = error.code }
        #expect(found == code)
    }

    @Test func `keys are remembered only up to their limit, and forgotten with their object`() {
        let limits = JSONLimits(maximumKeyBytes: 70)
        #expect(throws: Never.self) { try Self.parsed("[{\"a\":1,\"b\":2},{\"a\":1,\"b\":2}]", limits: limits) }
        #expect(throws: JSONError(.tooManyKeys, line: 1, column: 16)) {
            try Self.parsed("{\"a\":1,\"b\":{\"c\":3}}", limits: limits)
        }
    }

    @Test func `the words of an error hold nothing of the document`() {
        let text = "{\"gcd4k7m2p9x3w6t8\":1,\"gcd4k7m2p9x3w6t8\":2}"
        let error = #expect(throws: JSONError.self) { try Self.parsed(text) }
        #expect(error?.description == "line 1, column 23: a key that the object has already")
    }
}
