/// A path's parts. Foundation's own `deletingLastPathComponent` (6.3.1, Linux) traps on a path of one character.
extension String {
    /// `a/b/c` gives `a/b`, `/c` gives `/`, `c` gives nothing.
    var folderPart: String {
        guard let slash = lastIndex(of: "/") else { return "" }
        return slash == startIndex ? "/" : String(self[..<slash])
    }

    /// `a/b/c` gives `c`.
    var namePart: String { lastIndex(of: "/").map { String(self[index(after: $0)...]) } ?? self }
}
