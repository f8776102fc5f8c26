/// What a resolver gives for a field.
enum Resolved {
    case value(JSON)
    case object(any ShopObject)
    case list([Resolved])

    static var null: Resolved { .value(.null) }

    static func text(_ value: String?) -> Resolved { .value(.text(value)) }
    static func object(ifAny object: (any ShopObject)?) -> Resolved { object.map(Resolved.object) ?? .null }
}

/// Something with fields: the roots, a gift card, a page of operations.
protocol ShopObject {
    var typeName: String { get }

    /// - Throws: `FieldError`: the field is null and its error stands in the answer.
    func resolve(_ field: String, _ arguments: JSONObject) throws(FieldError) -> Resolved
}

/// Runs one operation of a valid document.
struct Executor {
    let schema: Schema
    let document: Document
    let operation: Operation
    private let variables: JSONObject
    private(set) var errors: [GraphQLError] = []
    private var path: [JSON] = []

    init(schema: Schema, document: Document, operation: Operation, variables: JSONObject) {
        self.schema = schema
        self.document = document
        self.operation = operation
        self.variables = variables
    }

    /// A field that may not be null is null: the object around it becomes null, too.
    private struct Nulled: Error {}

    /// - Returns: the answer's `data`; its errors are in `errors`.
    mutating func run(on root: any ShopObject) -> JSON {
        do {
            return try object(root, operation.selections)
        } catch {
            return .null
        }
    }

    /// The fields of a selection set by response key, fragments opened, `@skip` and `@include` obeyed.
    func collect(_ selections: [Selection], on type: String) -> [[Field]] {
        if let plain = plainFields(selections) { return plain }
        var order: [String] = []
        var groups: [String: [Field]] = [:]
        collect(selections, on: type, &order, &groups)
        return order.compactMap { groups[$0] }
    }

    /// The fields if there is nothing to open, to skip or to merge: the usual case, and the one of many lines.
    private func plainFields(_ selections: [Selection]) -> [[Field]]? {
        var fields: [[Field]] = []
        fields.reserveCapacity(selections.count)
        for selection in selections {
            guard case .field(let field) = selection, field.directives.isEmpty,
                !fields.contains(where: { $0[0].key == field.key })
            else { return nil }
            fields.append([field])
        }
        return fields
    }

    private func collect(
        _ selections: [Selection],
        on type: String,
        _ order: inout [String],
        _ groups: inout [String: [Field]]
    ) {
        for selection in selections {
            switch selection {
            case .field(let field):
                guard isIncluded(field.directives) else { continue }
                if groups[field.key] == nil { order.append(field.key) }
                groups[field.key, default: []].append(field)
            case .inline(let condition, let directives, let inner, _):
                guard isIncluded(directives), schema.overlap(condition ?? type, type) else { continue }
                collect(inner, on: type, &order, &groups)
            case .spread(let name, let directives, _):
                guard isIncluded(directives), let fragment = document.fragment(name),
                    schema.overlap(fragment.condition, type)
                else { continue }
                collect(fragment.selections, on: type, &order, &groups)
            }
        }
    }

    private func isIncluded(_ directives: [Directive]) -> Bool {
        for directive in directives where directive.name == "skip" || directive.name == "include" {
            let condition: Bool
            switch directive.arguments.first(where: { $0.name == "if" })?.value {
            case .bool(let flag)?: condition = flag
            case .variable(let name, _)?: condition = variables[name]?.bool ?? false
            default: condition = false
            }
            if condition == (directive.name == "skip") { return false }
        }
        return true
    }

    private mutating func object(_ object: any ShopObject, _ selections: [Selection]) throws(Nulled) -> JSON {
        let type = object.typeName
        var result = JSONObject()
        for fields in collect(selections, on: type) {
            guard let field = fields.first else { continue }
            if field.name == "__typename" {
                result.append(field.key, .string(type))
                continue
            }
            guard let definition = schema.field(field.name, of: type) else { continue }
            path.append(.string(field.key))
            defer { path.removeLast() }
            let inner = fields.count == 1 ? field.selections : fields.flatMap(\.selections)
            var value = JSON.null
            do {
                let coercion = VariableCoercion(schema: schema)
                let arguments =
                    definition.arguments.isEmpty
                    ? JSONObject() : coercion.arguments(field.arguments, definition.arguments, variables)
                let resolved = try object.resolve(field.name, arguments)
                value = try complete(resolved, inner)
            } catch let error as FieldError {
                errors.append(
                    GraphQLError(
                        message: error.message,
                        locations: [field.location] + places(of: error.argument, in: field.arguments),
                        path: path,
                        extensions: error.extensions,
                        isFromExecution: true
                    )
                )
            } catch {
                value = .null
            }
            if value.isNull, definition.type.isNonNull { throw Nulled() }
            result.append(field.key, value)
        }
        return .object(result)
    }

    /// Where an argument of a field is written; what came in a variable is at the variable's declaration: so captured.
    private func places(of argument: [String], in arguments: [Argument]) -> [Location] {
        guard let name = argument.first, let given = arguments.first(where: { $0.name == name }) else { return [] }
        let rest = Array(argument.dropFirst())
        if rest.isEmpty { return [given.location] }
        switch given.value {
        case .object(let fields, _): return places(of: rest, in: fields)
        case .variable(let name, _): return operation.variables.filter { $0.name == name }.map(\.location)
        default: return []
        }
    }

    private mutating func complete(_ resolved: Resolved, _ selections: [Selection]) throws(Nulled) -> JSON {
        switch resolved {
        case .value(let value):
            return value
        case .object(let object):
            return try self.object(object, selections)
        case .list(let elements):
            var values: [JSON] = []
            for (index, element) in elements.enumerated() {
                path.append(.int(index))
                defer { path.removeLast() }
                values.append(try complete(element, selections))
            }
            return .array(values)
        }
    }
}
