/// What a retailer's codes look like: a regular expression that a whole code must match, in the form that is sent.
///
/// - Shape: `[0-9]{16}`, `gc[a-z0-9]{10}`, `(?:gc|sv)\d{8,12}`. Letters and digits stand for themselves; `[…]` and `[^…]` with ranges, `.`, `\d`, `\w`,
///   `\D` and `\W` for one of several; `(…)` and `(?:…)` group, `|` separates alternatives; `?`, `*`, `+`, `{n}`, `{n,}` and `{n,m}` repeat. `^` at the
///   beginning and `$` at the end of an alternative change nothing: a code always matches as a whole or not at all.
/// - Limits: a code is matched in one pass over its letters, whatever the pattern, for there is nothing to go back to: its positions are all followed at
///   once (V. Glushkov, 1961). Written out, a pattern has at most 256 of them.
/// - Errors: `Fault`, with the character at which it was found.
public struct CodePattern: Sendable, Equatable {
    /// Why a text is no pattern.
    public struct Fault: Error, Sendable, Equatable {
        /// What is wrong, in words.
        public let words: String
        /// Which character of the pattern it is about, counted from 1.
        public let position: Int
    }

    /// The pattern as it was written.
    public let text: String
    /// Literal characters that no code holds, such as capital letters and dashes, in the order of the pattern.
    public let strangers: [Character]

    /// The positions at which a code may begin.
    private let first: Positions
    /// The positions with which a code may end.
    private let last: Positions
    /// For each position those that may follow it.
    private let following: [Positions]
    /// For each of `0-9a-z` the positions that it may stand at.
    private let accepting: [Positions]

    /// Reads a pattern.
    public init(_ text: String) throws(Fault) {
        var parser = CodePatternParser(text)
        let tree = try parser.parse()
        let positions = Glushkov(tree)
        self.text = text
        strangers = parser.strangers
        first = positions.ends.first
        last = positions.ends.last
        following = positions.following
        accepting = (0..<CodeLetter.count).map { letter in
            positions.letters.indices.reduce(into: Positions()) { set, position in
                if positions.letters[position].contains(letter) { set.insert(position) }
            }
        }
    }

    /// Why a code that doesn't match is not sent, in words.
    public static let mismatch = "the gift card code doesn't look like those of this pipeline ('code_pattern')"

    /// Whether the whole of a code matches.
    public func matches(_ code: GiftCardCode) -> Bool {
        var (current, isFirst) = (Positions(), true)
        for byte in code.secret.utf8 {
            guard let letter = CodeLetter.index(of: byte) else { return false }
            current = (isFirst ? first : next(current)).intersection(accepting[letter])
            guard !current.isEmpty else { return false }
            isFirst = false
        }
        return !current.intersection(last).isEmpty
    }

    /// Whether any code of 8 to 20 letters and digits matches.
    public var matchesAnyCode: Bool {
        let possible = accepting.reduce(Positions()) { $0.union($1) }
        var current = first.intersection(possible)
        for length in 1...20 {
            if length >= 8, !current.intersection(last).isEmpty { return true }
            current = next(current).intersection(possible)
        }
        return false
    }

    private func next(_ current: Positions) -> Positions {
        current.reduce(into: Positions()) { $0.formUnion(following[$1]) }
    }
}

/// The letters that codes are made of, by number: `0-9`, then `a-z`.
enum CodeLetter {
    static let count = 36

    static func index(of byte: UInt8) -> Int? {
        switch byte {
        case 0x30...0x39: Int(byte - 0x30)
        case 0x61...0x7A: Int(byte - 0x61) + 10
        default: nil
        }
    }
}

/// Positions of a pattern, at most 256.
struct Positions: Sendable, Equatable {
    static let limit = 256

    private var bits = SIMD4<UInt64>()

    var isEmpty: Bool { bits == SIMD4() }

    mutating func insert(_ position: Int) { bits[position >> 6] |= 1 << UInt64(position & 63) }

    mutating func formUnion(_ other: Positions) { bits |= other.bits }

    func union(_ other: Positions) -> Positions {
        var result = self
        result.formUnion(other)
        return result
    }

    func intersection(_ other: Positions) -> Positions {
        var result = self
        result.bits &= other.bits
        return result
    }

    /// Goes through the positions in their order.
    func reduce<Result>(into result: Result, _ add: (inout Result, Int) -> Void) -> Result {
        var result = result
        for word in 0..<4 {
            var rest = bits[word]
            while rest != 0 {
                add(&result, word << 6 + rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
        return result
    }
}
