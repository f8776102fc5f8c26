import Records

extension JSONValue {
    /// The value over several lines, two spaces deeper at each level, members in their order.
    var pretty: String { pretty(indent: "") }

    private func pretty(indent: String) -> String {
        let deeper = indent + "  "
        func block(_ open: String, _ entries: [String], _ close: String) -> String {
            entries.isEmpty
                ? open + close
                : open + "\n" + entries.map { deeper + $0 }.joined(separator: ",\n") + "\n" + indent + close
        }
        switch self {
        case .array(let elements): return block("[", elements.map { $0.pretty(indent: deeper) }, "]")
        case .object(let object):
            let entries = object.members.map { key, value in
                String(decoding: JSONValue.string(key).encoded(), as: UTF8.self) + ": " + value.pretty(indent: deeper)
            }
            return block("{", entries, "}")
        default: return String(decoding: encoded(), as: UTF8.self)
        }
    }
}
