import Ledgers
import Testing

@testable import PollStage

/// Files that are no text in UTF-8 are told for what they are, at once.
@Suite struct FileSignatureTests {
    private static let header = "giftCardNumber,shippedDate,price"

    private static func utf16(_ text: String, isBig: Bool) -> [UInt8] {
        text.utf16.flatMap { isBig ? [UInt8($0 >> 8), UInt8($0 & 0xFF)] : [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    }

    private static func utf32(_ text: String, isBig: Bool) -> [UInt8] {
        text.unicodeScalars.flatMap { scalar in
            let bytes = [
                UInt8(scalar.value & 0xFF), UInt8(scalar.value >> 8 & 0xFF), UInt8(scalar.value >> 16 & 0xFF), 0,
            ]
            return isBig ? bytes.reversed() : bytes
        }
    }

    private func doubt(_ bytes: [UInt8], chunk: Int = 5, needsFinalLineBreak: Bool = true, hasHeader: Bool = true)
        -> FileDoubt?
    {
        var (shape, rest) = (FileShape(), bytes[...])
        while !rest.isEmpty {
            shape.read(Array(rest.prefix(chunk)))
            rest = rest.dropFirst(chunk)
        }
        return shape.doubt(needsFinalLineBreak: needsFinalLineBreak, hasHeader: hasHeader)
    }

    @Test(arguments: ["", "\n", "\na,b,1\n", "\r\na,b,1\r\n", "\na,b,1"], [true, false])
    func `UTF-16 is told with or without its mark, in either order, whatever its last byte is`(
        _ rows: String,
        _ isBig: Bool
    ) {
        for mark in ["", "\u{FEFF}"] {
            let bytes = Self.utf16(mark + Self.header + rows, isBig: isBig)
            for chunk in [1, 3, 4_096] {
                for needsFinalLineBreak in [true, false] {
                    let doubt = doubt(bytes, chunk: chunk, needsFinalLineBreak: needsFinalLineBreak)
                    #expect(
                        doubt
                            == FileDoubt(
                                .quarantined,
                                "the file is UTF-16 and not UTF-8: save it as CSV UTF-8",
                                mayPass: false
                            ),
                        "\(rows.debugDescription) \(mark.isEmpty ? "without" : "with") mark, chunks of \(chunk)"
                    )
                }
            }
        }
    }

    @Test(arguments: ["\n", ""], [true, false])
    func `UTF-32 is told`(_ end: String, _ isBig: Bool) {
        for mark in ["", "\u{FEFF}"] {
            #expect(
                doubt(Self.utf32(mark + Self.header + end, isBig: isBig))?.reason.hasPrefix("the file is UTF-32 and")
                    == true
            )
        }
    }

    @Test func `a feed in UTF-16 is to be saved as UTF-8`() {
        let bytes = Self.utf16("\u{FEFF}{\"feed\":1}\n", isBig: false)
        #expect(doubt(bytes, hasHeader: false)?.reason == "the file is UTF-16 and not UTF-8: save it as UTF-8")
    }

    @Test(
        arguments: [
            ([0x1F, 0x8B, 0x08, 0x00], "(gzip): decompress it"), (Array("PK\u{03}\u{04}\u{14}".utf8), "zip archive"),
            (Array("PK\u{05}\u{06}".utf8), "zip archive"),
            ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0x00], "Excel workbook (.xls)"),
            (Array("%PDF-1.7\n%".utf8), "PDF"),
            (Array("BZh91AY&SY".utf8), "(bzip2)"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "(xz)"),
            ([0x28, 0xB5, 0x2F, 0xFD, 0x04], "(zstd)"),
            ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "(7-Zip)"), (Array("Rar!\u{1A}\u{07}".utf8), "(RAR)"),
            ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "picture"),
            ([0xFF, 0xD8, 0xFF, 0xE0], "picture"), (Array("{\\rtf1\\ansi".utf8), "RTF"),
            (Array("-----BEGIN PGP MESSAGE-----\n".utf8), "decrypt it"),
            (Array("<!DOCTYPE html>\n<html>".utf8), "HTML"), (Array(" \r\n<HTML><body>".utf8), "HTML"),
            (Array("\u{FEFF}<?xml version=\"1.0\"?>\n".utf8), "XML"),
        ] as [([UInt8], String)]
    )
    func `compressed files and documents are told, with and without a last line break`(_ head: [UInt8], _ words: String)
    {
        for end in [[], [0x0A], [0x00, 0x0A], Array("abc\ndef\n".utf8)] as [[UInt8]] {
            let doubt = doubt(head + end)
            #expect(doubt?.verdict == .quarantined && doubt?.mayPass == false, "\(end)")
            #expect(doubt?.reason.contains(words) == true, "\(doubt?.reason ?? "")")
        }
    }

    @Test(arguments: [
        "giftCardNumber,price\n", "PK,price\n", "BZh,a\n", "\"giftCardNumber\"\n", "g\u{0}\n", "{\"feed\":1}\n",
        "<a>,b\n", "\u{FEFF}h\n", "é\u{0}é\u{0}\n", "%PD\n",
        "\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\n",
    ])
    func `a text is none of them`(_ text: String) {
        #expect(doubt(Array(text.utf8)) == nil)
    }
}
