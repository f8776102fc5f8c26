import Glibc

/// A shell pattern for file names, as `fnmatch(3)` has it with `FNM_PERIOD`: a name's leading dot is matched only by a dot in the pattern.
///
/// `*.csv` matches neither `.a.csv`, which an uploader is still writing, nor `._a.csv`, which macOS puts beside `a.csv`; `.a*` matches the first.
public struct NamePattern: Hashable, Sendable, CustomStringConvertible {
    /// The pattern as it was given.
    public let text: String
    /// Whether a letter of the other case is another letter; without that those from A to Z are alike.
    public let matchesCase: Bool

    /// Takes a pattern.
    public init(_ text: String, matchesCase: Bool = true) {
        (self.text, self.matchesCase) = (text, matchesCase)
    }

    /// Whether a name matches.
    public func matches(_ name: String) -> Bool {
        fnmatch(text, name, FNM_PERIOD | (matchesCase ? 0 : NamePart.foldsCase)) == 0
    }

    /// The pattern as it was given.
    public var description: String { text }

    /// The same pattern, for letters of either case.
    public var ignoringCase: NamePattern { NamePattern(text, matchesCase: false) }

    /// Whether only one name matches.
    public var isOneName: Bool {
        matchesCase && NamePart.parts(of: text).allSatisfy { if case .letter = $0 { true } else { false } }
    }

    /// Whether there is a name that both match.
    public func overlaps(_ other: NamePattern) -> Bool {
        let (mine, others) = (NamePart.parts(of: text), NamePart.parts(of: other.text))
        let letters = SharedLetters(matchesCase, other.matchesCase)
        // How far each pattern has come, and whether the name has begun.
        struct Place: Hashable {
            var mine = 0
            var others = 0
            var hasBegun = false
        }
        var open = [Place()]
        var seen = Set(open)
        func go(to place: Place) {
            if seen.insert(place).inserted { open.append(place) }
        }
        while let place = open.popLast() {
            let left = place.mine < mine.count ? mine[place.mine] : nil
            let right = place.others < others.count ? others[place.others] : nil
            if left == nil, right == nil { return true }
            // A star ends here …
            if left == .anyText { go(to: Place(mine: place.mine + 1, others: place.others, hasBegun: place.hasBegun)) }
            if right == .anyText { go(to: Place(mine: place.mine, others: place.others + 1, hasBegun: place.hasBegun)) }
            // … or takes the next letter, as everything else does.
            guard let left, let right, letters.meet(left, right, first: !place.hasBegun) else { continue }
            // A leading dot is matched where a pattern begins; a star before the dot keeps it from that.
            let isLeadingDot = !place.hasBegun && left == .letter(".") && right == .letter(".")
            guard !isLeadingDot || (place.mine == 0 && place.others == 0) else { continue }
            go(
                to: Place(
                    mine: place.mine + (left == .anyText ? 0 : 1),
                    others: place.others + (right == .anyText ? 0 : 1),
                    hasBegun: true
                )
            )
        }
        return false
    }
}

/// A part of a pattern.
private enum NamePart: Hashable {
    case letter(Character)
    case anyLetter
    case anyText
    /// `[a-z]`, as it stands.
    case letters(String)

    /// `FNM_CASEFOLD`, which needs `_GNU_SOURCE`; Swift's Glibc doesn't set that.
    static let foldsCase: Int32 = 1 << 4

    static func parts(of text: String) -> [NamePart] {
        var parts: [NamePart] = []
        var rest = Substring(text)
        while let first = rest.popFirst() {
            switch first {
            case "*": parts.append(.anyText)
            case "?": parts.append(.anyLetter)
            case "\\": parts.append(.letter(rest.popFirst() ?? "\\"))
            case "[":
                if let end = endOfBracket(rest) {
                    parts.append(.letters("[" + rest[..<end] + "]"))
                    rest = rest[rest.index(after: end)...]
                } else {
                    parts.append(.letter("["))
                }
            default: parts.append(.letter(first))
            }
        }
        return parts
    }

    /// The closing bracket; one that comes first, or after a negation, is a letter of the set.
    private static func endOfBracket(_ rest: Substring) -> Substring.Index? {
        var index = rest.startIndex
        if index < rest.endIndex, rest[index] == "!" || rest[index] == "^" { index = rest.index(after: index) }
        if index < rest.endIndex, rest[index] == "]" { index = rest.index(after: index) }
        return rest[index...].firstIndex(of: "]")
    }
}

/// Which letters two patterns have in common.
private struct SharedLetters {
    private let (left, right): (Int32, Int32)

    init(_ matchesCase: Bool, _ otherMatchesCase: Bool) {
        left = matchesCase ? 0 : NamePart.foldsCase
        right = otherMatchesCase ? 0 : NamePart.foldsCase
    }

    /// Whether there is a letter that is both; a name's first one is a dot only where both patterns have a dot there.
    func meet(_ one: NamePart, _ other: NamePart, first: Bool) -> Bool {
        switch (one, other) {
        case (.letter(let letter), .letter(let same)):
            guard left | right != 0, letter.isASCII, same.isASCII else { return letter == same }
            return letter.lowercased() == same.lowercased()
        case (.letters(let set), .letter(let letter)), (.letter(let letter), .letters(let set)):
            return !(first && letter == ".") && fnmatch(set, String(letter), left | right) == 0
        case (.letters(let set), .letters(let second)):
            return Self.printable.contains { letter in
                !(first && letter == ".") && fnmatch(set, letter, left) == 0 && fnmatch(second, letter, right) == 0
            }
        case (.letters(let set), _), (_, .letters(let set)):
            return !first || Self.printable.contains { $0 != "." && fnmatch(set, $0, left | right) == 0 }
        case (.letter(let letter), _), (_, .letter(let letter)): return !(first && letter == ".")
        default: return true
        }
    }

    private static let printable = (UInt8(0x20)...0x7E).map { String(UnicodeScalar($0)) }
}
