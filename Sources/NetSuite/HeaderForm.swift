/// Looks for the names of needed columns in a header that has them in another form than a CSV of NetSuite.
struct HeaderForm {
    private let header: [String]

    init(_ header: [String]) { self.header = header }

    /// In which form the names are there, and what to do; `nil` where they are not.
    func hint(for names: [String]) -> String? {
        if let first = header.first, first.lowercased().hasPrefix("sep=") {
            return "a line 'sep=' is for spreadsheets only: remove it, so that the header is the first line"
        }
        let hints = names.compactMap { name in
            header.first { Self.plain($0) == Self.plain(name) }.map { Self.difference($0, from: name) }
        }
        if hints.count == names.count { return hints.joined(separator: "; ") }
        let line = header.joined(separator: ",")
        for (separator, words) in [(Character(";"), "semicolons"), ("\t", "tabs"), ("|", "vertical bars")] {
            let found = Set(line.split(separator: separator).map { Self.plain(String($0)) })
            if line.contains(separator), names.allSatisfy({ found.contains(Self.plain($0)) }) {
                return "its names are there, separated by \(words): save the file with commas"
            }
        }
        return hints.isEmpty ? nil : hints.joined(separator: "; ")
    }

    /// How a name is written otherwise than it should be.
    private static func difference(_ written: String, from name: String) -> String {
        let quotes = "\"'“”‘’«»`"
        var rest = Substring(written)
        let trimmed = rest.trim(while: \.isBlankOrInvisible)
        let unquoted = rest.trim { quotes.contains($0) }
        let trimmedInside = rest.trim(while: \.isBlankOrInvisible)
        var differences: [String] = []
        if trimmed || trimmedInside { differences.append("has blanks around it") }
        if unquoted { differences.append("has quotes around it") }
        if rest != name {
            differences.append(rest.lowercased() == name.lowercased() ? "is in another case" : "is written otherwise")
        }
        return "'\(shown(written))' \(differences.joined(separator: " and ")): it must be '\(name)'"
    }

    /// The letters and digits of a name, in lower case: what is left of it in every form.
    static func plain(_ name: String) -> [UInt8] {
        name.utf8.compactMap { byte in
            switch byte {
            case 0x30...0x39, 0x61...0x7A: byte
            case 0x41...0x5A: byte + 0x20
            default: nil
            }
        }
    }

    /// A name whose letters are known, with what can't be seen made visible.
    static func shown(_ name: String) -> String {
        name.unicodeScalars.prefix(60).map { scalar in
            scalar.isASCII && scalar.value >= 0x20 && scalar.value != 0x7F || "“”‘’«»".unicodeScalars.contains(scalar)
                ? String(scalar) : "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
        }.joined()
    }
}

extension Character {
    /// White space, a byte order mark, or a space of no width.
    fileprivate var isBlankOrInvisible: Bool { isWhitespace || self == "\u{FEFF}" || self == "\u{200B}" }
}

extension Substring {
    /// Takes such characters off both ends; tells whether there were any.
    fileprivate mutating func trim(while isTaken: (Character) -> Bool) -> Bool {
        let count = self.count
        while let first, isTaken(first) { removeFirst() }
        while let last, isTaken(last) { removeLast() }
        return self.count < count
    }
}
