import FileDrops

/// A drop of `type: folder`.
struct FolderDropConfiguration: Sendable {
    let name: String
    /// The folder on the local disk.
    let root: String
    /// The directory for temporary names, within the root.
    let staging: DropPath

    init?(reading section: Section, name: String) {
        self.name = name
        staging = section.staging()
        guard let root = section.requiredText("root") else { return nil }
        self.root = section.file.resolve(root)
    }

    func open() throws -> FolderDrop { try FolderDrop(name: name, root: root, staging: staging) }
}
