/// Puts a value together from its events, without recursion.
struct JSONBuilder {
    private struct Container {
        let isObject: Bool
        var elements: [JSONValue] = []
        var members: [(key: String, value: JSONValue)] = []
        var key = ""
    }

    private var open: [Container] = []

    /// Takes the next event of one value; the tokenizer has seen to it that it may stand there, and that keys differ.
    ///
    /// - Returns: The whole value once its last event is there.
    mutating func take(_ event: JSONEvent) -> JSONValue? {
        switch event {
        case .objectStart: open.append(Container(isObject: true))
        case .arrayStart: open.append(Container(isObject: false))
        case .key(let key):
            if !open.isEmpty { open[open.count - 1].key = key }
        case .string(let text): return add(.string(text))
        case .number(let text): return add(.number(text))
        case .bool(let flag): return add(.bool(flag))
        case .null: return add(.null)
        case .objectEnd, .arrayEnd:
            guard let container = open.popLast() else { return nil }
            return add(
                container.isObject ? .object(JSONObject(distinct: container.members)) : .array(container.elements)
            )
        }
        return nil
    }

    private mutating func add(_ value: JSONValue) -> JSONValue? {
        guard let last = open.indices.last else { return value }
        if open[last].isObject {
            open[last].members.append((open[last].key, value))
        } else {
            open[last].elements.append(value)
        }
        return nil
    }
}
