import Ledgers
import Testing

@testable import PollStage

@Suite struct FileShapeTests {
    @Test(arguments: [
        "h\n", "h\nr\n", "h\r\nr\r\n", "h\rr\r", "h\r", "h\r\n", "\n", "\r\n", "h\n\n\n", "h\nr\r", "é\n",
    ])
    func `a file that ends with its line break is whole`(_ text: String) {
        #expect(verdict(text) == nil)
    }

    @Test func `a file without content is empty`() {
        #expect(verdict("") == .unfinished)
        #expect(FileShape().doubt(needsFinalLineBreak: true)?.0 == .unfinished)
    }

    @Test func `a file without content is empty, even where no line break is needed`() {
        #expect(verdict("", needsFinalLineBreak: false) == .unfinished)
    }

    @Test(arguments: ["h", "giftCardNumber,price", " ", "\u{FEFF}"])
    func `a header without its line break holds no rows`(_ text: String) {
        #expect(verdict(text) == .unfinished)
    }

    @Test(arguments: [
        ("h\nr", 2), ("h\r\nr", 2), ("h\rr", 2), ("h\nr\nr", 3), ("h\r\nr\r\nr", 3), ("h\rr\rr", 3), ("h\r\rr", 3),
        ("h\r\n\rr", 3),
        ("h\n\nr", 3), ("\nr", 2), ("h\r\r\nr", 3),
    ])
    func `a last line without its line break was cut, and is named`(_ text: String, _ line: Int) {
        for chunk in [1, 2, 3, 100] {
            let doubt = shape(text, chunk: chunk).doubt(needsFinalLineBreak: true)
            #expect(doubt?.0 == .quarantined, "chunks of \(chunk)")
            #expect(doubt?.1.hasPrefix("line \(line): ") == true, "chunks of \(chunk): \(doubt?.1 ?? "")")
        }
    }

    @Test(arguments: ["h", "h\nr", "h\r\nr"])
    func `where no final line break is needed a last line without it is whole`(_ text: String) {
        #expect(verdict(text, needsFinalLineBreak: false) == nil)
    }

    @Test(arguments: ["h\r\nr\r\nr", "a\rb\nc\r\n\r\nd", "\r\r\n\n\r"], 1...4)
    func `line breaks are counted the same whatever the chunks`(_ text: String, _ chunk: Int) {
        #expect(shape(text, chunk: chunk).lineBreaks == shape(text, chunk: 100).lineBreaks)
        #expect(shape(text, chunk: chunk).bytes == text.utf8.count)
    }

    @Test func `an empty chunk changes nothing`() {
        var shape = shape("h\r", chunk: 100)
        shape.read([])
        shape.read(Array("\nr".utf8))
        #expect(shape.lineBreaks == 1)
    }

    private func shape(_ text: String, chunk: Int) -> FileShape {
        var (shape, rest) = (FileShape(), Array(text.utf8)[...])
        while !rest.isEmpty {
            shape.read(Array(rest.prefix(chunk)))
            rest = rest.dropFirst(chunk)
        }
        return shape
    }

    private func verdict(_ text: String, needsFinalLineBreak: Bool = true) -> Verdict? {
        shape(text, chunk: 3).doubt(needsFinalLineBreak: needsFinalLineBreak)?.0
    }
}
