extension String {
    /// The folder of a path, `.` for a name alone; Foundation's own traps on a name of one character (6.3.1, Linux).
    var parentFolder: String {
        guard let slash = lastIndex(of: "/") else { return "." }
        return slash == startIndex ? "/" : String(self[..<slash])
    }

    /// What stands behind the last slash.
    var lastComponent: String { lastIndex(of: "/").map { String(self[index(after: $0)...]) } ?? self }
}
