/// What a request costs, after the captured answers: a mutation 10, an object 1, a connection 2 and the root of its size.
struct QueryCost {
    static let maximum = 1000

    let executor: Executor
    let variables: JSONObject

    func requested() -> Int {
        let fields = executor.collect(executor.operation.selections, on: executor.operation.kind.rootType)
        guard executor.operation.kind == .mutation else {
            return fields.reduce(0) { $0 + cost(of: $1, on: "QueryRoot") }
        }
        return fields.reduce(0) { sum, group in
            guard let field = group.first, field.name == "stagedUploadsCreate" else { return sum + 10 }
            return sum + 10 + (argument("input", of: field)?.array?.count ?? 1)
        }
    }

    private func cost(of fields: [Field], on type: String) -> Int {
        guard let field = fields.first, let definition = executor.schema.field(field.name, of: type),
            executor.schema.types[definition.type.name]?.fields != nil
        else { return 0 }
        let name = definition.type.name
        guard !name.hasSuffix("Connection") else {
            let size = argument("first", of: field)?.int ?? argument("last", of: field)?.int ?? 0
            return 2 + Int(Double(max(0, size)).squareRoot())
        }
        let inner = executor.collect(fields.flatMap(\.selections), on: name)
        return 1 + inner.reduce(0) { $0 + cost(of: $1, on: name) }
    }

    private func argument(_ name: String, of field: Field) -> JSON? {
        guard let given = field.arguments.first(where: { $0.name == name }) else { return nil }
        switch given.value {
        case .variable(let name, _): return variables[name]
        case .list(let values): return .array(values.map { $0.json ?? .null })
        default: return given.value.json
        }
    }

    static func tooHigh(_ cost: Int) -> GraphQLError {
        var extensions = JSONObject([.init(key: "code", value: "MAX_COST_EXCEEDED")])
        extensions.append("cost", .int(cost))
        extensions.append("maxCost", .int(maximum))
        extensions.append("documentation", "https://shopify.dev/api/usage/limits#rate-limits")
        return GraphQLError(
            message: "Query cost is \(cost), which exceeds the single query max cost limit (\(maximum)).",
            extensions: extensions
        )
    }
}
