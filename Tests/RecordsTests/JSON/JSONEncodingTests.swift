import Records
import Testing

struct JSONEncodingTests {
    @Test func `a value is written compact with its keys in order`() {
        let value: JSONValue = ["b": [.number("1.50"), 2, true, .null], "a": ["x": "y/z", "e": [:], "f": []]]
        #expect(
            String(decoding: value.encoded(), as: UTF8.self)
                == #"{"b":[1.50,2,true,null],"a":{"x":"y/z","e":{},"f":[]}}"#
        )
    }

    @Test(
        arguments: [
            ("a\"b\\c/d", #""a\"b\\c/d""#), ("\n\r\t\u{8}\u{C}", #""\n\r\t\b\f""#),
            ("\u{0}\u{1F}\u{7F}", "\"\\u0000\\u001f\u{7F}\""),
            ("é日🎁\u{2028}", "\"é日🎁\u{2028}\""), ("", "\"\""),
        ]
    )
    func `control characters are escaped and other ones are not`(text: String, expected: String) {
        #expect(JSONValue.string(text).encoded() == Array(expected.utf8))
    }

    @Test func `a number that is none becomes a string, so that the bytes stay JSON`() {
        let value: JSONValue = [.number("1,\"x\":2"), .number("")]
        #expect(String(decoding: value.encoded(), as: UTF8.self) == #"["1,\"x\":2",""]"#)
    }

    @Test func `a member is set in its place and removed`() {
        var object: JSONObject = ["a": 1, "b": 2, "a": 3]
        object["c"] = 4
        object["b"] = nil
        #expect(object == ["a": 3, "c": 4])
        #expect(object != ["c": 4, "a": 3])
        #expect(object.count == 2)
    }

    @Test func `accessors give nothing for another kind`() {
        #expect(JSONValue.number("1").string == nil)
        #expect(JSONValue.string("1").number == nil)
        #expect(JSONValue.number("1.0").integer == nil)
        #expect(JSONValue.number("12").integer == 12)
        #expect(JSONValue.number("99999999999999999999").integer == nil)
        #expect(JSONValue.array([]).object == nil)
        #expect(JSONValue.object([:]).array == nil)
        #expect(JSONValue.null.bool == nil)
        #expect(JSONValue.null.isNull)
    }
}
