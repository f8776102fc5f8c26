/// A `drops:` entry.
struct DropConfiguration: Sendable {
    let name: String
    /// The folder on the local disk.
    let root: String
    /// The directory for temporary names, within the root.
    let staging: String

    init?(reading section: Section, name: String) {
        self.name = name
        let type = section.requiredText("type")
        if let type, type != "folder" {
            section.file.problem(section.value("type"), "'\(type)' is not one of: folder")
            return nil
        }
        staging = section.text("staging") ?? ".dropline"
        guard let root = section.requiredText("root"), type != nil else { return nil }
        self.root = section.file.resolve(root)
    }
}
