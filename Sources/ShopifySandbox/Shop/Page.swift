import Foundation

/// One page of a list that is cut by `first`, `after`, `last` and `before`.
struct Page {
    let numbers: [Int]
    let hasNext: Bool
    let hasPrevious: Bool

    /// Cuts a page out of the whole list, which is already in the order asked for.
    ///
    /// - Throws: BAD_REQUEST unless exactly one of `first` and `last` is given, from 0 to 250.
    init(of numbers: [Int], _ arguments: JSONObject) throws(FieldError) {
        func bad(_ message: String) -> FieldError { FieldError(message, code: "BAD_REQUEST") }
        let first = arguments["first"]?.int
        let last = arguments["last"]?.int
        guard first != nil || last != nil else { throw bad("you must provide one of first or last") }
        guard first == nil || last == nil else { throw bad("providing both first and last is not supported") }
        let name = first == nil ? "last" : "first"
        let size = first ?? last ?? 0
        guard (0...250).contains(size) else { throw bad("\(name) must be between 0 and 250") }
        var lower = 0
        var upper = numbers.count
        if let after = arguments["after"]?.string {
            guard let index = Self.number(of: after).flatMap(numbers.firstIndex) else { throw bad("Invalid cursor") }
            lower = index + 1
        }
        if let before = arguments["before"]?.string {
            guard let index = Self.number(of: before).flatMap(numbers.firstIndex) else { throw bad("Invalid cursor") }
            upper = max(lower, index)
        }
        if first != nil {
            hasNext = upper - lower > size || upper < numbers.count
            hasPrevious = lower > 0
            upper = min(upper, lower + size)
        } else {
            hasPrevious = upper - lower > size || lower > 0
            hasNext = upper < numbers.count
            lower = max(lower, upper - size)
        }
        self.numbers = Array(numbers[lower..<upper])
    }

    static func cursor(of number: Int) -> String {
        let value: JSON = ["last_id": .int(number), "last_value": .string(String(number))]
        return Data(JSONWriter.bytes(value)).base64EncodedString()
    }

    private static func number(of cursor: String) -> Int? {
        guard let data = Data(base64Encoded: cursor), let value = try? JSONParser.parse(Array(data)) else { return nil }
        return value["last_id"]?.int
    }

    /// The page as a connection of the given node type.
    func connection(of type: String, _ node: (Int) -> (any ShopObject)?) -> Resolved {
        let nodes = numbers.compactMap { number in node(number).map { (number, $0) } }
        let edges = nodes.map { number, node in
            Resolved.object(
                PlainObject(
                    typeName: type + "Edge",
                    fields: ["cursor": .text(Self.cursor(of: number)), "node": .object(node)]
                )
            )
        }
        let info = PlainObject(
            typeName: "PageInfo",
            fields: [
                "hasNextPage": .value(.bool(hasNext)), "hasPreviousPage": .value(.bool(hasPrevious)),
                "startCursor": .text(numbers.first.map(Self.cursor)), "endCursor": .text(numbers.last.map(Self.cursor)),
            ]
        )
        return .object(
            PlainObject(
                typeName: type + "Connection",
                fields: ["nodes": .list(nodes.map { .object($0.1) }), "edges": .list(edges), "pageInfo": .object(info)]
            )
        )
    }
}
