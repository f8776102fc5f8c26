/// The grammar of numbers, RFC 8259 section 6: `-`, digits without a leading zero, a fraction, an exponent.
enum JSONNumber {
    /// Whether a byte can stand in a number.
    @inline(__always)
    static func mayHold(_ byte: UInt8) -> Bool {
        isDigit(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
            || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
    }

    /// Whether the bytes are one number and nothing else.
    static func isValid(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var rest = Slice(base: bytes, bounds: bytes.indices)
        if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
        if rest.first == UInt8(ascii: "0") {
            rest.removeFirst()
        } else {
            guard dropDigits(&rest) else { return false }
        }
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            guard dropDigits(&rest) else { return false }
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest.removeFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest.removeFirst() }
            guard dropDigits(&rest) else { return false }
        }
        return rest.isEmpty
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    /// Drops the digits at the beginning; `false` if there is none.
    private static func dropDigits(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        let digits = rest.prefix(while: isDigit).count
        rest.removeFirst(digits)
        return digits > 0
    }
}
