/// A JSON value that keeps the order of members and the text of numbers.
///
/// Both matter here: errors list an input's fields in the order sent, and money must not pass through a `Double`.
enum JSON: Sendable, Equatable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSON])
    case object(JSONObject)

    static func int(_ value: Int) -> JSON { .number(String(value)) }

    static func text(_ value: String?) -> JSON { value.map(JSON.string) ?? .null }

    static func strings(_ values: [String]) -> JSON { .array(values.map(JSON.string)) }

    var string: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    var int: Int? {
        guard case .number(let text) = self else { return nil }
        return Int(text)
    }

    var array: [JSON]? {
        guard case .array(let values) = self else { return nil }
        return values
    }

    var object: JSONObject? {
        guard case .object(let value) = self else { return nil }
        return value
    }

    var isNull: Bool { self == .null }

    subscript(key: String) -> JSON? { object?[key] }
}

extension JSON: ExpressibleByDictionaryLiteral {
    init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(JSONObject(elements.map { JSONObject.Member(key: $0.0, value: $0.1) }))
    }
}

/// The members of a JSON object, in order.
struct JSONObject: Sendable, Equatable {
    struct Member: Sendable, Equatable {
        let key: String
        var value: JSON
    }

    private(set) var members: [Member]

    init(_ members: [Member] = []) {
        self.members = members
    }

    var isEmpty: Bool { members.isEmpty }

    subscript(key: String) -> JSON? {
        get {
            for member in members where member.key == key {
                return member.value
            }
            return nil
        }
        set {
            if let index = members.firstIndex(where: { $0.key == key }) {
                if let newValue {
                    members[index].value = newValue
                } else {
                    members.remove(at: index)
                }
            } else if let newValue {
                members.append(Member(key: key, value: newValue))
            }
        }
    }

    /// Adds a member whose key is known to be new.
    mutating func append(_ key: String, _ value: JSON) {
        members.append(Member(key: key, value: value))
    }
}
