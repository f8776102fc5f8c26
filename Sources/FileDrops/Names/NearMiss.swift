/// A name that a pattern does not match, and would but for its case, the mark of a copy, or something after it.
///
/// `X.CSV`, `X (1).csv` and `X.csv.filepart` are near misses of `*.csv`; `.X.csv` is none, for it is nobody's file.
public struct NearMiss: Hashable, Sendable {
    /// What is in the way, and what to do, in words for a person.
    public let words: String

    /// Looks at a name that the pattern does not match; `nil` for one that has nothing to do with it.
    public init?(_ name: String, of pattern: NamePattern) {
        guard !name.hasPrefix("."), !pattern.matches(name) else { return nil }
        let folded = pattern.ignoringCase
        var rest = Substring(name)
        var reasons: [String] = []
        while !folded.matches(String(rest)) {
            guard reasons.count < Self.mostReasons, let (shorter, reason) = Self.shortened(rest) else { return nil }
            rest = shorter
            reasons.append(reason)
        }
        if !pattern.matches(String(rest)) {
            reasons.append(
                "it matches '\(pattern)' but for upper and lower case: rename it, or set 'match_case: false'"
            )
        }
        words = reasons.joined(separator: "; and ")
    }

    /// A name may be that of a copy, packed, and half sent.
    private static let mostReasons = 3

    /// The name without what was put to it last, and what to do about that.
    private static func shortened(_ name: Substring) -> (Substring, String)? {
        if let dot = name.lastIndex(of: "."), let stem = withoutCopyMark(name[..<dot]) {
            let mark = name[stem.endIndex..<dot].trimming(" ")
            return (
                stem + name[dot...],
                "'\(mark)' in its name marks a copy: rename it if it is a file of its own, else remove it"
            )
        }
        for (advice, suffixes) in Self.suffixes {
            guard let suffix = suffixes.first(where: { name.hasSuffix($0, ignoringCase: true) }) else { continue }
            let end = name.suffix(suffix.count)
            return (name.dropLast(suffix.count), "'\(end)' follows its name: \(advice)")
        }
        return nil
    }

    private static let suffixes: [(advice: String, [String])] = [
        (
            "it is being sent, or was broken off; if nobody sends it any more, send it again",
            [
                ".filepart", ".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".upload", ".uploading",
                ".opdownload",
            ]
        ),
        ("it is compressed; drop it unpacked", [".gz", ".zip", ".bz2", ".xz", ".zst", ".7z", ".tgz", ".rar", ".z"]),
        ("it is encrypted; drop it decrypted", [".gpg", ".pgp", ".asc"]),
        (
            "it was put aside there; rename it if it is to be taken",
            [".bak", ".old", ".orig", ".save", ".swp", "~"]
        ),
        ("a program has added it; rename it", [".txt", ".csv", ".json"]),
    ]

    /// A stem without the ` (1)`, ` - Copy` or ` copy` of a desktop or a browser.
    private static func withoutCopyMark(_ stem: Substring) -> Substring? {
        for mark in [" - copy", " copy"] where stem.hasSuffix(mark, ignoringCase: true) {
            return stem.dropLast(mark.count)
        }
        guard stem.last == ")", let open = stem.lastIndex(of: "(") else { return nil }
        let number = stem[stem.index(after: open)...].dropLast()
        guard (1...4).contains(number.count), number.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        let rest = stem[..<open]
        return rest.last == " " ? rest.dropLast() : rest
    }
}

extension Substring {
    fileprivate func hasSuffix(_ suffix: String, ignoringCase: Bool) -> Bool {
        // The name alone is no name with something after it.
        utf8.count > suffix.utf8.count
            && utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8) { byte, letter in
                byte == letter || (UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte && byte + 0x20 == letter)
            }
    }

    fileprivate func trimming(_ letter: Character) -> Substring {
        drop { $0 == letter }
    }
}
