import Ledgers

/// What can be told of a text file's completeness without reading its columns.
struct FileShape {
    private(set) var bytes = 0
    private(set) var lineBreaks = 0
    private var lastByte: UInt8 = 0

    /// Looks at the next bytes.
    mutating func read(_ chunk: [UInt8]) {
        bytes += chunk.count
        for byte in chunk {
            if byte == UInt8(ascii: "\n") || (lastByte == UInt8(ascii: "\r") && byte != UInt8(ascii: "\n")) {
                lineBreaks += 1
            }
            lastByte = byte
        }
    }

    /// Why the file may not be whole, and what becomes of it once it is too old to be still growing; `nil` for a whole file.
    func doubt(needsFinalLineBreak: Bool, hasHeader: Bool = true) -> (Verdict, String)? {
        guard bytes > 0 else {
            return (.unfinished, "the file has no content\(hasHeader ? ", not even a header" : "")")
        }
        let endsWithBreak = lastByte == UInt8(ascii: "\n") || lastByte == UInt8(ascii: "\r")
        guard needsFinalLineBreak, !endsWithBreak else { return nil }
        if lineBreaks == 0, hasHeader {
            return (.unfinished, "the file holds a header without its line break and nothing else")
        }
        return (
            .quarantined,
            "line \(lineBreaks + 1): the last line has no line break, so the file was cut while it was written "
                + "(set 'final_line_break: optional' if its writer never ends the last line)"
        )
    }
}
