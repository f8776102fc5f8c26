import Foundation

/// A search text of Shopify's: terms, `key:value`, AND, OR, NOT, `-`, comparators, quotes, parentheses.
///
/// A value without quotes ends at a colon, as captured: of `created_at:>2026-05-01T10:30:00` only the hour is compared,
/// and `30:00` is a term of its own. Quoted values may hold colons.
indirect enum SearchQuery: Sendable {
    enum Comparator: String, Sendable {
        case equal = "match_all"
        case greater = "range_gt"
        case greaterOrEqual = "range_gte"
        case less = "range_lt"
        case lessOrEqual = "range_lte"
    }

    case all
    case text(String)
    case field(String, Comparator, String)
    case not(SearchQuery)
    case and([SearchQuery])
    case or([SearchQuery])

    init(_ text: String) {
        var parser = Parser(Array(text))
        self = parser.alternatives()
    }

    func matches(_ test: (SearchQuery) -> Bool) -> Bool {
        switch self {
        case .all: true
        case .text, .field: test(self)
        case .not(let inner): !inner.matches(test)
        case .and(let parts): parts.allSatisfy { $0.matches(test) }
        case .or(let parts): parts.contains { $0.matches(test) }
        }
    }

    /// The terms, in order.
    var terms: [SearchQuery] {
        switch self {
        case .all: []
        case .text, .field: [self]
        case .not(let inner): inner.terms
        case .and(let parts), .or(let parts): parts.flatMap(\.terms)
        }
    }

    /// How Shopify shows what it understood.
    var parsed: JSON {
        switch self {
        case .all: .object(JSONObject())
        case .text(let text): ["field": "default", "match_all": .string(text)]
        case .field(let name, let comparator, let value):
            ["field": .string(name), comparator.rawValue: .string(value)]
        case .not(let inner): ["not": inner.parsed]
        case .and(let parts): ["and": .array(parts.map(\.parsed))]
        case .or(let parts): ["or": .array(parts.map(\.parsed))]
        }
    }

    private struct Parser {
        private let text: [Character]
        private var index = 0

        init(_ text: [Character]) {
            self.text = text
        }

        mutating func alternatives() -> SearchQuery {
            var parts = [conjunction()]
            while takeWord("OR") { parts.append(conjunction()) }
            return parts.count == 1 ? parts[0] : .or(parts)
        }

        private mutating func conjunction() -> SearchQuery {
            var parts: [SearchQuery] = []
            while true {
                skipSpace()
                if takeWord("AND") { continue }
                guard index < text.count, text[index] != ")", !seesWord("OR") else { break }
                parts.append(term())
            }
            if parts.isEmpty { return .all }
            return parts.count == 1 ? parts[0] : .and(parts)
        }

        private mutating func term() -> SearchQuery {
            if takeWord("NOT") {
                skipSpace()
                return .not(index < text.count ? term() : .all)
            }
            if text[index] == "-" {
                index += 1
                return .not(index < text.count ? term() : .all)
            }
            if text[index] == "(" {
                index += 1
                let inner = alternatives()
                if index < text.count { index += 1 }
                return inner
            }
            if text[index] == ":" {
                index += 1
                return .all
            }
            let word = value()
            guard index < text.count, text[index] == ":" else { return word.isEmpty ? .all : .text(word) }
            index += 1
            let comparator = comparator()
            return .field(word.lowercased(), comparator, value())
        }

        private mutating func comparator() -> Comparator {
            guard index < text.count, text[index] == ">" || text[index] == "<" else { return .equal }
            let isGreater = text[index] == ">"
            index += 1
            guard index < text.count, text[index] == "=" else { return isGreater ? .greater : .less }
            index += 1
            return isGreater ? .greaterOrEqual : .lessOrEqual
        }

        private mutating func value() -> String {
            guard index < text.count else { return "" }
            if text[index] == "\"" || text[index] == "'" {
                let quote = text[index]
                index += 1
                let start = index
                while index < text.count, text[index] != quote { index += 1 }
                defer { index = min(index + 1, text.count) }
                return String(text[start..<index])
            }
            let start = index
            while index < text.count, !text[index].isWhitespace, !"():\"".contains(text[index]) { index += 1 }
            if start == index { index += index < text.count && text[index] != ")" ? 1 : 0 }
            return String(text[start..<max(start, index)])
        }

        private mutating func skipSpace() {
            while index < text.count, text[index].isWhitespace { index += 1 }
        }

        private func seesWord(_ word: String) -> Bool {
            let end = index + word.count
            guard end <= text.count, String(text[index..<end]) == word else { return false }
            return end == text.count || text[end].isWhitespace || text[end] == "("
        }

        private mutating func takeWord(_ word: String) -> Bool {
            skipSpace()
            guard seesWord(word) else { return false }
            index += word.count
            return true
        }
    }
}
