import FileDrops

/// A `drops:` entry.
enum DropConfiguration: Sendable {
    case folder(FolderDropConfiguration)
    case sftp(SFTPDropConfiguration)

    private enum Kind: String, CaseIterable { case folder, sftp }

    /// Reads an entry by its `type`; `nil`, with a problem, when something in it is wrong.
    init?(reading section: Section, name: String) {
        guard let text = section.requiredText("type") else {
            section.knowAll()
            return nil
        }
        let entry: DropConfiguration?
        switch Kind(rawValue: text) {
        case .folder: entry = FolderDropConfiguration(reading: section, name: name).map { .folder($0) }
        case .sftp: entry = SFTPDropConfiguration(reading: section, name: name).map { .sftp($0) }
        case nil:
            let words = Kind.allCases.map(\.rawValue).joined(separator: ", ")
            section.file.problem(section.value("type"), "'\(text)' is not one of: \(words)")
            section.knowAll()
            return nil
        }
        guard let entry else { return nil }
        self = entry
    }

    /// The directory for temporary names, within the root.
    var staging: DropPath {
        switch self {
        case .folder(let folder): folder.staging
        case .sftp(let server): server.staging
        }
    }

    /// Which place a directory of the drop is; two drops may show the same one.
    func place(of directory: DropPath) -> DropPlace {
        switch self {
        case .folder(let folder): DropPlace(server: "", path: folder.root + "/" + directory.text)
        case .sftp(let drop):
            DropPlace(
                server: "\(drop.server.host.lowercased()):\(drop.server.port)",
                path: drop.root + "/" + directory.text
            )
        }
    }

    /// Opens the drop, with its secrets fetched; nothing is connected yet.
    ///
    /// Throws `ConfigurationProblems` for a secret that can't be had.
    func open() throws -> any FileDrop {
        switch self {
        case .folder(let folder): try folder.open()
        case .sftp(let server): try server.open()
        }
    }
}

extension Section {
    /// The staging directory of a drop: below its root, and not the root itself.
    func staging() -> DropPath {
        guard let path = value("staging") == nil ? FolderDrop.defaultStaging : directory("staging") else {
            return FolderDrop.defaultStaging
        }
        if path.isRoot { file.problem(value("staging"), "'staging' is a directory below the root, such as .dropline") }
        return path
    }
}
