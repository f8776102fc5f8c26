/// A JSON value in memory.
///
/// Numbers keep their text: money never passes through floating point, and `1.50` is written as `1.50` again.
public enum JSONValue: Sendable, Equatable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number as it is written, such as `-12.50`.
    case number(String)
    /// A string, unescaped.
    case string(String)
    /// The elements of an array.
    case array([JSONValue])
    /// The members of an object.
    case object(JSONObject)
}

extension JSONValue {
    /// The value of a member; `nil` if there is none, or if this is no object.
    public subscript(key: String) -> JSONValue? { object?[key] }

    /// An element; `nil` if there is none, or if this is no array.
    public subscript(index: Int) -> JSONValue? {
        guard let array, array.indices.contains(index) else { return nil }
        return array[index]
    }

    /// The text of a string; `nil` for anything else, a number too.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The text of a number; `nil` for anything else.
    public var number: String? {
        if case .number(let text) = self { text } else { nil }
    }

    /// The value of a number that is a whole one without point or exponent, and small enough; `nil` for anything else.
    public var integer: Int? { number.flatMap { Int($0) } }

    /// The truth value; `nil` for anything else.
    public var bool: Bool? {
        if case .bool(let flag) = self { flag } else { nil }
    }

    /// The elements of an array; `nil` for anything else.
    public var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The members of an object; `nil` for anything else.
    public var object: JSONObject? {
        if case .object(let members) = self { members } else { nil }
    }

    /// Whether this is `null`.
    public var isNull: Bool { self == .null }
}

// There is no literal of floating point, which would round, and none of `nil`, which would blur a missing member and a `null`.

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    /// Makes a string.
    public init(stringLiteral value: String) { self = .string(value) }
}

extension JSONValue: ExpressibleByIntegerLiteral {
    /// Makes a number.
    public init(integerLiteral value: Int) { self = .number(String(value)) }
}

extension JSONValue: ExpressibleByBooleanLiteral {
    /// Makes a truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension JSONValue: ExpressibleByArrayLiteral {
    /// Makes an array.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
}

extension JSONValue: ExpressibleByDictionaryLiteral {
    /// Makes an object; of several members with the same key the last one's value holds.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(JSONObject(elements.map { (key: $0.0, value: $0.1) }))
    }
}
