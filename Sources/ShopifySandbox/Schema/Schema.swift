/// A field, as far as the sandbox serves it.
struct FieldDefinition: Sendable {
    let type: TypeReference
    var arguments: [InputDefinition] = []
}

/// An argument of a field or a field of an input object.
struct InputDefinition: Sendable {
    let name: String
    let type: TypeReference
    var defaultValue: JSON?

    var isRequired: Bool { type.isNonNull && defaultValue == nil }
}

/// A type, as far as the sandbox serves it.
enum TypeDefinition: Sendable {
    case object(fields: [String: FieldDefinition], interfaces: [String])
    case interface(fields: [String: FieldDefinition])
    case input([InputDefinition])
    case enumeration([String])
    case scalar

    var fields: [String: FieldDefinition]? {
        switch self {
        case .object(let fields, _), .interface(let fields): fields
        default: nil
        }
    }

    var isInput: Bool {
        switch self {
        case .object, .interface: false
        default: true
        }
    }
}

/// The types of one API version.
struct Schema: Sendable {
    let version: APIVersion
    let types: [String: TypeDefinition]

    static let all: [APIVersion: Schema] = Dictionary(
        uniqueKeysWithValues: APIVersion.allCases.map { ($0, Schema(version: $0, types: ServedTypes.table(for: $0))) }
    )

    static func of(_ version: APIVersion) -> Schema {
        all[version] ?? Schema(version: version, types: ServedTypes.table(for: version))
    }

    /// What an app is shown that may not have gift cards: neither their types nor the fields that lead to them.
    var withoutGiftCards: Schema {
        var left = types.filter { !$0.key.hasPrefix("GiftCard") }
        for root in ["QueryRoot", "Mutation"] {
            guard case .object(let fields, let interfaces)? = left[root] else { continue }
            left[root] = .object(fields: fields.filter { !$0.key.hasPrefix("giftCard") }, interfaces: interfaces)
        }
        return Schema(version: version, types: left)
    }

    func type(_ reference: TypeReference) -> TypeDefinition? { types[reference.name] }

    func field(_ name: String, of type: String) -> FieldDefinition? {
        if name == "__typename" { return FieldDefinition(type: TypeReference("String!")) }
        return types[type]?.fields?[name]
    }

    /// Whether a value of one type can also be of another: the same, or an interface and its object.
    func overlap(_ one: String, _ other: String) -> Bool {
        if one == other { return true }
        if case .object(_, let interfaces)? = types[one], interfaces.contains(other) { return true }
        if case .object(_, let interfaces)? = types[other], interfaces.contains(one) { return true }
        return false
    }
}
