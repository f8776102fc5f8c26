/// Strings as they stand in a document, quotes and escapes included.
enum JSONString {
    enum Scan {
        /// The closing quote stands at this offset.
        case closed(at: Int, hasEscapes: Bool)
        case needsBytes
        case fault(JSONError.Code, at: Int)
    }

    /// Looks for the end of the string whose opening quote is the first byte.
    static func scan(_ bytes: UnsafeBufferPointer<UInt8>, limit: Int, isComplete: Bool) -> Scan {
        // Both quotes and the content.
        let window = bytes.count - 2 > limit ? limit + 2 : bytes.count
        var hasEscapes = false
        var index = 1
        while index < window {
            if index &+ 8 <= window, isPlain(ByteWord.load(bytes, at: index)) {
                index &+= 8
                continue
            }
            switch bytes[index] {
            case Byte.quote: return .closed(at: index, hasEscapes: hasEscapes)
            case Byte.backslash:
                // A line break after it would make the places of later faults wrong.
                if index + 1 < window, bytes[index + 1] < 0x20 { return .fault(.invalidEscape, at: index) }
                hasEscapes = true
                index += 2
            case ..<0x20: return .fault(.controlCharacter, at: index)
            default: index += 1
            }
        }
        if bytes.count - 2 >= limit { return .fault(.tokenTooLong, at: 0) }
        return isComplete ? .fault(.unexpectedEnd, at: bytes.count) : .needsBytes
    }

    /// The text of a string without its quotes.
    ///
    /// - Returns: The text, or the fault and its offset in `content`.
    static func text(
        of content: UnsafeBufferPointer<UInt8>,
        hasEscapes: Bool
    ) -> Result<String, Fault> {
        if !hasEscapes {
            return checked(content)
        }
        var plain: [UInt8] = []
        plain.reserveCapacity(content.count)
        var index = 0
        while index < content.count {
            guard content[index] == Byte.backslash else {
                plain.append(content[index])
                index += 1
                continue
            }
            if let byte = shortEscape(content, at: index + 1) {
                plain.append(byte)
                index += 2
                continue
            }
            switch scalar(content, at: index) {
            case .success(let (scalar, length)):
                plain += UTF8.encode(scalar) ?? Unicode.UTF8.encodedReplacementCharacter
                index += length
            case .failure(let fault): return .failure(fault)
            }
        }
        return plain.withUnsafeBufferPointer(checked)
    }

    /// What is wrong in a string, and where: the offset in its content, -1 for the opening quote.
    struct Fault: Error {
        let code: JSONError.Code
        let offset: Int

        init(_ code: JSONError.Code, at offset: Int) {
            self.code = code
            self.offset = offset
        }
    }

    /// The text of bytes that may be no UTF-8; plain ASCII takes the short way, `String(validating:)` is several times slower.
    private static func checked(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<String, Fault> {
        var index = 0
        while index &+ 8 <= bytes.count, ByteWord.load(bytes, at: index) & ByteWord.highBits == 0 { index &+= 8 }
        while index < bytes.count, bytes[index] < 0x80 { index &+= 1 }
        if index == bytes.count { return .success(String(decoding: bytes, as: UTF8.self)) }
        return String(validating: bytes, as: UTF8.self).map { .success($0) } ?? .failure(Fault(.notUTF8, at: -1))
    }

    @inline(__always)
    private static func isPlain(_ word: UInt64) -> Bool {
        let controls = (word &- ByteWord.filled(with: 0x20)) & ~word & ByteWord.highBits
        return controls | ByteWord.zeros(word ^ ByteWord.filled(with: Byte.quote))
            | ByteWord.zeros(word ^ ByteWord.filled(with: Byte.backslash)) == 0
    }

    private static func shortEscape(_ content: UnsafeBufferPointer<UInt8>, at index: Int) -> UInt8? {
        guard index < content.count else { return nil }
        return switch content[index] {
        case Byte.quote, Byte.backslash, UInt8(ascii: "/"): content[index]
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }

    /// The character of the `\u` escape, or of the two, that begin at an offset, and their length.
    private static func scalar(
        _ content: UnsafeBufferPointer<UInt8>,
        at index: Int
    ) -> Result<(Unicode.Scalar, Int), Fault> {
        guard let first = unit(content, at: index) else { return .failure(Fault(.invalidEscape, at: index)) }
        if let scalar = Unicode.Scalar(first) { return .success((scalar, 6)) }
        guard first < 0xDC00, let second = unit(content, at: index + 6), (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
        else { return .failure(Fault(.loneSurrogate, at: index)) }
        return .success((scalar, 12))
    }

    /// The code unit of the `\u` escape at an offset.
    private static func unit(_ content: UnsafeBufferPointer<UInt8>, at index: Int) -> UInt16? {
        guard index + 6 <= content.count, content[index] == Byte.backslash, content[index + 1] == UInt8(ascii: "u")
        else { return nil }
        var unit: UInt16 = 0
        for byte in content[(index + 2)..<(index + 6)] {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }
}
