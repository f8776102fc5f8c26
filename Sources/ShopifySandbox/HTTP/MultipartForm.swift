import Foundation

/// A form sent as multipart/form-data, its parts as places in the body.
struct MultipartForm {
    struct Part {
        let name: String
        let isFile: Bool
        let range: Range<Int>
    }

    let parts: [Part]

    /// Reads a whole body; nil if it is not what its boundary promises.
    ///
    /// `contentType` is the header, `multipart/form-data; boundary=…`.
    init?(_ body: Data, contentType: String) {
        guard contentType.lowercased().hasPrefix("multipart/form-data"),
            let boundary = Self.parameter("boundary", of: contentType)
        else { return nil }
        let delimiter = Data("--\(boundary)".utf8)
        let inner = Data("\r\n--\(boundary)".utf8)
        guard body.starts(with: delimiter) else { return nil }
        var parts: [Part] = []
        var index = delimiter.count
        while true {
            let mark = body[index..<min(index + 2, body.count)]
            if mark.elementsEqual(Data("--".utf8)) { break }
            guard mark.elementsEqual(Data("\r\n".utf8)),
                let headEnd = body.range(of: Data("\r\n\r\n".utf8), in: index..<body.count),
                let end = body.range(of: inner, in: headEnd.upperBound - 2..<body.count),
                end.lowerBound + 2 >= headEnd.upperBound
            else { return nil }
            let head = String(decoding: body[index..<headEnd.lowerBound], as: UTF8.self)
            guard
                let disposition = head.split(whereSeparator: \.isNewline).first(where: {
                    $0.lowercased().hasPrefix("content-disposition:")
                }), let name = Self.parameter("name", of: String(disposition))
            else { return nil }
            let isFile = name == "file" || Self.parameter("filename", of: String(disposition)) != nil
            let start = headEnd.upperBound
            parts.append(Part(name: name, isFile: isFile, range: start..<max(start, end.lowerBound)))
            index = end.upperBound
        }
        self.parts = parts
    }

    private static func parameter(_ name: String, of header: String) -> String? {
        for part in header.split(separator: ";").dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, pair[0].trimmingCharacters(in: .whitespaces).lowercased() == name else { continue }
            return pair[1].trimmingCharacters(in: CharacterSet(charactersIn: " \""))
        }
        return nil
    }
}
