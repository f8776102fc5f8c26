/// Where something stands in a document: line and column count from 1.
struct Location: Sendable, Hashable {
    let line: Int
    let column: Int

    var json: JSON { ["line": .int(line), "column": .int(column)] }
}

/// A parsed GraphQL document.
struct Document: Sendable {
    var operations: [Operation] = []
    var fragments: [Fragment] = []

    func fragment(_ name: String) -> Fragment? { fragments.first { $0.name == name } }
}

/// One query or mutation of a document.
struct Operation: Sendable {
    enum Kind: String, Sendable {
        case query, mutation, subscription

        var rootType: String { self == .mutation ? "Mutation" : "QueryRoot" }
    }

    let kind: Kind
    let name: String?
    let variables: [VariableDefinition]
    let directives: [Directive]
    let selections: [Selection]
    let location: Location

    /// What graphql-ruby puts first into an error's path: `mutation Name`, or `query` alone.
    var pathName: String { name.map { "\(kind.rawValue) \($0)" } ?? kind.rawValue }
}

struct Fragment: Sendable {
    let name: String
    let condition: String
    let directives: [Directive]
    let selections: [Selection]
    let location: Location
}

struct VariableDefinition: Sendable {
    let name: String
    let type: TypeReference
    let defaultValue: Literal?
    let location: Location
}

struct Directive: Sendable {
    let name: String
    let arguments: [Argument]
    let location: Location
}

struct Argument: Sendable {
    let name: String
    let value: Literal
    let location: Location
}

/// A value as written in a document.
indirect enum Literal: Sendable {
    case variable(String, Location)
    case number(String, isInt: Bool)
    case string(String)
    case bool(Bool)
    case null
    case name(String)
    case list([Literal])
    case object([Argument], Location)

    /// The literal in GraphQL's own notation, for error messages.
    var source: String {
        switch self {
        case .variable(let name, _): "$" + name
        case .number(let text, _): text
        case .string(let text): JSONWriter.text(.string(text))
        case .bool(let flag): flag ? "true" : "false"
        case .null: "null"
        case .name(let name): name
        case .list(let values): "[" + values.map(\.source).joined(separator: ", ") + "]"
        case .object(let fields, _): "{" + fields.map { "\($0.name): \($0.value.source)" }.joined(separator: ", ") + "}"
        }
    }
}

indirect enum Selection: Sendable {
    case field(Field)
    case spread(name: String, directives: [Directive], Location)
    case inline(condition: String?, directives: [Directive], [Selection], Location)
}

struct Field: Sendable {
    let alias: String?
    let name: String
    let arguments: [Argument]
    let directives: [Directive]
    let selections: [Selection]
    let hasSelections: Bool
    let location: Location

    var key: String { alias ?? name }
}

/// A type as written: `[StagedUploadInput!]!`.
indirect enum TypeReference: Sendable, Equatable, CustomStringConvertible {
    case named(String)
    case list(TypeReference)
    case nonNull(TypeReference)

    /// Reads a well-formed type; this is for the sandbox's own tables.
    init(_ text: String) {
        if text.hasSuffix("!") {
            self = .nonNull(TypeReference(String(text.dropLast())))
        } else if text.hasPrefix("[") {
            self = .list(TypeReference(String(text.dropFirst().dropLast())))
        } else {
            self = .named(text)
        }
    }

    var description: String {
        switch self {
        case .named(let name): name
        case .list(let element): "[\(element)]"
        case .nonNull(let type): "\(type)!"
        }
    }

    var isNonNull: Bool {
        if case .nonNull = self { true } else { false }
    }

    var nullable: TypeReference {
        if case .nonNull(let type) = self { type } else { self }
    }

    /// The name inside all lists and marks.
    var name: String {
        switch self {
        case .named(let name): name
        case .list(let type), .nonNull(let type): type.name
        }
    }
}
