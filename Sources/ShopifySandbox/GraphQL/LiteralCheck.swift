/// Checks the literals and variables of arguments against the types expected of them.
struct LiteralCheck {
    let schema: Schema
    let variables: [VariableDefinition]
    private(set) var errors: [GraphQLError] = []
    private(set) var used: [(String, Location)] = []

    init(schema: Schema, variables: [VariableDefinition]) {
        self.schema = schema
        self.variables = variables
    }

    /// Whether a literal without variables is a value of the type.
    func accepts(_ literal: Literal, _ type: TypeReference) -> Bool {
        var check = self
        check.check(
            literal,
            InputDefinition(name: "", type: type),
            at: Location(line: 0, column: 0),
            argument: Location(line: 0, column: 0),
            path: [],
            owner: ("", "")
        )
        return check.errors.isEmpty
    }

    /// Checks one argument.
    ///
    /// Faults of its value are reported at `location`, the field's own place, as captured. `owner` is what has the
    /// argument: `("Field", "giftCard")` or `("InputObject", "MoneyInput")`.
    mutating func check(
        _ literal: Literal,
        _ definition: InputDefinition,
        at location: Location,
        argument: Location,
        path: [String],
        owner: (kind: String, name: String)
    ) {
        switch literal {
        case .variable(let name, let place):
            used.append((name, place))
            checkUse(of: name, as: definition, at: argument, path: path, owner: owner)
        case .null where !definition.type.isNonNull:
            return
        default:
            guard !check(value: literal, definition.type, at: location, path: path) else { return }
            let invalidID = definition.type.name == "ID" ? literal.text : nil
            if let invalidID {
                var extensions = JSONObject([.init(key: "code", value: "argumentLiteralsIncompatible")])
                extensions.append("typeName", "CoercionError")
                errors.append(
                    GraphQLError(
                        message: "Invalid global id '\(invalidID)'",
                        locations: [location],
                        path: path.map(JSON.string),
                        extensions: extensions
                    )
                )
                return
            }
            errors.append(
                .validation(
                    "Argument '\(definition.name)' on \(owner.kind) '\(owner.name)' has an invalid value "
                        + "(\(literal.source)). Expected type '\(definition.type)'.",
                    code: "argumentLiteralsIncompatible",
                    at: location,
                    path: path,
                    ["typeName": owner.kind, "argumentName": definition.name]
                )
            )
        }
    }

    /// False when the literal is wrong as a whole; faults inside an input object are reported where they are.
    private mutating func check(
        value literal: Literal,
        _ type: TypeReference,
        at location: Location,
        path: [String]
    ) -> Bool {
        if case .null = literal { return !type.isNonNull }
        if case .variable(let name, let place) = literal {
            used.append((name, place))
            return true
        }
        switch type.nullable {
        case .list(let element):
            guard case .list(let values) = literal else {
                return check(value: literal, element, at: location, path: path)
            }
            var isValid = true
            for (index, value) in values.enumerated() {
                if !check(value: value, element, at: location, path: path + [String(index)]) { isValid = false }
            }
            return isValid
        case .named(let name):
            switch schema.types[name] {
            case .input(let fields)?:
                guard case .object(let given, let place) = literal else { return false }
                check(given, fields, of: name, at: place, path: path)
                return true
            case .enumeration(let values)?:
                guard case .name(let value) = literal else { return false }
                return values.contains(value)
            case .scalar?:
                guard let value = literal.json else { return false }
                return ScalarRules.problem(with: value, as: name) == nil
            default:
                return false
            }
        case .nonNull:
            return false
        }
    }

    private mutating func check(
        _ given: [Argument],
        _ fields: [InputDefinition],
        of type: String,
        at location: Location,
        path: [String]
    ) {
        for argument in given {
            guard let field = fields.first(where: { $0.name == argument.name }) else {
                errors.append(
                    .validation(
                        "InputObject '\(type)' doesn't accept argument '\(argument.name)'",
                        code: "argumentNotAccepted",
                        at: argument.location,
                        path: path + [argument.name],
                        ["name": type, "typeName": "InputObject", "argumentName": argument.name]
                    )
                )
                continue
            }
            check(
                argument.value,
                field,
                at: argument.location,
                argument: argument.location,
                path: path + [field.name],
                owner: ("InputObject", type)
            )
        }
        for field in fields where field.isRequired && !given.contains(where: { $0.name == field.name }) {
            errors.append(
                .validation(
                    "Argument '\(field.name)' on InputObject '\(type)' is required. Expected type \(field.type)",
                    code: "missingRequiredInputObjectAttribute",
                    at: location,
                    path: path + [field.name],
                    ["argumentName": field.name, "argumentType": field.type.description, "inputObjectType": type]
                )
            )
        }
    }

    private mutating func checkUse(
        of name: String,
        as definition: InputDefinition,
        at location: Location,
        path: [String],
        owner: (kind: String, name: String)
    ) {
        guard let variable = variables.first(where: { $0.name == name }), schema.type(variable.type) != nil else {
            return
        }
        var given = variable.type
        if let value = variable.defaultValue, !given.isNonNull {
            if case .null = value {} else { given = .nonNull(given) }
        }
        let expected = definition.defaultValue == nil ? definition.type : definition.type.nullable
        guard !Self.isUsable(given, as: expected) else { return }
        let what = given.name == expected.name ? "Nullability mismatch" : "Type mismatch"
        let isListMismatch = given.name == expected.name && Self.depth(given) != Self.depth(expected)
        let problem = isListMismatch ? "List dimension mismatch" : what
        errors.append(
            .validation(
                "\(problem) on variable $\(name) and argument \(definition.name) "
                    + "(\(variable.type) / \(definition.type))",
                code: "variableMismatch",
                at: location,
                path: path.dropLast(),
                [
                    "variableName": name, "typeName": variable.type.description, "argumentName": definition.name,
                    "errorMessage": problem,
                ]
            )
        )
    }

    private static func depth(_ type: TypeReference) -> Int {
        switch type {
        case .named: 0
        case .nonNull(let inner): depth(inner)
        case .list(let inner): depth(inner) + 1
        }
    }

    private static func isUsable(_ given: TypeReference, as expected: TypeReference) -> Bool {
        switch (given, expected) {
        case (.nonNull(let given), .nonNull(let expected)): isUsable(given, as: expected)
        case (.nonNull(let given), _): isUsable(given, as: expected)
        case (_, .nonNull): false
        case (.list(let given), .list(let expected)): isUsable(given, as: expected)
        case (.named(let given), .named(let expected)): given == expected
        default: false
        }
    }
}

extension Literal {
    fileprivate var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The literal as JSON, if it is a plain scalar.
    var json: JSON? {
        switch self {
        case .number(let text, _): .number(text)
        case .string(let text): .string(text)
        case .bool(let flag): .bool(flag)
        case .null: .null
        default: nil
        }
    }
}
