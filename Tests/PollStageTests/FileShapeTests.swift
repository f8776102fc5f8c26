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
        #expect(FileShape().doubt(needsFinalLineBreak: true)?.verdict == .unfinished)
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
            #expect(doubt?.verdict == .quarantined && doubt?.mayPass == true, "chunks of \(chunk)")
            #expect(doubt?.reason.hasPrefix("line \(line): ") == true, "chunks of \(chunk): \(doubt?.reason ?? "")")
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

    @Test(arguments: [" ", "\u{FEFF}", "\u{FEFF} \t"])
    func `a file of blanks has no content`(_ text: String) {
        let doubt = shape(text, chunk: 1).doubt(needsFinalLineBreak: true, headerFault: { _ in "no header" })
        #expect(doubt == FileDoubt(.unfinished, "the file has no content, not even a header", mayPass: true))
    }

    @Test(arguments: ["abcd1234,3/16/2026,25", "giftCardNumber,pri"])
    func `one line that is no header may grow, and is put aside then, not held to be empty`(_ text: String) {
        let doubt = shape(text, chunk: 3).doubt(needsFinalLineBreak: true) { line in
            line == Array(text.utf8) ? "line 1: no such column" : "another line"
        }
        let words = "the file is one line without its line break, and no header: line 1: no such column"
        #expect(doubt == FileDoubt(.quarantined, words, mayPass: true))
    }

    @Test func `a line longer than any header is none`() {
        let doubt = shape(String(repeating: "giftCardNumber,", count: 5_000), chunk: 1_000).doubt(
            needsFinalLineBreak: true
        )
        #expect(doubt?.verdict == .quarantined && doubt?.reason.hasSuffix("longer than any header") == true)
    }

    @Test(
        arguments: [
            ([0x68, 0xE9, 0x2C], 1), ([0x68, 0x0A, 0x61, 0x0D, 0xFF, 0x62], 3),
            ([0x68, 0x0D, 0x0A, 0x00, 0x00, 0xC3, 0x28], 2), ([0x7F, 0x45, 0x00, 0x00, 0x0A, 0xFF, 0x61], 2),
        ] as [([UInt8], Int)]
    )
    func `what is not UTF-8 never becomes text, so it is told at once and not as cut`(_ bytes: [UInt8], _ line: Int) {
        for chunk in 1...3 {
            let doubt = shape(bytes, chunk: chunk).doubt(needsFinalLineBreak: true)
            let words = "line \(line): not UTF-8; the file may have another encoding, or be no text"
            #expect(doubt == FileDoubt(.quarantined, words, mayPass: false), "chunks of \(chunk)")
        }
    }

    @Test(arguments: [("h\nr\u{0}\u{0}\u{0}", 2), ("h\r\n\r\n\u{0}x", 3), ("h\u{0}", 1)])
    func `NULs may be a file that is filled later, and are told as such after all`(_ text: String, _ line: Int) {
        for chunk in 1...3 {
            let doubt = shape(text, chunk: chunk).doubt(needsFinalLineBreak: true)
            #expect(
                doubt
                    == FileDoubt(
                        .quarantined,
                        "line \(line): a NUL byte; the file is damaged, or no text",
                        mayPass: true
                    )
            )
        }
    }

    @Test(arguments: ["h\né", "h\n日本"])
    func `a character that is cut at the end is only cut`(_ text: String) {
        let doubt = shape(Array(text.utf8).dropLast(), chunk: 2).doubt(needsFinalLineBreak: true)
        #expect(doubt?.mayPass == true && doubt?.reason.contains("cut") == true)
    }

    @Test func `an empty chunk changes nothing`() {
        var shape = shape("h\r", chunk: 100)
        shape.read([])
        shape.read(Array("\nr".utf8))
        #expect(shape.lineBreaks == 1)
    }

    private func shape(_ text: String, chunk: Int) -> FileShape { shape(Array(text.utf8), chunk: chunk) }

    private func shape(_ bytes: some Sequence<UInt8>, chunk: Int) -> FileShape {
        var (shape, rest) = (FileShape(), Array(bytes)[...])
        while !rest.isEmpty {
            shape.read(Array(rest.prefix(chunk)))
            rest = rest.dropFirst(chunk)
        }
        return shape
    }

    private func verdict(_ text: String, needsFinalLineBreak: Bool = true) -> Verdict? {
        shape(text, chunk: 3).doubt(needsFinalLineBreak: needsFinalLineBreak)?.verdict
    }
}
