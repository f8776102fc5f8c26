import Ledgers
import Pipelines
import Records

/// What can be told of a file's completeness and form without reading its columns.
struct FileShape {
    private(set) var bytes = 0
    private(set) var lineBreaks = 0
    private var lastByte: UInt8 = 0
    /// The first line, as far as it is no longer than any header, and the bytes by which a file that is no text is known.
    private var head: [UInt8] = []
    private var text = TextCheck()
    /// The line of the first NUL, and that of the first byte which is not UTF-8.
    private var nulLine: Int?
    private var malformedLine: Int?

    /// No header is as long.
    private static let longestHead = 65_536

    /// Looks at the next bytes.
    mutating func read(_ chunk: [UInt8]) {
        let limit = lineBreaks == 0 ? Self.longestHead : FileSignature.length
        if head.count < limit { head += chunk.prefix(limit - head.count) }
        checkText(chunk)
        bytes += chunk.count
        lineBreaks += Self.lineBreaks(in: chunk, after: lastByte)
        if let last = chunk.last { lastByte = last }
    }

    private mutating func checkText(_ chunk: [UInt8]) {
        guard malformedLine == nil else { return }
        chunk.withUnsafeBufferPointer { bytes in
            var start = 0
            while let found = text.firstFault(in: UnsafeBufferPointer(rebasing: bytes[start...])) {
                let place = start + found.offset
                if found.fault == .malformed || nulLine == nil {
                    let line = lineBreaks + 1 + Self.lineBreaks(in: chunk[...place], after: lastByte)
                    if found.fault == .malformed {
                        malformedLine = line
                        return
                    }
                    nulLine = line
                }
                start = place + 1
            }
        }
    }

    /// How many lines end among some bytes; a carriage return ends its line with the byte after it.
    private static func lineBreaks(in bytes: some Collection<UInt8>, after last: UInt8) -> Int {
        var (count, last) = (0, last)
        for byte in bytes {
            if byte == UInt8(ascii: "\n") || (last == UInt8(ascii: "\r") && byte != UInt8(ascii: "\n")) { count += 1 }
            last = byte
        }
        return count
    }

    /// Why the file can't be taken as it is; `nil` for a whole text.
    ///
    /// - Parameters:
    ///   - needsFinalLineBreak: Whether the last line must end with a line break.
    ///   - hasHeader: Whether the first line names columns and is no row.
    ///   - headerFault: Why a line is not that header; `nil` where it is.
    /// - Returns: What becomes of the file otherwise, and why.
    func doubt(
        needsFinalLineBreak: Bool,
        hasHeader: Bool = true,
        headerFault: ([UInt8]) -> String? = { _ in nil }
    ) -> FileDoubt? {
        guard bytes > 0 else { return nothing(hasHeader) }
        if let signature = FileSignature(head) {
            return FileDoubt(.quarantined, signature.words(needed: hasHeader ? "CSV UTF-8" : "UTF-8"), mayPass: false)
        }
        let endsWithBreak = lastByte == UInt8(ascii: "\n") || lastByte == UInt8(ascii: "\r")
        guard needsFinalLineBreak, !endsWithBreak else { return nil }
        if let malformedLine {
            let words = "line \(malformedLine): not UTF-8; the file may have another encoding, or be no text"
            return FileDoubt(.quarantined, words, mayPass: false)
        }
        if let nulLine {
            // A server may make a file as long as it will be, and fill it later.
            return FileDoubt(
                .quarantined,
                "line \(nulLine): a NUL byte; the file is damaged, or no text",
                mayPass: true
            )
        }
        guard lineBreaks == 0, hasHeader else {
            return FileDoubt(
                .quarantined,
                "line \(lineBreaks + 1): the last line has no line break, so the file was cut while it was written "
                    + "(set 'final_line_break: optional' if its writer never ends the last line)",
                mayPass: true
            )
        }
        if bytes == head.count,
            String(decoding: head, as: UTF8.self).allSatisfy({ $0.isWhitespace || $0 == "\u{FEFF}" })
        {
            return nothing(hasHeader)
        }
        if let fault = bytes > head.count ? "line 1 is longer than any header" : headerFault(head) {
            return FileDoubt(
                .quarantined,
                "the file is one line without its line break, and no header: \(fault)",
                mayPass: true
            )
        }
        return FileDoubt(.unfinished, "the file holds a header without its line break and nothing else", mayPass: true)
    }

    private func nothing(_ hasHeader: Bool) -> FileDoubt {
        FileDoubt(.unfinished, "the file has no content\(hasHeader ? ", not even a header" : "")", mayPass: true)
    }
}

/// Why a file can't be taken as it is.
struct FileDoubt: Equatable {
    /// What becomes of it.
    var verdict: Verdict
    /// Why, and what to do, in words.
    var reason: String
    /// Whether more bytes may make a whole file of it, so that it is left alone for `cut_grace`.
    var mayPass: Bool

    init(_ verdict: Verdict, _ reason: String, mayPass: Bool) {
        (self.verdict, self.reason, self.mayPass) = (verdict, reason, mayPass)
    }
}

extension FileShape {
    /// Why the file can't be taken as one of a pipeline's.
    func doubt(for pipeline: Pipeline) -> FileDoubt? {
        doubt(
            needsFinalLineBreak: pipeline.source?.needsFinalLineBreak ?? true,
            hasHeader: pipeline.sourceMediaType == "text/csv",
            headerFault: { pipeline.stages.first?.fault(ofFirstLine: $0) }
        )
    }
}
