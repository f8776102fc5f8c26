/// Checks a document against the schema before anything is executed, and says what is wrong in graphql-ruby's words.
struct Validator {
    let schema: Schema
    let document: Document
    private(set) var errors: [GraphQLError] = []
    private var operation: Operation?
    private var used: Set<String> = []

    static func errors(in document: Document, _ schema: Schema) -> [GraphQLError] {
        var validator = Validator(schema: schema, document: document)
        validator.validate()
        return validator.errors
    }

    private init(schema: Schema, document: Document) {
        self.schema = schema
        self.document = document
    }

    private mutating func validate() {
        for operation in document.operations {
            self.operation = operation
            used = []
            let path = [operation.pathName]
            checkVariables(of: operation)
            check(operation.directives, path: path)
            check(operation.selections, of: operation.kind.rootType, path: path, visited: [])
            for variable in operation.variables where !used.contains(variable.name) {
                let owner = operation.name ?? "anonymous \(operation.kind.rawValue)"
                errors.append(
                    .validation(
                        "Variable $\(variable.name) is declared by \(owner) but not used",
                        code: "variableNotUsed", at: operation.location, path: path, ["variableName": variable.name]))
            }
        }
        checkFragments()
    }

    private mutating func checkFragments() {
        let spread = document.operations.flatMap { spreads(in: $0.selections, visited: []) }
        for fragment in document.fragments where !spread.contains(fragment.name) {
            errors.append(
                .validation(
                    "Fragment \(fragment.name) was defined, but not used", code: "useAndDefineFragment",
                    at: fragment.location, path: ["fragment \(fragment.name)"], ["fragmentName": fragment.name]))
        }
    }

    private func spreads(in selections: [Selection], visited: Set<String>) -> Set<String> {
        var found: Set<String> = []
        for selection in selections {
            switch selection {
            case .field(let field): found.formUnion(spreads(in: field.selections, visited: visited))
            case .inline(_, _, let inner, _): found.formUnion(spreads(in: inner, visited: visited))
            case .spread(let name, _, _):
                guard !visited.contains(name) else { continue }
                found.insert(name)
                if let fragment = document.fragment(name) {
                    found.formUnion(spreads(in: fragment.selections, visited: visited.union([name])))
                }
            }
        }
        return found
    }

    private mutating func checkVariables(of operation: Operation) {
        for variable in operation.variables {
            let more: KeyValuePairs = ["typeName": variable.type.name, "variableName": variable.name]
            guard let type = schema.type(variable.type) else {
                errors.append(
                    .validation(
                        "\(variable.type.name) isn't a defined input type (on $\(variable.name))",
                        code: "variableRequiresValidType", at: variable.location, path: [operation.pathName], more))
                continue
            }
            guard type.isInput else {
                errors.append(
                    .validation(
                        "\(variable.type.name) isn't a valid input type (on $\(variable.name))",
                        code: "variableRequiresValidType", at: variable.location, path: [operation.pathName], more))
                continue
            }
            if let value = variable.defaultValue, !fits(value, variable.type) {
                errors.append(
                    .validation(
                        "Default value for $\(variable.name) doesn't match type \(variable.type)",
                        code: "defaultValueInvalidType", at: variable.location, path: [operation.pathName], more))
            }
        }
    }

    private func fits(_ literal: Literal, _ type: TypeReference) -> Bool {
        LiteralCheck(schema: schema, variables: operation?.variables ?? []).accepts(literal, type)
    }

    private mutating func check(
        _ selections: [Selection], of type: String, path: [String], visited: Set<String>
    ) {
        checkConflicts(selections, path: path)
        for selection in selections {
            switch selection {
            case .field(let field):
                check(field, of: type, path: path + [field.key], visited: visited)
            case .inline(let condition, let directives, let inner, let location):
                check(directives, path: path)
                let inside = path + ["... on \(condition ?? type)"]
                guard checkCondition(condition ?? type, inside: type, at: location, path: inside) else { continue }
                check(inner, of: condition ?? type, path: inside, visited: visited)
            case .spread(let name, let directives, let location):
                check(directives, path: path)
                check(spread: name, inside: type, at: location, path: path, visited: visited)
            }
        }
    }

