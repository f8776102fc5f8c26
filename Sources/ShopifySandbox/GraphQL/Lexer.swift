/// One token of a GraphQL document.
struct Token: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case name, int, float, string, punctuator, end
    }

    let kind: Kind
    let text: String
    let location: Location

    /// The name graphql-ruby's grammar has for the token.
    var grammarName: String {
        switch kind {
        case .name: "IDENTIFIER"
        case .int: "INT"
        case .float: "FLOAT"
        case .string: "STRING"
        case .end: "end of file"
        case .punctuator: Self.punctuators[text] ?? text
        }
    }

    static let punctuators = [
        "{": "LCURLY", "}": "RCURLY", "(": "LPAREN", ")": "RPAREN", "[": "LBRACKET", "]": "RBRACKET", ":": "COLON",
        "$": "VAR_SIGN", "@": "DIR_SIGN", "!": "BANG", "=": "EQUALS", "...": "ELLIPSIS", "|": "PIPE", "&": "AMP",
    ]
}

/// A document that is no GraphQL, in the words of graphql-ruby.
struct SyntaxError: Error, Sendable, Equatable {
    let message: String
    let location: Location

    init(_ what: String, at location: Location) {
        message = "syntax error, \(what) at [\(location.line), \(location.column)]"
        self.location = location
    }
}

/// Cuts a document into tokens.
///
/// Commas, spaces, comments and a byte-order mark mean nothing.
struct Lexer {
    private let bytes: [UInt8]
    private var index = 0
    private var line = 1
    private var lineStart = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    static func tokens(of text: String) throws(SyntaxError) -> [Token] {
        var lexer = Lexer(text)
        var tokens: [Token] = []
        while let token = try lexer.next() {
            tokens.append(token)
        }
        // The end stands where the last token stands, as captured: `{ shop { id` ends at the column of `id`.
        let end = tokens.last?.location ?? Location(line: 1, column: 1)
        tokens.append(Token(kind: .end, text: "", location: end))
        return tokens
    }

    private var location: Location { Location(line: line, column: index - lineStart + 1) }

    private mutating func next() throws(SyntaxError) -> Token? {
        skipIgnored()
        guard index < bytes.count else { return nil }
        let start = index
        let place = location
        switch bytes[index] {
        case UInt8(ascii: "\""):
            return Token(kind: .string, text: try string(), location: place)
        case UInt8(ascii: "."):
            guard index + 2 < bytes.count, bytes[index + 1] == 0x2E, bytes[index + 2] == 0x2E else { throw invalid() }
            index += 3
            return Token(kind: .punctuator, text: "...", location: place)
        case UInt8(ascii: "-"), 0x30...0x39:
            let isFloat = try number()
            return Token(kind: isFloat ? .float : .int, text: text(from: start), location: place)
        case let byte where Self.isNameStart(byte):
            while index < bytes.count, Self.isNameStart(bytes[index]) || (0x30...0x39).contains(bytes[index]) {
                index += 1
            }
            return Token(kind: .name, text: text(from: start), location: place)
        case let byte:
            let character = String(UnicodeScalar(byte))
            guard Token.punctuators[character] != nil else { throw invalid() }
            index += 1
            return Token(kind: .punctuator, text: character, location: place)
        }
    }

    private func text(from start: Int) -> String { String(decoding: bytes[start..<index], as: UTF8.self) }

    private static func isNameStart(_ byte: UInt8) -> Bool {
        byte == 0x5F || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    private func invalid() -> SyntaxError {
        let character = String(decoding: bytes[index...], as: UTF8.self).prefix(1)
        return SyntaxError("unexpected invalid token (\(JSONWriter.text(.string(String(character)))))", at: location)
    }

    private mutating func skipIgnored() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x09, 0x2C, 0x0D:
                index += 1
            case 0x0A:
                index += 1
                line += 1
                lineStart = index
            case 0xEF where bytes[index...].starts(with: [0xEF, 0xBB, 0xBF]):
                index += 3
                lineStart += 3
            case UInt8(ascii: "#"):
                while index < bytes.count, bytes[index] != 0x0A { index += 1 }
            default:
                return
            }
        }
    }

    private mutating func number() throws(SyntaxError) -> Bool {
        var isFloat = false
        if bytes[index] == UInt8(ascii: "-") { index += 1 }
        let start = index
        skipDigits()
        guard index > start, index == start + 1 || bytes[start] != 0x30 else { throw invalid() }
        if index + 1 < bytes.count, bytes[index] == 0x2E, (0x30...0x39).contains(bytes[index + 1]) {
            isFloat = true
            index += 1
            skipDigits()
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            isFloat = true
            index += 1
            if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
                index += 1
            }
            let exponent = index
            skipDigits()
            guard index > exponent else { throw invalid() }
        }
        return isFloat
    }

    private mutating func skipDigits() {
        while index < bytes.count, (0x30...0x39).contains(bytes[index]) { index += 1 }
    }

    private mutating func string() throws(SyntaxError) -> String {
        if bytes[index...].starts(with: [0x22, 0x22, 0x22]) { return try blockString() }
        let start = index
        index += 1
        while index < bytes.count, bytes[index] != 0x22, bytes[index] != 0x0A {
            index += bytes[index] == 0x5C ? 2 : 1
        }
        guard index < bytes.count, bytes[index] == 0x22 else {
            index = start
            throw invalid()
        }
        index += 1
        // A GraphQL string has JSON's escapes, and may hold a tab, which JSON's may not.
        let quoted = bytes[start..<index].flatMap { $0 == 0x09 ? Array("\\t".utf8) : [$0] }
        guard case .string(let text)? = try? JSONParser.parse(quoted) else {
            index = start
            throw invalid()
        }
        return text
    }

    private mutating func blockString() throws(SyntaxError) -> String {
        let place = location
        index += 3
        var text: [UInt8] = []
        while index < bytes.count {
            if bytes[index...].starts(with: [0x22, 0x22, 0x22]) {
                index += 3
                return Self.dedented(String(decoding: text, as: UTF8.self))
            }
            if bytes[index...].starts(with: [0x5C, 0x22, 0x22, 0x22]) {
                text += [0x22, 0x22, 0x22]
                index += 4
                continue
            }
            text.append(bytes[index])
            index += 1
            if bytes[index - 1] == 0x0A {
                line += 1
                lineStart = index
            }
        }
        throw SyntaxError("unexpected invalid token (\"\\\"\")", at: place)
    }

    private static func dedented(_ text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let indents = lines.dropFirst().compactMap { line in
            line.firstIndex { $0 != " " && $0 != "\t" }.map {
                line.distance(from: line.startIndex, to: $0)
            }
        }
        let indent = indents.min() ?? 0
        for index in lines.indices.dropFirst() { lines[index] = lines[index].dropFirst(indent) }
        while let first = lines.first, first.allSatisfy(\.isWhitespace) { lines.removeFirst() }
        while let last = lines.last, last.allSatisfy(\.isWhitespace) { lines.removeLast() }
        return lines.joined(separator: "\n")
    }
}
