import FileDrops
import Testing

@Suite struct DropPathTests {
    @Test(arguments: ["/", "/etc/passwd", "..", "a/..", "../a", "a/../b", "a/b/.."])
    func `a path that leads out of the root is refused`(_ text: String) {
        #expect(code { _ = try DropPath(text) } == .outsideRoot)
    }

    @Test(arguments: ["a//b", "a/", ".", "./a", "a/.", "a\0b", "\0", String(repeating: "é", count: 128)])
    func `a path with a name that can't be is refused`(_ text: String) {
        #expect(code { _ = try DropPath(text) } == .nameRefused)
    }

    @Test(arguments: ["a/b", "/", "", ".", "a\0"])
    func `what isn't one component can't be appended`(_ text: String) throws {
        #expect(throws: FileDropError.self) { try DropPath("in").appending(text) }
    }

    @Test func `a parent component can't be appended`() throws {
        #expect(code { _ = try DropPath("in").appending("..") } == .outsideRoot)
    }

    @Test func `names that only look dangerous are taken`() throws {
        for text in ["...", "..a", "a..", "-rf", " ", "a\\..\\b", "~", "$HOME", String(repeating: "n", count: 255)] {
            #expect(try DropPath(text).text == text)
        }
    }

    @Test func `a path knows its parts`() throws {
        let path = try DropPath("netsuite/sales order/a.csv")
        #expect(path.components == ["netsuite", "sales order", "a.csv"])
        #expect(path.name == "a.csv")
        #expect(path.parent.text == "netsuite/sales order")
        #expect(try DropPath("a").parent == .root)
        #expect(DropPath.root.parent == .root)
        #expect(DropPath.root.name == "")
        #expect(DropPath.root.isRoot)
        #expect(try DropPath("") == .root)
        #expect("\(DropPath.root)" == ".")
    }

    @Test func `composed and decomposed letters are two paths`() throws {
        let (composed, decomposed) = (try DropPath("\u{E9}.csv"), try DropPath("e\u{301}.csv"))
        #expect(composed.text == decomposed.text, "Swift's texts are equal")
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
        #expect(Array(composed.name.utf8) == [0xC3, 0xA9, 0x2E, 0x63, 0x73, 0x76])
        #expect(Array(decomposed.name.utf8) == [0x65, 0xCC, 0x81, 0x2E, 0x63, 0x73, 0x76])
        #expect(decomposed < composed)
        #expect(try StagedFile(name: composed.name) != StagedFile(name: decomposed.name))
    }

    @Test func `a combining mark after a slash doesn't hide the slash`() throws {
        let path = try DropPath("a/\u{301}b")
        #expect(path.components.count == 2)
        #expect(path.parent.text == "a")
        #expect(throws: FileDropError.self) { try DropPath("in").appending("a/\u{301}b") }
        #expect(code { _ = try DropPath("../\u{301}b") } == .outsideRoot)
        #expect(code { _ = try DropPath("/\u{301}etc") } == .outsideRoot)
    }

    @Test func `within is said of whole components`() throws {
        #expect(try DropPath("in/a").isWithin(DropPath("in")))
        #expect(try DropPath("in").isWithin(DropPath("in")))
        #expect(try !DropPath("inner/a").isWithin(DropPath("in")))
        #expect(try DropPath("x").isWithin(.root))
    }

    @Test(arguments: [
        ("a\nb", "a\\nb"), ("a\rb\t", "a\\rb\\t"), ("\u{1B}[31m", "\\u{1B}[31m"), ("a\\nb", "a\\\\nb"),
        ("\u{202E}vsc", "\\u{202E}vsc"), ("a\u{2028}b", "a\\u{2028}b"), ("é 日本", "é 日本"), ("\u{7F}", "\\u{7F}"),
    ])
    func `control characters are shown escaped`(_ text: String, _ shown: String) throws {
        #expect("\(try DropPath(text))" == shown)
    }

    @Test func `any bytes either make a path that stays below the root or are refused`() throws {
        var random = Generator(state: 7)
        let pieces = ["..", ".", "/", "a", "é", "\0", "\u{301}", "\n", "-", "//", "...", "\u{200D}", " "]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...8, using: &random)).map { _ in
                pieces[Int.random(in: 0..<pieces.count, using: &random)]
            }.joined()
            guard let path = try? DropPath(text) else { continue }
            #expect(path.text.utf8.elementsEqual(text.utf8))
            #expect(path.components.joined(separator: "/").utf8.elementsEqual(text.utf8))
            #expect(!path.components.contains { $0.isEmpty || $0 == "." || $0 == ".." || $0.utf8.contains(0) })
            #expect(path.isRoot || path.isWithin(path.parent))
        }
    }

    @Test(arguments: ["0640", "640", "0000", "7777", "0600"])
    func `modes are read from octal digits`(_ text: String) {
        #expect(FileMode(text)?.bits == UInt32(text, radix: 8))
        #expect(FileMode(text).map { "\($0)".hasSuffix(text) } == true)
    }

    @Test(arguments: ["", "64", "06400", "0648", "0o640", "u=rw", "-640", "+640", " 640", "٠٦٤٠", "rw-r--r--"])
    func `what isn't octal is no mode`(_ text: String) { #expect(FileMode(text) == nil) }

    private func code(_ body: () throws -> Void) -> FileDropError.Code? {
        do {
            try body()
            return nil
        } catch {
            return (error as? FileDropError)?.code
        }
    }
}

/// Random numbers that are the same each time.
struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state >> 33) ^ (state << 31)
    }
}