    private mutating func check(
        spread name: String, inside type: String, at location: Location, path: [String], visited: Set<String>
    ) {
        guard let fragment = document.fragment(name) else {
            errors.append(
                .validation(
                    "Fragment \(name) was used, but not defined", code: "useAndDefineFragment", at: location,
                    path: path + ["... \(name)"], ["fragmentName": name]))
            return
        }
        guard !visited.contains(name) else {
            errors.append(
                .validation(
                    "Fragment \(name) contains an infinite loop", code: "infiniteLoop", at: fragment.location,
                    path: ["fragment \(name)"], ["fragmentName": name]))
            return
        }
        let inside = ["fragment \(name)"]
        guard checkCondition(fragment.condition, inside: type, at: fragment.location, path: inside) else { return }
        check(fragment.directives, path: inside)
        check(fragment.selections, of: fragment.condition, path: inside, visited: visited.union([name]))
    }

    private mutating func checkCondition(
        _ condition: String, inside type: String, at location: Location, path: [String]
    ) -> Bool {
        guard schema.types[condition] != nil else {
            errors.append(
                .validation(
                    "No such type \(condition), so it can't be a fragment condition", code: "undefinedType",
                    at: location, path: path, ["typeName": condition]))
            return false
        }
        guard schema.types[condition]?.fields != nil else {
            errors.append(
                .validation(
                    "Invalid fragment on type \(condition) (must be Union, Interface or Object)",
                    code: "fragmentOnNonCompositeType", at: location, path: path, ["typeName": condition]))
            return false
        }
        guard schema.overlap(condition, type) else {
            errors.append(
                .validation(
                    "Fragment on \(condition) can't be spread inside \(type)", code: "cannotSpreadFragment",
                    at: location, path: path,
                    ["typeName": condition, "fragmentName": "unknown", "parentName": type]))
            return false
        }
        return true
    }

    private mutating func check(_ field: Field, of type: String, path: [String], visited: Set<String>) {
        check(field.directives, path: path)
        guard let definition = schema.field(field.name, of: type) else {
            errors.append(
                .validation(
                    "Field '\(field.name)' doesn't exist on type '\(type)'", code: "undefinedField",
                    at: field.location, path: path, ["typeName": type, "fieldName": field.name]))
            // graphql-ruby still counts the variables below a field that does not exist as used or not by what it sees.
            noteVariables(in: field)
            return
        }
        checkArguments(of: field, definition, path: path)
        let result = definition.type.name
        let isComposite = schema.types[result]?.fields != nil
        if isComposite, !field.hasSelections {
            errors.append(
                .validation(
                    "Field must have selections (field '\(field.name)' returns \(result) but has no selections. "
                        + "Did you mean '\(field.name) { ... }'?)",
                    code: "selectionMismatch", at: field.location, path: path,
                    ["nodeName": "field '\(field.name)'", "typeName": result]))
        } else if !isComposite, field.hasSelections {
            let inner = field.selections.map { selection in
                if case .field(let field) = selection { JSONWriter.text(.string(field.name)) } else { "\"...\"" }
            }
            let kind = if case .enumeration? = schema.types[result] { "enums" } else { "scalars" }
            errors.append(
                .validation(
                    "Selections can't be made on \(kind) (field '\(field.name)' returns \(result) "
                        + "but has selections [\(inner.joined(separator: ", "))])",
                    code: "selectionMismatch", at: field.location, path: path,
                    ["nodeName": "field '\(field.name)'", "typeName": result]))
        } else if isComposite {
            check(field.selections, of: result, path: path, visited: visited)
        }
    }

    private mutating func checkArguments(of field: Field, _ definition: FieldDefinition, path: [String]) {
        var check = LiteralCheck(schema: schema, variables: operation?.variables ?? [])
        for argument in field.arguments {
            let path = path + [argument.name]
            guard let expected = definition.arguments.first(where: { $0.name == argument.name }) else {
                errors.append(
                    .validation(
                        "Field '\(field.name)' doesn't accept argument '\(argument.name)'",
                        code: "argumentNotAccepted", at: argument.location, path: path,
                        ["name": field.name, "typeName": "Field", "argumentName": argument.name]))
                noteVariables(in: argument.value)
                continue
            }
            check.check(
                argument.value, expected, at: field.location, argument: argument.location, path: path,
                owner: ("Field", field.name))
        }
        let missing = definition.arguments.filter { expected in
            expected.isRequired && !field.arguments.contains { $0.name == expected.name }
        }
        if !missing.isEmpty {
            let names = missing.map(\.name).joined(separator: ", ")
            errors.append(
                .validation(
                    "Field '\(field.name)' is missing required arguments: \(names)",
                    code: "missingRequiredArguments", at: field.location, path: path,
                    ["className": "Field", "name": field.name, "arguments": names]))
        }
        finish(check, path: path)
    }

