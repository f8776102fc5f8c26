/// The watch of one directory; it ends with `end()`.
public struct FolderWatch: Sendable {
    let id: Int
    let watcher: FolderWatcher

    /// Tries again what could not be watched before: a directory that was missing, or one too many for the system's limit.
    public func refresh() { watcher.refresh(id) }

    /// Ends the watch.
    public func end() { watcher.end(id) }
}

/// A directory that is watched, with those above it up to the folder that holds the drop's root.
struct WatchedDirectory {
    /// From the root's parent down to the directory itself.
    let chain: [String]
    /// Which names in the directory matter.
    let names: @Sendable (String) -> Bool
    let changed: @Sendable () -> Void
    let failed: @Sendable (String) -> Void
    /// Watched directories by their number; each is a place in the chain.
    var places: [Int32: Int] = [:]
    var hasFailed = false

    init(
        _ directory: DropPath,
        below root: String,
        names: @escaping @Sendable (String) -> Bool,
        changed: @escaping @Sendable () -> Void,
        failed: @escaping @Sendable (String) -> Void
    ) {
        (self.names, self.changed, self.failed) = (names, changed, failed)
        var path = root.count > 1 && root.hasSuffix("/") ? String(root.dropLast()) : root
        var chain = path == "/" || path == "." ? [path] : [Self.parent(of: path), path]
        for component in directory.components {
            path += path == "/" ? component : "/" + component
            chain.append(path)
        }
        self.chain = chain
    }

    var isWhole: Bool { places.values.contains(chain.count - 1) }

    /// What a change under a name means here: the directory's own chain is another now, or a file is there.
    func meaning(of name: String, isDirectory: Bool, at place: Int) -> FolderWatcher.Meaning? {
        guard place == chain.count - 1 else {
            return chain[place + 1].split(separator: "/").last.map(String.init) == name ? .chain : nil
        }
        return !isDirectory && names(name) ? .file : nil
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
