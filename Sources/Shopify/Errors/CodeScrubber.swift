import Commerce
import Sealing

/// Takes gift card codes and secrets out of what a shop says, and leaves Shopify's sentences as they are.
///
/// Shopify's messages may quote what was sent. Three things are replaced by `…`:
/// - a code that was sent with the call, whatever stands between its characters and in whatever case: `ABCD-EFGH-IJ` for `abcdefghij`;
/// - a secret that was sent with the call;
/// - a word of eight or more letters and digits that holds a digit, which may be anybody's code or token, unless it is known to be something else: an id of
///   Shopify's, the id of a request, a day.
///
/// A word of letters alone is left where it is no code that was sent: nothing tells the code `abcdefghij` from a word of Shopify's but knowing it.
struct CodeScrubber: Sendable {
    private let codes: [[UInt8]]
    private var secrets: [[Character]]
    private let isCode: (@Sendable (String) -> Bool)?

    /// Knows the codes and secrets of a call, or can tell a code of many that were sent: `isCode` is asked for texts of 8 to 20 of `a-z0-9`.
    init(codes: [GiftCardCode] = [], secrets: [Secret] = [], isCode: (@Sendable (String) -> Bool)? = nil) {
        self.codes = codes.map { Array($0.secret.utf8) }
        self.secrets = secrets.map { Array($0.reveal()) }.filter { !$0.isEmpty }
        self.isCode = isCode
    }

    /// The same, which knows one more secret that was sent with the call: the token.
    func hiding(_ secret: Secret) -> CodeScrubber {
        var scrubber = self
        if !secret.reveal().isEmpty { scrubber.secrets.append(Array(secret.reveal())) }
        return scrubber
    }

    /// The text on one line, without anything that is or may be a code, cut at 300 characters.
    func scrubbed(_ text: String) -> String {
        // What begins in the part that is shown ends in the part that is looked at.
        let characters = Array(text.prefix(Self.mostRead))
        var isHidden = Array(repeating: false, count: characters.count)
        for range in secretRanges(in: characters) { hide(range, in: &isHidden) }
        let letters = Self.letters(of: characters)
        for range in codeRanges(in: letters) { hide(range, in: &isHidden) }
        for range in wordRanges(in: letters, of: characters) { hide(range, in: &isHidden) }
        for range in suspectRanges(in: characters) { hide(range, in: &isHidden) }
        return Self.shown(characters.prefix(Self.mostRead - Self.margin), isHidden, isCut: text.count > Self.mostRead)
    }

    private func hide(_ range: ClosedRange<Int>, in isHidden: inout [Bool]) {
        for place in range { isHidden[place] = true }
    }

    private static func shown(_ characters: ArraySlice<Character>, _ isHidden: [Bool], isCut: Bool) -> String {
        var result = ""
        var length = 0
        for (place, character) in zip(characters.indices, characters) {
            if isHidden[place], place > 0, isHidden[place - 1] { continue }
            if length == longest { return result + "…" }
            result.append(isHidden[place] ? "…" : character.isNewline ? " " : character)
            length += 1
        }
        return isCut ? result + "…" : result
    }

    private static let longest = 300
    private static let margin = 200
    private static let mostRead = 2_200
}

// MARK: - What was sent

extension CodeScrubber {
    /// An ASCII letter in lower case, or a digit, and where it stands.
    private typealias Letter = (place: Int, byte: UInt8)

    private static func letters(of characters: [Character]) -> [Letter] {
        characters.indices.compactMap { place in
            guard let byte = characters[place].asciiValue else { return nil }
            switch byte {
            case 0x30...0x39, 0x61...0x7A: return (place, byte)
            case 0x41...0x5A: return (place, byte + 0x20)
            default: return nil
            }
        }
    }

    private func codeRanges(in letters: [Letter]) -> [ClosedRange<Int>] {
        codes.flatMap { code in
            letters.indices.compactMap { start in
                let end = start + code.count
                guard end <= letters.count, letters[start].byte == code[0],
                    letters[start..<end].lazy.map(\.byte).elementsEqual(code)
                else { return nil }
                return letters[start].place...letters[end - 1].place
            }
        }
    }

    /// The words, or words in a row, that `isCode` knows.
    private func wordRanges(in letters: [Letter], of characters: [Character]) -> [ClosedRange<Int>] {
        guard let isCode else { return [] }
        // A word begins after anything that is no letter, and after an escape such as the `\n` of a quoted JSON text.
        let starts = letters.indices.filter { index in
            let place = letters[index].place
            return index == 0 || letters[index - 1].place != place - 1 || (place > 1 && characters[place - 2] == "\\")
        }
        var ranges: [ClosedRange<Int>] = []
        for (number, start) in starts.enumerated() {
            for next in starts[(number + 1)...] + [letters.count] {
                let word = letters[start..<next]
                guard word.count <= 20 else { break }
                guard word.count >= 8, isCode(String(decoding: word.map(\.byte), as: UTF8.self)) else { continue }
                ranges.append(letters[start].place...letters[next - 1].place)
            }
        }
        return ranges
    }

    private func secretRanges(in characters: [Character]) -> [ClosedRange<Int>] {
        secrets.flatMap { secret in
            characters.indices.compactMap { start in
                let end = start + secret.count
                guard end <= characters.count, characters[start..<end].elementsEqual(secret) else { return nil }
                return start...(end - 1)
            }
        }
    }
}

// MARK: - What may be anybody's

extension CodeScrubber {
    /// Words that hold a digit and are long enough for a code or a token.
    private func suspectRanges(in characters: [Character]) -> [ClosedRange<Int>] {
        var ranges: [ClosedRange<Int>] = []
        var start: Int?
        for place in 0...characters.count {
            let isInWord = place < characters.count && Self.isWordCharacter(characters[place])
            if isInWord {
                start = start ?? place
            } else if let begun = start {
                let word = String(characters[begun..<place])
                if Self.isSuspect(word, after: characters[..<begun]) { ranges.append(begun...(place - 1)) }
                start = nil
            }
        }
        return ranges
    }

    private static func isWordCharacter(_ character: Character) -> Bool {
        character == "-" || character == "_" || (character.isASCII && (character.isLetter || character.isNumber))
    }

    private static func isSuspect(_ word: String, after before: ArraySlice<Character>) -> Bool {
        guard word.contains(where: \.isNumber), word.count(where: { $0 != "-" && $0 != "_" }) >= 8 else { return false }
        if word == "UnsignedInt64" { return false }
        if word.wholeMatch(of: /(19|20)[0-9]{2}-[01][0-9]-[0-3][0-9](T[0-2][0-9])?/) != nil { return false }
        // A request's id, which may end with the second of its time.
        if word.wholeMatch(of: /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(-[0-9]{10})?/) != nil { return false }
        guard word.allSatisfy(\.isNumber) else { return true }
        return String(before.suffix(80)).firstMatch(of: /gid:\/\/shopify\/[A-Za-z]+\/$/) == nil
    }
}
