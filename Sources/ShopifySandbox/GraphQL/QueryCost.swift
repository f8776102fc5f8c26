import Foundation

/// What a request costs, after the captured answers.
///
/// A mutation costs 10, with the objects that its payload holds; what is inside them, and every object of a query, costs 1 whether it is there or null.
/// Money, errors and the page's info cost nothing, a count 10. A connection costs 2 and, for each list of it that is selected, as much as its size is worth.
struct QueryCost {
    static let maximum = 1000

    let executor: Executor
    let variables: JSONObject

    /// What may be asked for at most.
    func requested() -> Int { total(nil) }

    /// What it was by what was found: an object that is null has nothing inside.
    func actual(_ data: JSON) -> Int { total(data) }

    /// `answer` is `nil` before there is one, here and below.
    private func total(_ answer: JSON?) -> Int {
        let root = executor.operation.kind.rootType
        return executor.collect(executor.operation.selections, on: root).reduce(0) { sum, fields in
            let shown = member(of: answer, fields)
            guard executor.operation.kind == .mutation else { return sum + cost(of: fields, on: root, shown) }
            return sum + 10 + payload(fields, shown)
        }
    }

    /// What is inside the objects of a mutation's payload.
    private func payload(_ fields: [Field], _ answer: JSON?) -> Int {
        guard let type = type(of: fields, on: "Mutation"), answer?.isNull != true else { return 0 }
        return executor.collect(fields.flatMap(\.selections), on: type).reduce(0) { sum, fields in
            guard let inner = self.type(of: fields, on: type) else { return sum }
            return sum + inside(fields, inner, member(of: answer, fields))
        }
    }

    private func cost(of fields: [Field], on parent: String, _ answer: JSON?) -> Int {
        guard let field = fields.first, let type = type(of: fields, on: parent) else { return 0 }
        if type == "Count" { return 10 }
        if type.hasSuffix("Connection") { return connection(field, fields, type, answer) }
        return 1 + inside(fields, type, answer)
    }

    private func inside(_ fields: [Field], _ type: String, _ answer: JSON?) -> Int {
        if answer?.isNull == true { return 0 }
        if let elements = answer?.array { return elements.map { inside(fields, type, $0) }.max() ?? 0 }
        return executor.collect(fields.flatMap(\.selections), on: type).reduce(0) { sum, inner in
            sum + cost(of: inner, on: type, member(of: answer, inner))
        }
    }

    /// Requested by the size asked for; actual by what was found, and by the size asked for once where nothing was.
    private func connection(_ field: Field, _ fields: [Field], _ type: String, _ answer: JSON?) -> Int {
        if answer?.isNull == true { return 2 }
        let asked = argument("first", of: field)?.int ?? argument("last", of: field)?.int ?? 0
        let lists = executor.collect(fields.flatMap(\.selections), on: type)
            .filter { ["nodes", "edges"].contains($0.first?.name) }
        if lists.isEmpty { return 2 }
        let found = answer.map { answer in lists.first.flatMap { member(of: answer, $0)?.array?.count } ?? 0 }
        if found == 0 { return 2 + worth(ofAsked: asked) }
        return lists.reduce(2) { sum, list in
            guard let node = self.type(of: list, on: type) else { return sum }
            let size = found.map { min(worth(ofAsked: asked), Int(Double($0).squareRoot().rounded(.up))) }
            return sum + (size ?? worth(ofAsked: asked)) + nodes(list, node, member(of: answer, list))
        }
    }

    /// What is inside the nodes of a list, once for all of them.
    private func nodes(_ list: [Field], _ type: String, _ answer: JSON?) -> Int {
        // An edge's node is in the size already.
        type.hasSuffix("Edge") ? max(0, inside(list, type, answer) - 1) : inside(list, type, answer)
    }

    /// 1, 1, 2, 2, 3 for the first five, 4 for 10, 7 for 50, 11 for 250: twice the natural logarithm meets all that was captured.
    private func worth(ofAsked size: Int) -> Int {
        size < 2 ? max(0, size) : Int(2 * log(Double(size)))
    }

    /// The type of what a field returns, if it costs anything.
    private func type(of fields: [Field], on parent: String) -> String? {
        guard let field = fields.first, let type = executor.schema.field(field.name, of: parent)?.type.name,
            executor.schema.types[type]?.fields != nil,
            type != "MoneyV2", type != "PageInfo", !type.hasSuffix("UserError")
        else { return nil }
        return type
    }

    private func member(of answer: JSON?, _ fields: [Field]) -> JSON? {
        answer.map { answer in fields.first.flatMap { answer[$0.key] } ?? .null }
    }

    private func argument(_ name: String, of field: Field) -> JSON? {
        guard let given = field.arguments.first(where: { $0.name == name }) else { return nil }
        switch given.value {
        case .variable(let name, _): return variables[name]
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