    private mutating func finish(_ check: LiteralCheck, path: [String]) {
        errors.append(contentsOf: check.errors)
        for (name, location) in check.used {
            noteUse(of: name, at: location, path: path)
        }
    }

    private mutating func noteUse(of name: String, at location: Location, path: [String]) {
        guard let operation else { return }
        if used.insert(name).inserted, !operation.variables.contains(where: { $0.name == name }) {
            let owner = operation.name ?? "anonymous \(operation.kind.rawValue)"
            errors.append(
                .validation(
                    "Variable $\(name) is used by \(owner) but not declared", code: "variableNotDefined",
                    at: location, path: path, ["variableName": name]))
        }
    }

    private mutating func noteVariables(in field: Field) {
        for argument in field.arguments { noteVariables(in: argument.value) }
        for case .field(let inner) in field.selections { noteVariables(in: inner) }
    }

    private mutating func noteVariables(in literal: Literal) {
        switch literal {
        case .variable(let name, _): used.insert(name)
        case .list(let values): for value in values { noteVariables(in: value) }
        case .object(let fields): for field in fields { noteVariables(in: field.value) }
        default: break
        }
    }

    private mutating func check(_ directives: [Directive], path: [String]) {
        for directive in directives {
            let argument: InputDefinition
            switch directive.name {
            case "skip", "include": argument = InputDefinition(name: "if", type: TypeReference("Boolean!"))
            case "idempotent": argument = InputDefinition(name: "key", type: TypeReference("String!"))
            default:
                errors.append(
                    .validation(
                        "Directive @\(directive.name) is not defined", code: "undefinedDirective",
                        at: directive.location, path: path, ["directiveName": directive.name]))
                continue
            }
            var check = LiteralCheck(schema: schema, variables: operation?.variables ?? [])
            for given in directive.arguments {
                guard given.name == argument.name else {
                    errors.append(
                        .validation(
                            "Directive '\(directive.name)' doesn't accept argument '\(given.name)'",
                            code: "argumentNotAccepted", at: given.location, path: path + [given.name],
                            ["name": directive.name, "typeName": "Directive", "argumentName": given.name]))
                    continue
                }
                check.check(
                    given.value, argument, at: directive.location, argument: given.location, path: path + [given.name],
                    owner: ("Directive", directive.name))
            }
            if !directive.arguments.contains(where: { $0.name == argument.name }) {
                errors.append(
                    .validation(
                        "Directive '\(directive.name)' is missing required arguments: \(argument.name)",
                        code: "missingRequiredArguments", at: directive.location, path: path,
                        ["className": "Directive", "name": directive.name, "arguments": argument.name]))
            }
            finish(check, path: path)
        }
    }

    private mutating func checkConflicts(_ selections: [Selection], path: [String]) {
        var seen: [String: Field] = [:]
        for case .field(let field) in selections {
            guard let other = seen[field.key] else {
                seen[field.key] = field
                continue
            }
            let sameArguments = Literal.object(field.arguments).source == Literal.object(other.arguments).source
            if field.name == other.name, sameArguments { continue }
            let conflicts =
                field.name != other.name
                ? "\(other.name) or \(field.name)"
                : "\(Literal.object(other.arguments).source) or \(Literal.object(field.arguments).source)"
            let what = field.name != other.name ? "a field" : "an argument"
            var error = GraphQLError.validation(
                "Field '\(field.key)' has \(what) conflict: \(conflicts)?", code: "fieldConflict", at: other.location,
                path: [], ["fieldName": field.key, "conflicts": conflicts])
            error.locations.append(field.location)
            errors.append(error)
        }
    }
}
