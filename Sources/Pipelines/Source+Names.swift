public import FileDrops

extension Source {
    /// Whether a change under this name can make a file ready: the file itself, or its done marker.
    public func mayConcern(_ name: String) -> Bool {
        if match.matches(name) { return true }
        guard let doneMarker, name.hasSuffix(doneMarker) else { return false }
        return match.matches(String(name.dropLast(doneMarker.count)))
    }

    /// Why a file of this name is not taken, where it nearly is; `nil` for what is taken, for hidden names, done markers and other pipelines' files.
    public func nearMiss(_ name: String) -> NearMiss? {
        guard !mayConcern(name), !othersHere.contains(where: { $0.matches(name) }) else { return nil }
        return NearMiss(name, of: match)
    }
}
