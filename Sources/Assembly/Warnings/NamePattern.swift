import Glibc

/// A shell pattern for file names, as `fnmatch(3)` has it, seen as the set of the names that it matches.
struct NamePattern {
    private enum Part {
        case letter(Character)
        case anyLetter
        case anyText
        /// `[a-z]`, as it stands.
        case letters(String)
    }

    private let parts: [Part]

    init(_ text: String) {
        var parts: [Part] = []
        var rest = Substring(text)
        while let first = rest.popFirst() {
            switch first {
            case "*": parts.append(.anyText)
            case "?": parts.append(.anyLetter)
            case "\\": parts.append(.letter(rest.popFirst() ?? "\\"))
            case "[":
                if let end = Self.endOfBracket(rest) {
                    parts.append(.letters("[" + rest[..<end] + "]"))
                    rest = rest[rest.index(after: end)...]
                } else {
                    parts.append(.letter("["))
                }
            default: parts.append(.letter(first))
            }
        }
        self.parts = parts
    }

    /// Whether only one name matches.
    var isOneName: Bool {
        parts.allSatisfy { if case .letter = $0 { true } else { false } }
    }

    /// Whether there is a name that both match.
    func overlaps(_ other: NamePattern) -> Bool {
        // For each pair of ends of the two patterns: whether one text matches both ends.
        var below = [Bool](repeating: false, count: other.parts.count + 1)
        for left in stride(from: parts.count, through: 0, by: -1) {
            var row = [Bool](repeating: false, count: other.parts.count + 1)
            for right in stride(from: other.parts.count, through: 0, by: -1) {
                let (mine, others) = (part(left), other.part(right))
                switch (mine, others) {
                case (nil, nil): row[right] = true
                case (.anyText, .anyText): row[right] = below[right] || row[right + 1]
                case (.anyText, nil): row[right] = below[right]
                case (nil, .anyText): row[right] = row[right + 1]
                case (.anyText, _): row[right] = below[right] || row[right + 1]
                case (_, .anyText): row[right] = row[right + 1] || below[right]
                case (let mine?, let others?): row[right] = below[right + 1] && Self.meet(mine, others)
                default: break
                }
            }
            below = row
        }
        return below[0]
    }

    private func part(_ index: Int) -> Part? { index < parts.count ? parts[index] : nil }

    /// Whether there is a letter that is both.
    private static func meet(_ left: Part, _ right: Part) -> Bool {
        switch (left, right) {
        case (.letter(let one), .letter(let other)): one == other
        case (.letters(let set), .letter(let letter)), (.letter(let letter), .letters(let set)):
            fnmatch(set, String(letter), 0) == 0
        case (.letters(let one), .letters(let other)):
            (UInt8(0x20)...0x7E).contains { byte in
                let letter = String(UnicodeScalar(byte))
                return fnmatch(one, letter, 0) == 0 && fnmatch(other, letter, 0) == 0
            }
        default: true
        }
    }

    /// The closing bracket; one that comes first, or after a negation, is a letter of the set.
    private static func endOfBracket(_ rest: Substring) -> Substring.Index? {
        var index = rest.startIndex
        if index < rest.endIndex, rest[index] == "!" || rest[index] == "^" { index = rest.index(after: index) }
        if index < rest.endIndex, rest[index] == "]" { index = rest.index(after: index) }
        return rest[index...].firstIndex(of: "]")
    }
}
