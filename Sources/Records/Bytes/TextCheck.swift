/// Checks that bytes are UTF-8 without a NUL; they may come in pieces.
package struct TextCheck: Sendable {
    package enum Fault: Sendable, Equatable {
        case malformed
        case nul
    }

    /// How many bytes the sequence that was begun still needs.
    private var needed = 0
    /// Which values the next byte of that sequence may have; the second byte of some sequences is bounded more tightly.
    private var allowed: ClosedRange<UInt8> = 0x80...0xBF

    package init() {}

    /// Whether the bytes so far end between two characters.
    package var isAtBoundary: Bool { needed == 0 }

    /// Reads the next piece.
    ///
    /// - Returns: The first fault and its offset in the piece; what follows a NUL may be read on.
    package mutating func firstFault(in bytes: UnsafeBufferPointer<UInt8>) -> (fault: Fault, offset: Int)? {
        var index = 0
        while index < bytes.count {
            if needed == 0 {
                index = Self.plainEnd(bytes, from: index)
                guard index < bytes.count else { return nil }
            }
            if let fault = take(bytes[index]) { return (fault, index) }
            index += 1
        }
        return nil
    }

    /// The end of the words of plain ASCII without NUL that begin at an offset.
    @inline(__always)
    private static func plainEnd(_ bytes: UnsafeBufferPointer<UInt8>, from offset: Int) -> Int {
        var index = offset
        while index &+ 8 <= bytes.count {
            let word = ByteWord.load(bytes, at: index)
            guard (word & ByteWord.highBits) | ByteWord.zeros(word) == 0 else { return index }
            index &+= 8
        }
        while index < bytes.count, bytes[index] &- 1 < 0x7F { index &+= 1 }
        return index
    }

    private mutating func take(_ byte: UInt8) -> Fault? {
        if needed > 0 {
            guard allowed.contains(byte) else { return .malformed }
            needed -= 1
            allowed = 0x80...0xBF
            return nil
        }
        switch byte {
        case 0x00: return .nul
        case 0x01...0x7F: break
        case 0xC2...0xDF: expect(1)
        case 0xE0: expect(2, 0xA0...0xBF)
        case 0xED: expect(2, 0x80...0x9F)
        case 0xE1...0xEF: expect(2)
        case 0xF0: expect(3, 0x90...0xBF)
        case 0xF1...0xF3: expect(3)
        case 0xF4: expect(3, 0x80...0x8F)
        default: return .malformed
        }
        return nil
    }

    private mutating func expect(_ count: Int, _ next: ClosedRange<UInt8> = 0x80...0xBF) {
        needed = count
        allowed = next
    }
}
