/// Finds the kind of a key in the forms that are written in DER (X.690, section 8).
enum KeyAlgorithm {
    /// The kind of an unencrypted PKCS#8 key: version, then algorithm and its parameter (RFC 5958, section 2).
    static func ofPKCS8(_ bytes: [UInt8]) -> String? {
        guard let key = DERValue.first(of: bytes[...]), key.tag == DERValue.sequence,
            let algorithm = key.children.dropFirst().first, algorithm.tag == DERValue.sequence
        else { return nil }
        let identifiers = algorithm.children.filter { $0.tag == DERValue.objectIdentifier }.map(\.content)
        switch identifiers.first.map({ Array($0) }) {
        case [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]: return "ssh-rsa"
        case [0x2A, 0x86, 0x48, 0xCE, 0x38, 0x04, 0x01]: return "ssh-dss"
        case [0x2B, 0x65, 0x70]: return "ssh-ed25519"
        case [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]: return curve(identifiers.dropFirst().first)
        default: return nil
        }
    }

    /// The kind of an unencrypted `EC PRIVATE KEY`: version, private key, then the curve in a field tagged 0 (RFC 5915, section 3).
    static func ofEC(_ bytes: [UInt8]) -> String {
        let field = DERValue.first(of: bytes[...])?.children.first { $0.tag == 0xA0 }
        return curve(field?.children.first?.content)
    }

    /// The curves that SSH has names for (RFC 5656, section 10.1).
    private static func curve(_ identifier: ArraySlice<UInt8>?) -> String {
        switch identifier.map({ Array($0) }) {
        case [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]: "ecdsa-sha2-nistp256"
        case [0x2B, 0x81, 0x04, 0x00, 0x22]: "ecdsa-sha2-nistp384"
        case [0x2B, 0x81, 0x04, 0x00, 0x23]: "ecdsa-sha2-nistp521"
        default: "ecdsa"
        }
    }
}

/// A value of DER: tag, length, content.
private struct DERValue {
    static let objectIdentifier: UInt8 = 0x06
    static let sequence: UInt8 = 0x30

    let tag: UInt8
    let content: ArraySlice<UInt8>
    private let end: Int

    /// The value that begins the bytes; `nil` if it goes past their end.
    static func first(of bytes: ArraySlice<UInt8>) -> DERValue? {
        guard bytes.count >= 2 else { return nil }
        var (start, length) = (bytes.startIndex + 2, Int(bytes[bytes.startIndex + 1]))
        if length >= 0x80 {
            let digits = length & 0x7F
            guard 1...3 ~= digits, bytes.endIndex - start >= digits else { return nil }
            length = bytes[start..<(start + digits)].reduce(0) { $0 << 8 | Int($1) }
            start += digits
        }
        guard bytes.endIndex - start >= length else { return nil }
        return DERValue(tag: bytes[bytes.startIndex], content: bytes[start..<(start + length)], end: start + length)
    }

    /// The values inside, as far as they can be read.
    var children: [DERValue] {
        var (children, rest) = ([DERValue](), content)
        while let child = Self.first(of: rest) {
            children.append(child)
            rest = rest[child.end...]
        }
        return children
    }
}
