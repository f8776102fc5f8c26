/// What a writer has open, and so which commas and line breaks are due.
struct JSONWriterState: Sendable {
    private struct Container {
        let isObject: Bool
        let breaksLines: Bool
        var isEmpty = true
        var hasKey = false
    }

    private let breaksLines: Bool
    private var open: [Container] = []
    private var hasBegun = false

    init(breaksLines: Bool) {
        self.breaksLines = breaksLines
    }

    /// Whether the document is whole.
    var isFinished: Bool { hasBegun && open.isEmpty }

    mutating func begin(isObject: Bool, _ bytes: inout [UInt8]) throws(JSONError) {
        try beforeValue(&bytes)
        bytes.append(UInt8(ascii: isObject ? "{" : "["))
        let isOutermost = !isObject && open.allSatisfy(\.isObject)
        open.append(Container(isObject: isObject, breaksLines: breaksLines && isOutermost))
    }

    mutating func end(isObject: Bool, _ bytes: inout [UInt8]) throws(JSONError) {
        guard let container = open.last, container.isObject == isObject, !container.hasKey else {
            throw JSONError(.outOfPlace)
        }
        open.removeLast()
        if container.breaksLines, !container.isEmpty { bytes.append(Byte.lineFeed) }
        bytes.append(UInt8(ascii: isObject ? "}" : "]"))
    }

    mutating func key(_ key: String, _ bytes: inout [UInt8]) throws(JSONError) {
        guard let last = open.indices.last, open[last].isObject, !open[last].hasKey else {
            throw JSONError(.outOfPlace)
        }
        if !open[last].isEmpty { bytes.append(Byte.comma) }
        open[last].isEmpty = false
        open[last].hasKey = true
        JSONText.append(string: key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
    }

    mutating func value(_ value: JSONValue, _ bytes: inout [UInt8]) throws(JSONError) {
        if case .number(let text) = value, !JSONText.isNumber(text) { throw JSONError(.invalidNumber) }
        try beforeValue(&bytes)
        guard JSONText.append(value, to: &bytes) else { throw JSONError(.invalidNumber) }
    }

    private mutating func beforeValue(_ bytes: inout [UInt8]) throws(JSONError) {
        guard let last = open.indices.last else {
            guard !hasBegun else { throw JSONError(.outOfPlace) }
            hasBegun = true
            return
        }
        if open[last].isObject {
            guard open[last].hasKey else { throw JSONError(.outOfPlace) }
            open[last].hasKey = false
            return
        }
        if !open[last].isEmpty { bytes.append(Byte.comma) }
        if open[last].breaksLines { bytes.append(Byte.lineFeed) }
        open[last].isEmpty = false
    }
}
