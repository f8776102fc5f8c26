import Foundation

/// What a form brought: texts, and at most a few files.
struct Form: Sendable {
    private(set) var texts: [String: String] = [:]
    private(set) var files: [String: DroppedFile] = [:]

    /// `nil` when the body is not what its content type says.
    init?(_ body: [UInt8], contentType: String) {
        let kind = contentType.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
        switch kind {
        case "application/x-www-form-urlencoded":
            texts = Self.pairs(String(decoding: body, as: UTF8.self))
        case "multipart/form-data":
            guard let boundary = Self.parameter("boundary", of: contentType), !boundary.isEmpty,
                read(Data(body), boundary: boundary)
            else { return nil }
        default: return nil
        }
    }

    subscript(name: String) -> String { texts[name] ?? "" }

    /// The pairs of `a=1&b=2`, decoded; the first of several with one name.
    static func pairs(_ text: String) -> [String: String] {
        var pairs: [String: String] = [:]
        for pair in text.split(separator: "&").prefix(100) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decoded(parts[0]), pairs[name] == nil else { continue }
            pairs[name] = parts.count == 2 ? decoded(parts[1]) ?? "" : ""
        }
        return pairs
    }

    private static func decoded(_ text: Substring) -> String? {
        text.replacing("+", with: " ").removingPercentEncoding
    }

    /// Reads the parts of a multipart body (RFC 7578); `false` when they don't end as they should.
    private mutating func read(_ body: Data, boundary: String) -> Bool {
        let first = Data("--\(boundary)".utf8)
        let next = Data("\r\n--\(boundary)".utf8)
        guard body.starts(with: first) else { return false }
        var index = first.count
        for _ in 0..<50 {
            let mark = body[index..<min(index + 2, body.count)]
            if mark.elementsEqual("--".utf8) { return true }
            guard mark.elementsEqual("\r\n".utf8),
                let headEnd = body.range(of: Data("\r\n\r\n".utf8), in: index..<body.count),
                let end = body.range(of: next, in: headEnd.upperBound - 2..<body.count)
            else { return false }
            let head = String(decoding: body[index..<headEnd.lowerBound], as: UTF8.self)
            let content = body[headEnd.upperBound..<max(headEnd.upperBound, end.lowerBound)]
            guard
                let disposition = head.split(whereSeparator: \.isNewline).first(where: {
                    $0.lowercased().hasPrefix("content-disposition:")
                }), let name = Self.parameter("name", of: String(disposition))
            else { return false }
            if let fileName = Self.parameter("filename", of: String(disposition)) {
                files[name] = DroppedFile(name: Self.bareName(fileName), bytes: Array(content))
            } else {
                texts[name] = String(decoding: content, as: UTF8.self)
            }
            index = end.upperBound
        }
        return false
    }

    /// The last part of a name, which some browsers send with its folder.
    private static func bareName(_ name: String) -> String {
        String(name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? "")
    }

    private static func parameter(_ name: String, of header: String) -> String? {
        // A quoted value may hold a semicolon: browsers write " as %22 within it.
        guard
            let start = header.range(of: "; \(name)=", options: .caseInsensitive)?.upperBound
                ?? header.range(of: ";\(name)=", options: .caseInsensitive)?.upperBound
        else { return nil }
        let rest = header[start...]
        if rest.hasPrefix("\"") { return String(rest.dropFirst().prefix { $0 != "\"" }) }
        return rest.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces)
    }
}
