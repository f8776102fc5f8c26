/// Builds a document from its tokens.
///
/// Executable definitions only: a server's type definitions are refused.
struct DocumentParser {
    private let tokens: [Token]
    private var index = 0

    static func parse(_ text: String) throws(SyntaxError) -> Document {
        var parser = DocumentParser(tokens: try Lexer.tokens(of: text))
        return try parser.document()
    }

    private init(tokens: [Token]) {
        self.tokens = tokens
    }

    private var token: Token { tokens[index] }

    private func unexpected(expecting: String? = nil) -> SyntaxError {
        let expectation = expecting.map { ", expecting \($0)" } ?? ""
        guard token.kind != .end else { return SyntaxError("unexpected end of file", at: token.location) }
        let text = JSONWriter.text(.string(token.text))
        return SyntaxError("unexpected \(token.grammarName) (\(text))\(expectation)", at: token.location)
    }

    private func sees(_ punctuator: String) -> Bool { token.kind == .punctuator && token.text == punctuator }

    private mutating func take(_ punctuator: String) -> Bool {
        guard sees(punctuator) else { return false }
        index += 1
        return true
    }

    private mutating func expect(_ punctuator: String) throws(SyntaxError) {
        guard take(punctuator) else { throw unexpected(expecting: Token.punctuators[punctuator]) }
    }

    private mutating func name() throws(SyntaxError) -> String {
        guard token.kind == .name else { throw unexpected() }
        defer { index += 1 }
        return token.text
    }

    private mutating func document() throws(SyntaxError) -> Document {
        var document = Document()
        guard token.kind != .end else { throw unexpected() }
        while token.kind != .end {
            if token.kind == .name, token.text == "fragment" {
                document.fragments.append(try fragment())
            } else {
                document.operations.append(try operation())
            }
        }
        return document
    }

    private mutating func operation() throws(SyntaxError) -> Operation {
        let location = token.location
        if sees("{") {
            return Operation(
                kind: .query,
                name: nil,
                variables: [],
                directives: [],
                selections: try selections(),
                location: location
            )
        }
        guard token.kind == .name, let kind = Operation.Kind(rawValue: token.text) else { throw unexpected() }
        index += 1
        let name = token.kind == .name ? try name() : nil
        let variables = sees("(") ? try variableDefinitions() : []
        return Operation(
            kind: kind,
            name: name,
            variables: variables,
            directives: try directives(),
            selections: try selections(),
            location: location
        )
    }

    private mutating func fragment() throws(SyntaxError) -> Fragment {
        let location = token.location
        index += 1
        guard token.text != "on" else { throw unexpected() }
        let name = try name()
        guard token.kind == .name, token.text == "on" else { throw unexpected(expecting: "ON") }
        index += 1
        return Fragment(
            name: name,
            condition: try self.name(),
            directives: try directives(),
            selections: try selections(),
            location: location
        )
    }

    private mutating func variableDefinitions() throws(SyntaxError) -> [VariableDefinition] {
        try expect("(")
        var definitions: [VariableDefinition] = []
        repeat {
            let location = token.location
            try expect("$")
            let name = try name()
            try expect(":")
            let type = try type()
            let defaultValue = take("=") ? try literal() : nil
            _ = try directives()
            definitions.append(
                VariableDefinition(name: name, type: type, defaultValue: defaultValue, location: location)
            )
        } while !take(")")
        return definitions
    }

    private mutating func type() throws(SyntaxError) -> TypeReference {
        var type: TypeReference
        if take("[") {
            type = .list(try self.type())
            try expect("]")
        } else {
            type = .named(try name())
        }
        if take("!") { type = .nonNull(type) }
        return type
    }

    private mutating func selections() throws(SyntaxError) -> [Selection] {
        try expect("{")
        var selections: [Selection] = []
        repeat {
            selections.append(try selection())
        } while !take("}")
        return selections
    }

    private mutating func selection() throws(SyntaxError) -> Selection {
        let location = token.location
        guard take("...") else { return .field(try field()) }
        if token.kind == .name, token.text != "on" {
            return .spread(name: try name(), directives: try directives(), location)
        }
        var condition: String?
        if token.kind == .name {
            index += 1
            condition = try name()
        }
        return .inline(condition: condition, directives: try directives(), try selections(), location)
    }

    private mutating func field() throws(SyntaxError) -> Field {
        let location = token.location
        var name = try name()
        var alias: String?
        if take(":") {
            alias = name
            name = try self.name()
        }
        let arguments = sees("(") ? try arguments() : []
        let directives = try directives()
        let hasSelections = sees("{")
        return Field(
            alias: alias,
            name: name,
            arguments: arguments,
            directives: directives,
            selections: hasSelections ? try selections() : [],
            hasSelections: hasSelections,
            location: location
        )
    }

    private mutating func arguments() throws(SyntaxError) -> [Argument] {
        try expect("(")
        var arguments: [Argument] = []
        repeat {
            arguments.append(try argument())
        } while !take(")")
        return arguments
    }

    private mutating func argument() throws(SyntaxError) -> Argument {
        let location = token.location
        let name = try name()
        try expect(":")
        return Argument(name: name, value: try literal(), location: location)
    }

    private mutating func directives() throws(SyntaxError) -> [Directive] {
        var directives: [Directive] = []
        while sees("@") {
            let location = token.location
            index += 1
            let name = try name()
            directives.append(
                Directive(name: name, arguments: sees("(") ? try arguments() : [], location: location)
            )
        }
        return directives
    }

    private mutating func literal() throws(SyntaxError) -> Literal {
        let token = token
        switch token.kind {
        case .int, .float:
            index += 1
            return .number(token.text, isInt: token.kind == .int)
        case .string:
            index += 1
            return .string(token.text)
        case .name:
            index += 1
            switch token.text {
            case "true": return .bool(true)
            case "false": return .bool(false)
            case "null": return .null
            default: return .name(token.text)
            }
        case .punctuator:
            if take("$") { return .variable(try name(), token.location) }
            if take("[") {
                var values: [Literal] = []
                while !take("]") { values.append(try literal()) }
                return .list(values)
            }
            if take("{") {
                var fields: [Argument] = []
                while !take("}") { fields.append(try argument()) }
                return .object(fields, token.location)
            }
            throw unexpected()
        case .end:
            throw unexpected()
        }
    }
}
