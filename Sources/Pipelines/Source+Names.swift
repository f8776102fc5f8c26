import Glibc

extension Source {
    /// Whether a change under this name can make a file ready: the file itself, or its done marker.
    public func mayConcern(_ name: String) -> Bool {
        fnmatch(match, name, 0) == 0 || doneMarker.map { name.hasSuffix($0) } ?? false
    }
}
