extension SandboxFault {
    /// Reads a fault from the text of an option: `kind[:count][,key=value…]`.
    ///
    /// Keys: `count`, `skip`, `root`, `seconds`, `lines`, `fraction`, `text`. `lost-answer:2,root=giftCardCreate` is a
    /// lost answer for each of the next two calls of giftCardCreate.
    ///
    /// - Throws: `SandboxError` with `.badFault`.
    public init(parsing text: String) throws {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let head = (parts.first ?? "").split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(try Self.kind(named: String(head.first ?? "")))
        if head.count == 2 { try set("count", String(head[1])) }
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else { throw SandboxError(.badFault, "'\(part)' is not key=value") }
            try set(String(pair[0]), String(pair[1]))
        }
    }

    /// Reads a fault from the JSON of a control request.
    init(_ json: JSON) throws {
        guard let object = json.object, let kind = object["kind"]?.string else {
            throw SandboxError(.badFault, "a fault needs a kind")
        }
        self.init(try Self.kind(named: kind))
        for member in object.members where member.key != "kind" && !member.value.isNull {
            switch member.value {
            case .string(let value), .number(let value): try set(member.key, value)
            default: throw SandboxError(.badFault, "\(member.key) has no plain value")
            }
        }
    }

    private static func kind(named name: String) throws -> Kind {
        guard let kind = Kind(rawValue: name) else {
            let known = Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw SandboxError(.badFault, "unknown fault '\(name)'; known are \(known)")
        }
        return kind
    }

    private mutating func set(_ key: String, _ value: String) throws {
        let bad = SandboxError(.badFault, "\(kind.rawValue): '\(value)' is no value for \(key)")
        switch key {
        case "count":
            guard let number = Int(value), number > 0 else { throw bad }
            count = number
        case "skip":
            guard let number = Int(value), number >= 0 else { throw bad }
            skip = number
        case "lines":
            guard let number = Int(value), number >= 0 else { throw bad }
            lines = number
        case "seconds":
            guard let number = Double(value), number >= 0, number < 1e6 else { throw bad }
            seconds = number
        case "fraction":
            guard let number = Double(value), (0...1).contains(number) else { throw bad }
            fraction = number
        case "root": root = value
        case "text": text = value
        default: throw SandboxError(.badFault, "\(kind.rawValue) has no \(key)")
        }
    }

    var json: JSON {
        var object: JSONObject = ["kind": .string(kind.rawValue), "count": .int(count)]
        if skip > 0 { object.append("skip", .int(skip)) }
        if let root { object.append("root", .string(root)) }
        if let seconds { object.append("seconds", .number(String(seconds))) }
        if let lines { object.append("lines", .int(lines)) }
        if let fraction { object.append("fraction", .number(String(fraction))) }
        if let text { object.append("text", .string(text)) }
        return .object(object)
    }
}
