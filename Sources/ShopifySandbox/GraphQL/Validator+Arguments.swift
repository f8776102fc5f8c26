extension Validator {
    mutating func checkArguments(of field: Field, _ definition: FieldDefinition, path: [String]) {
        var check = LiteralCheck(schema: schema, variables: operation?.variables ?? [])
        for argument in field.arguments {
            let path = path + [argument.name]
            guard let expected = definition.arguments.first(where: { $0.name == argument.name }) else {
                errors.append(
                    .validation(
                        "Field '\(field.name)' doesn't accept argument '\(argument.name)'",
                        code: "argumentNotAccepted",
                        at: argument.location,
                        path: path,
                        ["name": field.name, "typeName": "Field", "argumentName": argument.name]
                    )
                )
                noteVariables(in: argument.value)
                continue
            }
            check.check(
                argument.value,
                expected,
                at: field.location,
                argument: argument.location,
                path: path,
                owner: ("Field", field.name)
            )
        }
        let missing = definition.arguments.filter { expected in
            expected.isRequired && !field.arguments.contains { $0.name == expected.name }
        }
        if !missing.isEmpty {
            let names = missing.map(\.name).joined(separator: ", ")
            errors.append(
                .validation(
                    "Field '\(field.name)' is missing required arguments: \(names)",
                    code: "missingRequiredArguments",
                    at: field.location,
                    path: path,
                    ["className": "Field", "name": field.name, "arguments": names]
                )
            )
        }
        finish(check, path: path)
    }

    mutating func finish(_ check: LiteralCheck, path: [String]) {
        errors.append(contentsOf: check.errors)
        for (name, location) in check.used {
            noteUse(of: name, at: location, path: path)
        }
    }

    mutating func noteUse(of name: String, at location: Location, path: [String]) {
        guard let operation else { return }
        if used.insert(name).inserted, !operation.variables.contains(where: { $0.name == name }) {
            let owner = operation.name ?? "anonymous \(operation.kind.rawValue)"
            errors.append(
                .validation(
                    "Variable $\(name) is used by \(owner) but not declared",
                    code: "variableNotDefined",
                    at: location,
                    path: path,
                    ["variableName": name]
                )
            )
        }
    }

    mutating func noteVariables(in field: Field) {
        for argument in field.arguments { noteVariables(in: argument.value) }
        for case .field(let inner) in field.selections { noteVariables(in: inner) }
    }

    mutating func noteVariables(in literal: Literal) {
        switch literal {
        case .variable(let name, _): used.insert(name)
        case .list(let values): for value in values { noteVariables(in: value) }
        case .object(let fields, _): for field in fields { noteVariables(in: field.value) }
        default: break
        }
    }

    mutating func check(_ directives: [Directive], path: [String]) {
        for directive in directives {
            let argument: InputDefinition
            switch directive.name {
            case "skip", "include": argument = InputDefinition(name: "if", type: TypeReference("Boolean!"))
            case "idempotent": argument = InputDefinition(name: "key", type: TypeReference("String!"))
            default:
                errors.append(
                    .validation(
                        "Directive @\(directive.name) is not defined",
                        code: "undefinedDirective",
                        at: directive.location,
                        path: path,
                        ["directiveName": directive.name]
                    )
                )
                continue
            }
            var check = LiteralCheck(schema: schema, variables: operation?.variables ?? [])
            for given in directive.arguments {
                guard given.name == argument.name else {
                    errors.append(
                        .validation(
                            "Directive '\(directive.name)' doesn't accept argument '\(given.name)'",
                            code: "argumentNotAccepted",
                            at: given.location,
                            path: path + [given.name],
                            ["name": directive.name, "typeName": "Directive", "argumentName": given.name]
                        )
                    )
                    continue
                }
                check.check(
                    given.value,
                    argument,
                    at: directive.location,
                    argument: given.location,
                    path: path + [given.name],
                    owner: ("Directive", directive.name)
                )
            }
            if !directive.arguments.contains(where: { $0.name == argument.name }) {
                errors.append(
                    .validation(
                        "Directive '\(directive.name)' is missing required arguments: \(argument.name)",
                        code: "missingRequiredArguments",
                        at: directive.location,
                        path: path,
                        ["className": "Directive", "name": directive.name, "arguments": argument.name]
                    )
                )
            }
            finish(check, path: path)
        }
    }

    mutating func checkConflicts(_ selections: [Selection], path: [String]) {
        var seen: [String: Field] = [:]
        for case .field(let field) in selections {
            guard let other = seen[field.key] else {
                seen[field.key] = field
                continue
            }
            let source = Literal.object(field.arguments, field.location).source
            let otherSource = Literal.object(other.arguments, other.location).source
            let sameArguments = source == otherSource
            if field.name == other.name, sameArguments { continue }
            let conflicts =
                field.name != other.name
                ? "\(other.name) or \(field.name)"
                : "\(otherSource) or \(source)"
            let what = field.name != other.name ? "a field" : "an argument"
            var error = GraphQLError.validation(
                "Field '\(field.key)' has \(what) conflict: \(conflicts)?",
                code: "fieldConflict",
                at: other.location,
                path: [],
                ["fieldName": field.key, "conflicts": conflicts]
            )
            error.locations.append(field.location)
            errors.append(error)
        }
    }
}
