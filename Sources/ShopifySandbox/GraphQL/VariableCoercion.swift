/// Turns the variables of a request into values of their declared types.
struct VariableCoercion {
    let schema: Schema

    /// One thing wrong with a variable, and where inside it.
    private struct Problem {
        let path: [JSON]
        let explanation: String
        /// Whether the scalar itself refused the value: then the explanation stands there twice.
        var isFromScalar = false

        var json: JSON {
            var object: JSONObject = ["path": .array(path), "explanation": .string(explanation)]
            if isFromScalar { object.append("message", .string(explanation)) }
            return .object(object)
        }

        var text: String? {
            guard !path.isEmpty else { return nil }
            let place = path.map { part in part.string ?? part.int.map(String.init) ?? "" }.joined(separator: ".")
            return "\(place) (\(explanation))"
        }
    }

    /// - Returns: the values by name, variables without value or default left out; or an error for each bad variable.
    func values(for operation: Operation, _ given: JSONObject) -> Result<JSONObject, VariableErrors> {
        var values = JSONObject()
        var errors: [GraphQLError] = []
        for variable in operation.variables {
            let value = given[variable.name]
            if value == nil, let literal = variable.defaultValue {
                values.append(variable.name, Self.value(of: literal, [:]) ?? .null)
                continue
            }
            if value == nil, !variable.type.isNonNull { continue }
            var problems: [Problem] = []
            var path: [JSON] = []
            let coerced = coerce(value ?? .null, variable.type, &path, &problems)
            if problems.isEmpty {
                values.append(variable.name, coerced)
            } else {
                errors.append(error(variable, value ?? .null, problems))
            }
        }
        return errors.isEmpty ? .success(values) : .failure(VariableErrors(errors: errors))
    }

    private func error(_ variable: VariableDefinition, _ value: JSON, _ problems: [Problem]) -> GraphQLError {
        let places = problems.compactMap(\.text)
        let suffix = places.isEmpty ? "" : " for " + places.joined(separator: ", ")
        var extensions = JSONObject([.init(key: "code", value: "INVALID_VARIABLE")])
        extensions.append("value", value)
        extensions.append("problems", .array(problems.map(\.json)))
        return GraphQLError(
            message: "Variable $\(variable.name) of type \(variable.type) was provided invalid value\(suffix)",
            locations: [variable.location],
            extensions: extensions
        )
    }

    private func coerce(
        _ value: JSON,
        _ type: TypeReference,
        _ path: inout [JSON],
        _ problems: inout [Problem]
    ) -> JSON {
        if value.isNull {
            if type.isNonNull { problems.append(Problem(path: path, explanation: "Expected value to not be null")) }
            return .null
        }
        switch type.nullable {
        case .list(let element):
            guard case .array(let values) = value else {
                return .array([coerce(value, element, &path, &problems)])
            }
            var coerced: [JSON] = []
            for (index, value) in values.enumerated() {
                path.append(.int(index))
                defer { path.removeLast() }
                coerced.append(coerce(value, element, &path, &problems))
            }
            return .array(coerced)
        case .named(let name):
            return coerce(value, named: name, &path, &problems)
        case .nonNull:
            return .null
        }
    }

    private func coerce(
        _ value: JSON,
        named name: String,
        _ path: inout [JSON],
        _ problems: inout [Problem]
    ) -> JSON {
        switch schema.types[name] {
        case .input(let fields)?:
            guard case .object(let object) = value else {
                let explanation = "Expected \(JSONWriter.text(value)) to be a key-value object."
                problems.append(Problem(path: path, explanation: explanation))
                return .null
            }
            return coerce(object, fields, of: name, &path, &problems)
        case .enumeration(let values)?:
            guard case .string(let text) = value, values.contains(text) else {
                let list = values.joined(separator: ", ")
                let explanation = "Expected \(JSONWriter.text(value)) to be one of: \(list)"
                problems.append(Problem(path: path, explanation: explanation))
                return .null
            }
            return value
        default:
            if let explanation = ScalarRules.problem(with: value, as: name) {
                // Captured for ids alone.
                problems.append(Problem(path: path, explanation: explanation, isFromScalar: name == "ID"))
            }
            return value
        }
    }

    private func coerce(
        _ object: JSONObject,
        _ fields: [InputDefinition],
        of name: String,
        _ path: inout [JSON],
        _ problems: inout [Problem]
    ) -> JSON {
        for member in object.members where !fields.contains(where: { $0.name == member.key }) {
            let explanation = "Field is not defined on \(name)"
            problems.append(Problem(path: path + [.string(member.key)], explanation: explanation))
        }
        var result = JSONObject()
        for field in fields {
            if let value = object[field.name] {
                path.append(.string(field.name))
                defer { path.removeLast() }
                result.append(field.name, coerce(value, field.type, &path, &problems))
            } else if let value = field.defaultValue {
                result.append(field.name, value)
            } else if field.type.isNonNull {
                let explanation = "Expected value to not be null"
                problems.append(Problem(path: path + [.string(field.name)], explanation: explanation))
            }
        }
        return .object(result)
    }

    /// The arguments of a field with variables and defaults filled in.
    func arguments(_ arguments: [Argument], _ definitions: [InputDefinition], _ variables: JSONObject) -> JSONObject {
        var values = JSONObject()
        for definition in definitions {
            let given = arguments.first { $0.name == definition.name }
            if let given, let value = filled(given.value, definition.type, variables) {
                values.append(definition.name, value)
            } else if let value = definition.defaultValue {
                values.append(definition.name, value)
            }
        }
        return values
    }

    private func filled(_ literal: Literal, _ type: TypeReference, _ variables: JSONObject) -> JSON? {
        switch literal {
        case .variable(let name, _):
            return variables[name]
        case .list(let values):
            guard case .list(let element) = type.nullable else { return nil }
            return .array(values.map { filled($0, element, variables) ?? .null })
        case .object(let given, _):
            guard case .input(let fields)? = schema.type(type) else { return nil }
            let object = JSON.object(arguments(given, fields, variables))
            if case .list = type.nullable { return .array([object]) }
            return object
        default:
            guard let value = Self.value(of: literal, variables) else { return nil }
            if case .list = type.nullable, !value.isNull { return .array([value]) }
            return value
        }
    }

    private static func value(of literal: Literal, _ variables: JSONObject) -> JSON? {
        switch literal {
        case .variable(let name, _): variables[name]
        case .name(let name): .string(name)
        case .list(let values): .array(values.map { value(of: $0, variables) ?? .null })
        case .object(let fields, _):
            .object(
                JSONObject(
                    fields.map { JSONObject.Member(key: $0.name, value: value(of: $0.value, variables) ?? .null) }
                )
            )
        default: literal.json
        }
    }
}

/// The variables of a request do not fit their types.
struct VariableErrors: Error, Sendable {
    let errors: [GraphQLError]
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    init(dictionaryLiteral elements: (String, JSON)...) {
        self.init(elements.map { Member(key: $0.0, value: $0.1) })
    }
}
