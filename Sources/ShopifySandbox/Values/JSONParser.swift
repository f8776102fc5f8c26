import Foundation

/// What is wrong with a text that should be JSON, and at which byte.
struct JSONSyntaxError: Error, Equatable {
    let offset: Int
    let found: String
}

/// Reads one JSON value from bytes.
///
/// RFC 8259, depth at most 100; the last of doubled keys counts.
struct JSONParser {
    private let bytes: UnsafeRawBufferPointer
    private var index = 0
    private var depth = 0

    private init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    static func parse(_ bytes: UnsafeRawBufferPointer) throws(JSONSyntaxError) -> JSON {
        var parser = JSONParser(bytes)
        parser.skipSpace()
        let value = try parser.value()
        parser.skipSpace()
        guard parser.index == bytes.count else { throw parser.error() }
        return value
    }

    static func parse(_ bytes: [UInt8]) throws(JSONSyntaxError) -> JSON {
        let result: Result<JSON, JSONSyntaxError> = bytes.withUnsafeBytes { buffer in
            Result { () throws(JSONSyntaxError) -> JSON in try parse(buffer) }
        }
        return try result.get()
    }

    private func error() -> JSONSyntaxError {
        guard index < bytes.count else { return JSONSyntaxError(offset: index, found: "end of input") }
        let end = min(index + 12, bytes.count)
        return JSONSyntaxError(offset: index, found: String(decoding: bytes[index..<end], as: UTF8.self))
    }

    private mutating func skipSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index += 1
            default: return
            }
        }
    }

    private mutating func value() throws(JSONSyntaxError) -> JSON {
        guard index < bytes.count else { throw error() }
        switch bytes[index] {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: return try number()
        }
    }

    private mutating func literal(_ text: StaticString, _ value: JSON) throws(JSONSyntaxError) -> JSON {
        let count = text.utf8CodeUnitCount
        guard index + count <= bytes.count, let base = bytes.baseAddress,
            memcmp(base + index, text.utf8Start, count) == 0
        else { throw error() }
        index += count
        return value
    }

    private mutating func object() throws(JSONSyntaxError) -> JSON {
        try enter()
        defer { depth -= 1 }
        var members: [JSONObject.Member] = []
        index += 1
        skipSpace()
        if index < bytes.count, bytes[index] == UInt8(ascii: "}") {
            index += 1
            return .object(JSONObject())
        }
        while true {
            skipSpace()
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { throw error() }
            let key = try string()
            skipSpace()
            guard index < bytes.count, bytes[index] == UInt8(ascii: ":") else { throw error() }
            index += 1
            skipSpace()
            let value = try value()
            if let known = members.firstIndex(where: { $0.key == key }) {
                members[known].value = value
            } else {
                members.append(JSONObject.Member(key: key, value: value))
            }
            if try isLast(closing: UInt8(ascii: "}")) { return .object(JSONObject(members)) }
        }
    }

    private mutating func array() throws(JSONSyntaxError) -> JSON {
        try enter()
        defer { depth -= 1 }
        var values: [JSON] = []
        index += 1
        skipSpace()
        if index < bytes.count, bytes[index] == UInt8(ascii: "]") {
            index += 1
            return .array([])
        }
        while true {
            skipSpace()
            values.append(try value())
            if try isLast(closing: UInt8(ascii: "]")) { return .array(values) }
        }
    }

    private mutating func enter() throws(JSONSyntaxError) {
        depth += 1
        guard depth <= 100 else { throw error() }
    }

    private mutating func isLast(closing: UInt8) throws(JSONSyntaxError) -> Bool {
        skipSpace()
        guard index < bytes.count else { throw error() }
        if bytes[index] == closing {
            index += 1
            return true
        }
        guard bytes[index] == UInt8(ascii: ",") else { throw error() }
        index += 1
        return false
    }

    private mutating func number() throws(JSONSyntaxError) -> JSON {
        let start = index
        if bytes[index] == UInt8(ascii: "-") { index += 1 }
        let integer = digits()
        guard integer > 0, integer == 1 || bytes[index - integer] != UInt8(ascii: "0") else {
            index = start
            throw error()
        }
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            index += 1
            guard digits() > 0 else { throw error() }
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
                index += 1
            }
            guard digits() > 0 else { throw error() }
        }
        return .number(String(decoding: bytes[start..<index], as: UTF8.self))
    }

    private mutating func digits() -> Int {
        let start = index
        while index < bytes.count, bytes[index] &- 0x30 < 10 { index += 1 }
        return index - start
    }

    private mutating func string() throws(JSONSyntaxError) -> String {
        index += 1
        let start = index
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                guard let text = String(validating: bytes[start..<index], as: UTF8.self) else { throw error() }
                index += 1
                return text
            }
            if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
            guard byte >= 0x20 else { throw error() }
            index += 1
        }
        throw error()
    }

    private mutating func escapedString(from start: Int) throws(JSONSyntaxError) -> String {
        var text = Array(bytes[start..<index])
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else { throw error() }
                index += 1
                return string
            case UInt8(ascii: "\\"):
                index += 1
                try text.append(contentsOf: escape())
            case 0..<0x20:
                throw error()
            default:
                text.append(byte)
                index += 1
            }
        }
        throw error()
    }

    private mutating func escape() throws(JSONSyntaxError) -> [UInt8] {
        guard index < bytes.count else { throw error() }
        let byte = bytes[index]
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            index += 1
            return [byte]
        case UInt8(ascii: "b"): index += 1; return [0x08]
        case UInt8(ascii: "f"): index += 1; return [0x0C]
        case UInt8(ascii: "n"): index += 1; return [0x0A]
        case UInt8(ascii: "r"): index += 1; return [0x0D]
        case UInt8(ascii: "t"): index += 1; return [0x09]
        case UInt8(ascii: "u"):
            index += 1
            return Array(String(try scalar()).utf8)
        default: throw error()
        }
    }

    private mutating func scalar() throws(JSONSyntaxError) -> Character {
        let high = try codeUnit()
        if high & 0xFC00 == 0xD800 {
            guard index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u")
            else {
                throw error()
            }
            index += 2
            let low = try codeUnit()
            guard low & 0xFC00 == 0xDC00,
                let scalar = Unicode.Scalar(0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF))
            else { throw error() }
            return Character(scalar)
        }
        guard let scalar = Unicode.Scalar(high) else { throw error() }
        return Character(scalar)
    }

    private mutating func codeUnit() throws(JSONSyntaxError) -> UInt32 {
        guard index + 4 <= bytes.count,
            let value = UInt32(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16)
        else { throw error() }
        index += 4
        return value
    }
}
