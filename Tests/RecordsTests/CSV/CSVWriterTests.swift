import Records
import Testing

struct CSVWriterTests {
    static func written(_ rows: [[String]], neutralizing: Bool = false) throws -> String {
        var writer = CSVWriter(BytesSink(), neutralizesFormulas: neutralizing)
        for row in rows { try writer.write(row) }
        return try writer.finish().text
    }

    @Test func `fields are quoted only where they need it`() throws {
        #expect(
            try Self.written([["a", "b c", "", "é"], ["x,y", "5\"", "l\nm", "n\ro"]])
                == "a,b c,,é\n\"x,y\",\"5\"\"\",\"l\nm\",\"n\ro\"\n"
        )
    }

    @Test(arguments: [([""], "\"\"\n"), ([], "\"\"\n"), (["", ""], ",\n"), (["\u{FEFF}a"], "\"\u{FEFF}a\"\n")])
    func `nothing that is written reads as blank or as a mark`(row: [String], text: String) throws {
        #expect(Array(try Self.written([row]).utf8) == Array(text.utf8))
    }

    @Test(
        arguments: [
            "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\tx", "\rx", "\nx", " =1", "\u{A0}=1", "\u{FEFF}=1", " \t", "-", "+",
            "-.5", "-1.", "-1.2.3", "+1e5", "-1,200", "＝1", "- 1", "-١",
        ]
    )
    func `a cell that a spreadsheet would run is neutralised`(cell: String) throws {
        let text = try Self.written([["a"], ["'" + cell]])
        #expect(Array(try Self.written([["a"], [cell]], neutralizing: true).utf8) == Array(text.utf8))
    }

    @Test(arguments: ["-12.50", "+5", "-0", "-12", " -3", "a=b", "1-2", "x@y.z", "", " ", "'=1", "3/10/2026 12:31 pm"])
    func `a plain number and ordinary text stay as they are`(cell: String) throws {
        #expect(try Self.written([[cell, "x"]], neutralizing: true) == "\(cell),x\n")
    }

    @Test func `formulas are written as they are unless told otherwise`() throws {
        #expect(try Self.written([["=1"]]) == "=1\n")
    }

    @Test func `what is written goes to the sink in chunks and is whole after the end`() throws {
        struct Counting: ByteSink {
            var sizes: [Int] = []
            mutating func write(_ bytes: [UInt8]) { sizes.append(bytes.count) }
        }
        var writer = CSVWriter(Counting())
        for _ in 0..<20_000 { try writer.write(["gcd4k7m2", "100"]) }
        let sizes = try writer.finish().sizes
        #expect(sizes.reduce(0, +) == 20_000 * 13)
        #expect(sizes.count == 4)
    }

    @Test func `an error of the sink passes through`() throws {
        struct Full: Error {}
        struct Disk: ByteSink { func write(_ bytes: [UInt8]) throws { throw Full() } }
        var writer = CSVWriter(Disk())
        try writer.write(["a"])
        #expect(throws: Full.self) { try writer.finish() }
    }
}
