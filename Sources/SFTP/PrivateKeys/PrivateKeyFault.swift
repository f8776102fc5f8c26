/// Why a private key can't be had.
struct PrivateKeyFault: Error, Equatable, Sendable {
    enum Kind: Sendable {
        case missing, exposed, notAFile, tooLarge, unreadable
    }

    let kind: Kind
    /// What is wrong with which file, and how to fix it; unescaped.
    let words: String

    init(_ kind: Kind, words: String) {
        self.kind = kind
        self.words = words
    }
}

/// A path as it can be pasted into a shell.
func shellWord(_ path: String) -> String {
    let plain = path.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"),
            UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "@"), UInt8(ascii: ":"), UInt8(ascii: "="):
            true
        default: false
        }
    }
    guard !plain || path.isEmpty || path.hasPrefix("-") else { return path }
    return "'" + path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}
