/// The name of an operation within a document's text.
enum DocumentName {
    /// The name of the first operation: `GiftCards_7` in `# made by us⏎mutation GiftCards_7($input: …`.
    static func name(in document: String) -> String? {
        range(in: document).map { String(document[$0]) }
    }

    /// The document with another name for its operation.
    static func renamed(_ document: String, to name: String) -> String {
        precondition(isName(name), "an operation's name is made of letters, digits and underscores")
        guard let range = range(in: document) else { preconditionFailure("the document has a named operation") }
        return document.replacingCharacters(in: range, with: name)
    }

    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return text.utf8.allSatisfy(isNameByte)
    }

    private static func range(in document: String) -> Range<String.Index>? {
        let bytes = document.utf8
        var index = bytes.startIndex
        // White space, commas and comments mean nothing in GraphQL.
        func skipIgnored() {
            while index < bytes.endIndex {
                switch bytes[index] {
                case 0x20, 0x09, 0x0A, 0x0D, 0x2C: index = bytes.index(after: index)
                case 0x23:
                    while index < bytes.endIndex, bytes[index] != 0x0A, bytes[index] != 0x0D {
                        index = bytes.index(after: index)
                    }
                default: return
                }
            }
        }
        func word() -> Range<String.Index> {
            let start = index
            while index < bytes.endIndex, isNameByte(bytes[index]) { index = bytes.index(after: index) }
            return start..<index
        }
        skipIgnored()
        guard ["mutation", "query"].contains(document[word()]) else { return nil }
        skipIgnored()
        let name = word()
        return name.isEmpty ? nil : name
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte == 0x5F || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
        String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
    }
}
