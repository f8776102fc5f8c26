/// The permissions of a file as Unix writes them: `0640`.
public struct FileMode: Hashable, Sendable, CustomStringConvertible {
    /// The lowest twelve bits: set-id and sticky bits, then read, write and execute of owner, group and others.
    public let bits: UInt32

    /// Makes a mode of bits; those above the twelfth are dropped.
    public init(bits: UInt32) { self.bits = bits & 0o7777 }

    /// Reads three or four octal digits: `640` or `0640`.
    ///
    /// - Returns: `nil` for anything else, `0o640` and `u=rw` too.
    public init?(_ text: String) {
        guard (3...4).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x37).contains($0) }),
            let bits = UInt32(text, radix: 8)
        else { return nil }
        self.init(bits: bits)
    }

    /// Of files that hold codes, where nothing else is said: 0640.
    public static let ofCodes = FileMode(bits: 0o640)

    /// The rights that both modes have.
    public func intersection(_ other: FileMode) -> FileMode { FileMode(bits: bits & other.bits) }

    /// Four octal digits.
    public var description: String {
        let digits = String(bits, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
