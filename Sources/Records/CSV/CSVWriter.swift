/// Writes records as CSV: UTF-8, LF, quotes only where a field needs them.
///
/// - Shape: `["a,b", "c"]` is written as `"a,b",c⏎`. A field is quoted if it holds a comma, a quote or a line break, if it begins with a byte
///   order mark, or if it is empty and alone on its line, which would else be blank. A record without fields is written as one empty field.
/// - Limits: none on a record; the writer holds one record and 64 KiB.
/// - Errors: only those of the sink.
public struct CSVWriter<Sink: ByteSink> {
    /// Whether cells that a spreadsheet would run as a formula get a `'` before them; `-12.50` and other plain numbers stay as they are.
    public let neutralizesFormulas: Bool

    private var output: OutputBuffer<Sink>

    /// Makes a writer.
    ///
    /// - Parameters:
    ///   - sink: Where the bytes go; `finish()` returns it.
    ///   - neutralizesFormulas: Whether people are going to open the file in a spreadsheet.
    public init(_ sink: Sink, neutralizesFormulas: Bool = false) {
        output = OutputBuffer(sink)
        self.neutralizesFormulas = neutralizesFormulas
    }

    /// Writes one record.
    public mutating func write(_ fields: [String]) throws {
        CSVText.append(fields, neutralizesFormulas: neutralizesFormulas, to: &output.pending)
        try output.spill()
    }

    /// Writes what is still held and returns the sink; without this the end of the file is missing.
    public mutating func finish() throws -> Sink {
        try output.finish()
    }
}

extension CSVWriter: Sendable where Sink: Sendable {}

// MARK: - The bytes of a record

enum CSVText {
    static func append(_ fields: [String], neutralizesFormulas: Bool, to bytes: inout [UInt8]) {
        for (index, field) in fields.enumerated() {
            if index > 0 { bytes.append(Byte.comma) }
            var field = field
            if neutralizesFormulas, FormulaGuard.isFormula(field) { field = "'" + field }
            append(&field, isAlone: fields.count == 1, to: &bytes)
        }
        if fields.isEmpty { bytes += [Byte.quote, Byte.quote] }
        bytes.append(Byte.lineFeed)
    }

    private static func append(_ field: inout String, isAlone: Bool, to bytes: inout [UInt8]) {
        field.withUTF8 { text in
            guard needsQuotes(text, isAlone: isAlone) else {
                bytes.append(contentsOf: text)
                return
            }
            bytes.append(Byte.quote)
            for byte in text {
                if byte == Byte.quote { bytes.append(Byte.quote) }
                bytes.append(byte)
            }
            bytes.append(Byte.quote)
        }
    }

    private static func needsQuotes(_ text: UnsafeBufferPointer<UInt8>, isAlone: Bool) -> Bool {
        if text.isEmpty { return isAlone }
        return text.contains { $0 == Byte.comma || $0 == Byte.quote || Byte.isLineBreak($0) }
            || text.starts(with: [0xEF, 0xBB, 0xBF])
    }
}
