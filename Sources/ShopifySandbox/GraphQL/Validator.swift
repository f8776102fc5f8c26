/// Checks a document against the schema before anything is executed, and says what is wrong in graphql-ruby's words.
struct Validator {
    let schema: Schema
    let document: Document
    var errors: [GraphQLError] = []
    var operation: Operation?
    var used: Set<String> = []

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
                        code: "variableNotUsed",
                        at: operation.location,
                        path: path,
                        ["variableName": variable.name]
                    )
                )
            }
        }
        checkFragments()
    }

    private mutating func checkFragments() {
        let spread = document.operations.flatMap { spreads(in: $0.selections, visited: []) }
        for fragment in document.fragments where !spread.contains(fragment.name) {
            errors.append(
                .validation(
                    "Fragment \(fragment.name) was defined, but not used",
                    code: "useAndDefineFragment",
                    at: fragment.location,
                    path: ["fragment \(fragment.name)"],
                    ["fragmentName": fragment.name]
                )
            )
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
                        code: "variableRequiresValidType",
                        at: variable.location,
                        path: [operation.pathName],
                        more
                    )
                )
                continue
            }
            guard type.isInput else {
                errors.append(
                    .validation(
                        "\(variable.type.name) isn't a valid input type (on $\(variable.name))",
                        code: "variableRequiresValidType",
                        at: variable.location,
                        path: [operation.pathName],
                        more
                    )
                )
                continue
            }
            if let value = variable.defaultValue, !fits(value, variable.type) {
                errors.append(
                    .validation(
                        "Default value for $\(variable.name) doesn't match type \(variable.type)",
                        code: "defaultValueInvalidType",
                        at: variable.location,
                        path: [operation.pathName],
                        more
                    )
                )
            }
        }
    }

    private func fits(_ literal: Literal, _ type: TypeReference) -> Bool {
        LiteralCheck(schema: schema, variables: operation?.variables ?? []).accepts(literal, type)
    }

    private mutating func check(
        _ selections: [Selection],
        of type: String,
        path: [String],
        visited: Set<String>
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
        spread name: String,
        inside type: String,
        at location: Location,
        path: [String],
        visited: Set<String>
    ) {
        guard let fragment = document.fragment(name) else {
            errors.append(
                .validation(
                    "Fragment \(name) was used, but not defined",
                    code: "useAndDefineFragment",
                    at: location,
                    path: path + ["... \(name)"],
                    ["fragmentName": name]
                )
            )
            return
        }
        guard !visited.contains(name) else {
            errors.append(
                .validation(
                    "Fragment \(name) contains an infinite loop",
                    code: "infiniteLoop",
                    at: fragment.location,
                    path: ["fragment \(name)"],
                    ["fragmentName": name]
                )
            )
            return
        }
        let inside = ["fragment \(name)"]
        guard checkCondition(fragment.condition, inside: type, at: fragment.location, path: inside) else { return }
        check(fragment.directives, path: inside)
        check(fragment.selections, of: fragment.condition, path: inside, visited: visited.union([name]))
    }

    private mutating func checkCondition(
        _ condition: String,
        inside type: String,
        at location: Location,
        path: [String]
    ) -> Bool {
        guard schema.types[condition] != nil else {
            errors.append(
                .validation(
                    "No such type \(condition), so it can't be a fragment condition",
                    code: "undefinedType",
                    at: location,
                    path: path,
                    ["typeName": condition]
                )
            )
            return false
        }
        guard schema.types[condition]?.fields != nil else {
            errors.append(
                .validation(
                    "Invalid fragment on type \(condition) (must be Union, Interface or Object)",
                    code: "fragmentOnNonCompositeType",
                    at: location,
                    path: path,
                    ["typeName": condition]
                )
            )
            return false
        }
        guard schema.overlap(condition, type) else {
            errors.append(
                .validation(
                    "Fragment on \(condition) can't be spread inside \(type)",
                    code: "cannotSpreadFragment",
                    at: location,
                    path: path,
                    ["typeName": condition, "fragmentName": "unknown", "parentName": type]
                )
            )
            return false
        }
        return true
    }

    private mutating func check(_ field: Field, of type: String, path: [String], visited: Set<String>) {
        check(field.directives, path: path)
        guard let definition = schema.field(field.name, of: type) else {
            errors.append(
                .validation(
                    "Field '\(field.name)' doesn't exist on type '\(type)'",
                    code: "undefinedField",
                    at: field.location,
                    path: path,
                    ["typeName": type, "fieldName": field.name]
                )
            )
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
                    code: "selectionMismatch",
                    at: field.location,
                    path: path,
                    ["nodeName": "field '\(field.name)'", "typeName": result]
                )
            )
        } else if !isComposite, field.hasSelections {
            let inner = field.selections.map { selection in
                if case .field(let field) = selection { JSONWriter.text(.string(field.name)) } else { "\"...\"" }
            }
            let kind = if case .enumeration? = schema.types[result] { "enums" } else { "scalars" }
            errors.append(
                .validation(
                    "Selections can't be made on \(kind) (field '\(field.name)' returns \(result) "
                        + "but has selections [\(inner.joined(separator: ", "))])",
                    code: "selectionMismatch",
                    at: field.location,
                    path: path,
                    ["nodeName": "field '\(field.name)'", "typeName": result]
                )
            )
        } else if isComposite {
            check(field.selections, of: result, path: path, visited: visited)
        }
    }
}
