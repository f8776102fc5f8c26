import Records
import Testing

struct JSONWriterTests {
    typealias Writer = JSONWriter<BytesSink>

    static func feed(_ layout: Writer.Layout) throws -> String {
        var writer = JSONWriter(BytesSink(), layout: layout)
        try writer.beginObject()
        try writer.key("feed")
        try writer.string("a/b\n")
        try writer.key("cards")
        try writer.beginArray()
        try writer.value(["n": [1, 2]])
        try writer.beginArray()
        try writer.number("1.50")
        try writer.bool(true)
        try writer.endArray()
        try writer.null()
        try writer.endArray()
        try writer.key("none")
        try writer.beginArray()
        try writer.endArray()
        try writer.endObject()
        writer.lineBreak()
        return try writer.finish().text
    }

    @Test func `a document is written compact`() throws {
        #expect(
            try Self.feed(.compact)
                == #"{"feed":"a/b\n","cards":[{"n":[1,2]},[1.50,true],null],"none":[]}"# + "\n"
        )
    }

    @Test func `the outermost array has one element a line`() throws {
        #expect(
            try Self.feed(.elementPerLine)
                == #"{"feed":"a/b\n","cards":["# + "\n{\"n\":[1,2]},\n[1.50,true],\nnull\n],\"none\":[]}\n"
        )
    }

    struct Misuse: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let code: JSONError.Code
        let write: @Sendable (inout Writer) throws -> Void
    }

    static let misuses = [
        Misuse(testDescription: "a second document", code: .outOfPlace) {
            try $0.null()
            try $0.null()
        },
        Misuse(testDescription: "a value without a key", code: .outOfPlace) {
            try $0.beginObject()
            try $0.null()
        },
        Misuse(testDescription: "a key in an array", code: .outOfPlace) {
            try $0.beginArray()
            try $0.key("a")
        },
        Misuse(testDescription: "a key outside", code: .outOfPlace) { try $0.key("a") },
        Misuse(testDescription: "two keys", code: .outOfPlace) {
            try $0.beginObject()
            try $0.key("a")
            try $0.key("b")
        },
        Misuse(testDescription: "a key without a value", code: .outOfPlace) {
            try $0.beginObject()
            try $0.key("a")
            try $0.endObject()
        },
        Misuse(testDescription: "the wrong end", code: .outOfPlace) {
            try $0.beginArray()
            try $0.endObject()
        },
        Misuse(testDescription: "an end too many", code: .outOfPlace) { try $0.endArray() },
        Misuse(testDescription: "no number", code: .invalidNumber) { try $0.number("1,2") },
        Misuse(testDescription: "no number inside", code: .invalidNumber) { try $0.value([[.number("")]]) },
        Misuse(testDescription: "nothing", code: .unexpectedEnd) { _ in },
        Misuse(testDescription: "no end", code: .unexpectedEnd) { try $0.beginArray() },
    ]

    @Test(arguments: misuses)
    func `what would be no JSON is refused`(misuse: Misuse) {
        var writer = Writer(BytesSink())
        #expect(throws: JSONError(misuse.code)) {
            try misuse.write(&writer)
            _ = try writer.finish()
        }
    }

    @Test func `a refused number leaves the writer usable`() throws {
        var writer = Writer(BytesSink())
        try writer.beginArray()
        try writer.number("1")
        #expect(throws: JSONError(.invalidNumber)) { try writer.number("x") }
        try writer.number("2")
        try writer.endArray()
        #expect(try writer.finish().text == "[1,2]")
    }
}
