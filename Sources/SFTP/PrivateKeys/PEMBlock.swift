import FoundationEssentials

/// What stands between `-----BEGIN …-----` and `-----END …-----` (RFC 7468), with headers or without (RFC 1421, section 4.6).
struct PEMBlock {
    /// What it says it is, as `OPENSSH PRIVATE KEY`.
    let label: String
    /// The headers above the data, as `DEK-Info`.
    let headers: [(name: String, value: String)]
    /// The base64 without line breaks.
    let base64: [UInt8]
    /// What the base64 stands for; `nil` if it is damaged.
    let data: [UInt8]?

    /// The first private key among the blocks of a text, or else the first block; a parameter or certificate may stand before a key.
    ///
    /// What is around it doesn't matter, nor how its lines are broken: key texts lose their line breaks in environment variables.
    static func find(in text: [UInt8]) -> PEMBlock? {
        var rest = text[...]
        var first: PEMBlock?
        for _ in 0..<16 {
            guard let start = rest.firstRange(of: Array("-----BEGIN ".utf8)) else { break }
            rest = rest[start.upperBound...]
            guard let block = PEMBlock(after: rest) else { continue }
            if block.label.hasSuffix("PRIVATE KEY") { return block }
            first = first ?? block
        }
        return first
    }

    /// Reads from the label on; `nil` without an end for this label.
    private init?(after start: ArraySlice<UInt8>) {
        let dashes = Array("-----".utf8)
        guard let labelEnd = start.prefix(64).firstRange(of: dashes) else { return nil }
        let label = start[..<labelEnd.lowerBound]
        let rest = start[labelEnd.upperBound...]
        guard let end = rest.firstRange(of: Array("-----END ".utf8) + label + dashes) else { return nil }
        let words = rest[..<end.lowerBound].split { $0 <= 0x20 }
        var headers: [(name: String, value: String)] = []
        var base64: [UInt8] = []
        var name: String?
        for word in words {
            if let known = name {
                headers.append((known, String(decoding: word, as: UTF8.self)))
                name = nil
            } else if word.last == UInt8(ascii: ":") {
                name = String(decoding: word.dropLast(), as: UTF8.self)
            } else {
                base64 += word
            }
        }
        self.label = String(decoding: label, as: UTF8.self)
        self.headers = headers
        self.base64 = base64
        data = Data(base64Encoded: Data(base64)).map { Array($0) }
    }

    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    /// The block as libssh2 reads it, whose lines may have no more than 127 characters.
    var text: [UInt8] {
        var text = "-----BEGIN \(label)-----\n"
        for header in headers { text += "\(header.name): \(header.value)\n" }
        if !headers.isEmpty { text += "\n" }
        var rest = base64[...]
        while !rest.isEmpty {
            text += String(decoding: rest.prefix(64), as: UTF8.self) + "\n"
            rest = rest.dropFirst(64)
        }
        return Array((text + "-----END \(label)-----\n").utf8)
    }
}
