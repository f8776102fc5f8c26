/// Reads the text of a pattern, character by character.
struct CodePatternParser {
    /// A repetition beyond the longest code's length changes nothing.
    private static let longest = 20
    private static let greatestDepth = 50

    /// Literal characters that no code holds.
    private(set) var strangers: [Character] = []
    private let characters: [Character]
    private var position = 0
    private var depth = 0

    init(_ text: String) { characters = Array(text) }

    /// Reads the whole of it.
    mutating func parse() throws(CodePattern.Fault) -> CodePatternNode {
        guard !characters.isEmpty else { throw fault("it is empty", at: 0) }
        let node = try alternatives()
        // Only a closing bracket ends the alternatives before the end.
        guard position == characters.count else { throw fault("')' closes nothing") }
        guard node.size <= Positions.limit else {
            throw fault("written out it is longer than \(Positions.limit) letters", at: 0)
        }
        return node
    }

    private var next: Character? { position < characters.count ? characters[position] : nil }

    private func fault(_ words: String, at place: Int? = nil) -> CodePattern.Fault {
        CodePattern.Fault(words: words, position: (place ?? position) + 1)
    }

    private mutating func take(_ character: Character) -> Bool {
        guard next == character else { return false }
        position += 1
        return true
    }

    // MARK: - Structure

    private mutating func alternatives() throws(CodePattern.Fault) -> CodePatternNode {
        var parts = [try sequence()]
        while take("|") { parts.append(try sequence()) }
        return parts.count == 1 ? parts[0] : .alternatives(parts)
    }

    private mutating func sequence() throws(CodePattern.Fault) -> CodePatternNode {
        if depth == 0 { _ = take("^") }
        var parts: [CodePatternNode] = []
        while let character = next, character != "|", character != ")" {
            if character == "$", depth == 0, position + 1 == characters.count || characters[position + 1] == "|" {
                position += 1
                break
            }
            parts.append(try repeated())
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    /// A letter, a class or a group, and how often it is repeated.
    private mutating func repeated() throws(CodePattern.Fault) -> CodePatternNode {
        let (start, part) = (position, try atom())
        guard let (least, most) = try count() else { return part }
        if let character = next, "?*+{".contains(character) {
            throw fault("'\(character)' repeats a repetition; put brackets around what is to be repeated")
        }
        return try bounded(part, part.isOptional ? 0 : least, most, at: start)
    }

    /// A repetition as far as a code can go through it.
    private func bounded(_ part: CodePatternNode, _ least: Int, _ most: Int?, at start: Int)
        throws(CodePattern.Fault) -> CodePatternNode
    {
        guard least <= Self.longest else { return .letter([]) }
        if most == 0 { return .sequence([]) }
        let node = CodePatternNode.repetition(part, least, most.map { min($0, Self.longest) })
        guard node.size <= Positions.limit else {
            throw fault("written out it is longer than \(Positions.limit) letters", at: start)
        }
        return node
    }

    /// `?`, `*`, `+`, `{n}`, `{n,}` or `{n,m}`; `nil` where nothing is repeated.
    private mutating func count() throws(CodePattern.Fault) -> (least: Int, most: Int?)? {
        if take("?") { return (0, 1) }
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        let start = position
        guard take("{") else { return nil }
        let least = number()
        let hasComma = take(",")
        let most = hasComma ? number() : least
        guard let least, take("}") else {
            throw fault("'{' begins no repetition such as {16}, {8,} or {8,20}", at: start)
        }
        if let most, most < least { throw fault("the repetition ends below its beginning", at: start) }
        return (least, hasComma ? most : least)
    }

    private mutating func number() -> Int? {
        let start = position
        while let character = next, character.isASCII, character.isNumber { position += 1 }
        return Int(String(characters[start..<position]))
    }

    // MARK: - Parts

    private mutating func atom() throws(CodePattern.Fault) -> CodePatternNode {
        let start = position
        guard let character = next else { throw fault("it ends too early") }
        position += 1
        switch character {
        case "(": return try group(from: start)
        case "[": return .letter(try letters(from: start))
        case ".": return .letter(Set(0..<CodeLetter.count))
        case "\\": return .letter(try escape(from: start))
        case "?", "*", "+", "{": throw fault("'\(character)' repeats nothing", at: start)
        case "]", "}": throw fault("'\(character)' closes nothing", at: start)
        case "^": throw fault("'^' can stand only where an alternative begins, outside of brackets", at: start)
        case "$": throw fault("'$' can stand only where an alternative ends, outside of brackets", at: start)
        default: return .letter(literal(character))
        }
    }

    private mutating func group(from start: Int) throws(CodePattern.Fault) -> CodePatternNode {
        if take("?"), !take(":") {
            throw fault("'(?' begins a group that is not understood here; known: (…) and (?:…)", at: start)
        }
        guard depth < Self.greatestDepth else { throw fault("too many brackets inside each other", at: start) }
        depth += 1
        let node = try alternatives()
        depth -= 1
        guard take(")") else { throw fault("'(' is not closed", at: start) }
        return node
    }

    /// The letters of a class whose bracket is read.
    private mutating func letters(from start: Int) throws(CodePattern.Fault) -> Set<Int> {
        let isNegated = take("^")
        var (set, isEmpty) = (Set<Int>(), true)
        while let character = next {
            let place = position
            position += 1
            switch character {
            case "]":
                guard !isEmpty else { throw fault("'[]' is a class of no letters", at: start) }
                return isNegated ? Set(0..<CodeLetter.count).subtracting(set) : set
            case "[": throw fault("'[' within a class; write it '\\[', or one class for all", at: place)
            case "\\": set.formUnion(try escape(from: place))
            default: set.formUnion(try range(from: character, at: place))
            }
            isEmpty = false
        }
        throw fault("'[' is not closed", at: start)
    }

    /// One letter of a class, or a range of them.
    private mutating func range(from first: Character, at start: Int) throws(CodePattern.Fault) -> Set<Int> {
        guard next == "-", position + 1 < characters.count, characters[position + 1] != "]" else {
            return literal(first)
        }
        let last = characters[position + 1]
        position += 2
        let kinds: [ClosedRange<UInt8>] = [0x30...0x39, 0x41...0x5A, 0x61...0x7A]
        guard let low = first.asciiValue, let high = last.asciiValue, low <= high,
            kinds.contains(where: { $0.contains(low) && $0.contains(high) })
        else { throw fault("'\(first)-\(last)' is no range such as a-z or 0-9", at: start) }
        let letters = (low...high).compactMap(CodeLetter.index)
        if letters.isEmpty { strangers += [first, last] }
        return Set(letters)
    }

    /// What a backslash stands before.
    private mutating func escape(from start: Int) throws(CodePattern.Fault) -> Set<Int> {
        guard let character = next else { throw fault("a backslash ends it", at: start) }
        position += 1
        let (digits, all) = (Set(0..<10), Set(0..<CodeLetter.count))
        switch character {
        case "d": return digits
        case "D": return all.subtracting(digits)
        case "w": return all
        case "W": return []
        default:
            guard character.isASCII, character.isPunctuation || character.isSymbol || character == " " else {
                throw fault("'\\\(character)' is not understood here; known: \\d, \\D, \\w, \\W", at: start)
            }
            return literal(character)
        }
    }

    /// A character that stands for itself.
    private mutating func literal(_ character: Character) -> Set<Int> {
        guard let letter = character.asciiValue.flatMap(CodeLetter.index) else {
            strangers.append(character)
            return []
        }
        return [letter]
    }
}
