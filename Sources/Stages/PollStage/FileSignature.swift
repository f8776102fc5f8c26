/// What a file is that is no text in UTF-8, as its first bytes tell, and what to do about it.
enum FileSignature: Equatable {
    /// Text in another form of Unicode: `UTF-16` or `UTF-32`.
    case otherUnicode(String)
    /// Compressed by a program.
    case compressed(String)
    case zip
    /// A workbook of Excel before 2007, or another document of that Office.
    case oldOffice
    /// A document or a picture, as people call it.
    case document(String)
    case encrypted

    /// How many bytes are looked at.
    static let length = 64

    /// Looks at the first bytes of a file; `nil` for what may be text in UTF-8.
    init?(_ bytes: some Collection<UInt8>) {
        let head = Array(bytes.prefix(Self.length))
        if let unicode = Self.unicode(head) {
            self = .otherUnicode(unicode)
            return
        }
        guard let found = Self.known.first(where: { head.starts(with: $0.bytes) })?.signature ?? Self.markup(head)
        else { return nil }
        self = found
    }

    /// What the file is and what to do, where a text in this form is needed: `CSV UTF-8`.
    func words(needed form: String) -> String {
        switch self {
        case .otherUnicode(let name): "the file is \(name) and not UTF-8: save it as \(form)"
        case .compressed(let program): "the file is compressed (\(program)): decompress it, and drop what comes out"
        case .zip:
            "the file is a zip archive, as an Excel workbook (.xlsx) is too: extract it, or save the sheet as \(form)"
        case .oldOffice: "the file is an Excel workbook (.xls) or another Office document: save the sheet as \(form)"
        case .document(let name): "the file is \(name) and no text: have it exported as \(form)"
        case .encrypted: "the file is encrypted (PGP): decrypt it, and drop what comes out"
        }
    }

    /// The first bytes that name their format themselves.
    private static let known: [(bytes: [UInt8], signature: FileSignature)] = [
        ([0x1F, 0x8B], .compressed("gzip")), ([0x42, 0x5A, 0x68, 0x39, 0x31, 0x41, 0x59], .compressed("bzip2")),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], .compressed("xz")), ([0x28, 0xB5, 0x2F, 0xFD], .compressed("zstd")),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], .compressed("7-Zip")), ([0x04, 0x22, 0x4D, 0x18], .compressed("lz4")),
        (Array("Rar!\u{1A}\u{07}".utf8), .compressed("RAR")), (Array("PK\u{03}\u{04}".utf8), .zip),
        (Array("PK\u{05}\u{06}".utf8), .zip), (Array("PK\u{07}\u{08}".utf8), .zip),
        ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], .oldOffice),
        (Array("%PDF-".utf8), .document("a PDF document")),
        (Array("{\\rtf".utf8), .document("an RTF document")), (Array("%!PS".utf8), .document("a PostScript document")),
        ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], .document("a picture")),
        ([0xFF, 0xD8, 0xFF], .document("a picture")),
        (Array("GIF87a".utf8), .document("a picture")), (Array("GIF89a".utf8), .document("a picture")),
        (Array("-----BEGIN PGP MESSAGE".utf8), .encrypted),
    ]

    /// UTF-16 and UTF-32, by their byte order mark or by the zeros around the first letters, which are of ASCII in every file that is meant to be read here.
    private static func unicode(_ head: [UInt8]) -> String? {
        let marks: [([UInt8], String)] = [
            ([0xFF, 0xFE, 0x00, 0x00], "UTF-32"), ([0x00, 0x00, 0xFE, 0xFF], "UTF-32"), ([0xFF, 0xFE], "UTF-16"),
            ([0xFE, 0xFF], "UTF-16"),
        ]
        if let mark = marks.first(where: { head.starts(with: $0.0) }) { return mark.1 }
        // Two letters at least: a NUL alone may be damage.
        let shapes: [([Bool], String)] = [
            ([false, true, false, true], "UTF-16"), ([true, false, true, false], "UTF-16"),
            ([false, true, true, true, false, true, true, true], "UTF-32"),
            ([true, true, true, false, true, true, true, false], "UTF-32"),
        ]
        return shapes.first { shape, _ in head.prefix(shape.count).map { $0 == 0 } == shape }?.1
    }

    /// Pages and documents in markup, such as what a server answers with instead of a file.
    private static func markup(_ head: [UInt8]) -> FileSignature? {
        let text = String(decoding: head, as: UTF8.self).drop { $0.isWhitespace || $0 == "\u{FEFF}" }.lowercased()
        if text.hasPrefix("<!doctype html") || text.hasPrefix("<html") { return .document("an HTML page") }
        return text.hasPrefix("<?xml") ? .document("an XML document") : nil
    }
}
