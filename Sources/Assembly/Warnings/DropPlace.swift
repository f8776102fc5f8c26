/// A directory, by where it lies: on this machine or on a server, whatever the drop is called that shows it.
struct DropPlace: Hashable {
    /// Empty for this machine.
    let server: String
    /// Without `.`, and without slashes that mean nothing.
    let path: String

    init(server: String, path: String) {
        self.server = server
        let parts = path.split(separator: "/").filter { $0 != "." }
        self.path = (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }
}
