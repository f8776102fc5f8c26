import Foundation

extension Configuration {
    /// The drops and shops that no pipeline uses, and pipelines where there are none.
    static func unusedNames(_ root: Section, _ pipelines: [PipelineConfiguration]) -> [ConfigurationProblem] {
        let used = [
            ("drops", "drop", pipelines.reduce(into: Set<String>()) { $0.formUnion($1.dropNames) }),
            ("shops", "shop", Set(pipelines.map(\.stages.shop))),
        ]
        return used.flatMap { key, word, names in
            let section = root.section(key)
            return (section?.names ?? []).filter { !names.contains($0) }.map { name in
                root.file.at(section?.key(name), "no pipeline uses the \(word) '\(name)'")
            }
        }
    }

    /// The files beside the configuration's secrets that nothing in it refers to.
    ///
    /// Only folders below the configuration's own are looked into, and none that holds something else of Dropline.
    static func unusedSecrets(of file: ConfigurationFile, besides others: [String]) -> [ConfigurationProblem] {
        let below = file.folder == "." ? "" : file.folder + "/"
        let folders = Set(file.referredPaths.map(\.folderPart)).subtracting(others.map(\.folderPart)).filter { folder in
            !folder.isEmpty && folder != file.folder && folder.hasPrefix(below) && !folder.hasPrefix(below + "..")
                && (below.isEmpty ? !folder.hasPrefix("/") : true)
        }
        return folders.sorted().flatMap { folder in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            return names.sorted().compactMap { name -> ConfigurationProblem? in
                let path = folder + "/" + name
                var isFolder: ObjCBool = false
                guard !name.hasPrefix("."), FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
                    !isFolder.boolValue, !file.referredPaths.contains(path),
                    !(name.hasSuffix(".pub") && file.referredPaths.contains(String(path.dropLast(4))))
                else { return nil }
                return ConfigurationProblem(
                    file: path,
                    line: 0,
                    column: 0,
                    message: "nothing in the configuration refers to this file among its secrets"
                )
            }
        }
    }

    /// The messages of one file together, that of `dropline.yaml` first, in the order of their places.
    static func inOrder(_ messages: [ConfigurationProblem], first: String) -> [ConfigurationProblem] {
        messages.sorted {
            let (left, right) = (($0.file == first ? 0 : 1, $0.file), ($1.file == first ? 0 : 1, $1.file))
            return left == right ? ($0.line, $0.column) < ($1.line, $1.column) : left < right
        }
    }
}
