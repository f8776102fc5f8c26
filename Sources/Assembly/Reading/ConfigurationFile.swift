import Foundation
import Yams

/// One YAML file while it is read; gathers problems instead of stopping at the first.
final class ConfigurationFile {
    let path: String
    /// The folder that the file's relative paths begin at.
    let folder: String
    private(set) var problems: [ConfigurationProblem] = []
    /// What can't be meant as it stands, though it can be run.
    private(set) var warnings: [ConfigurationProblem] = []
    /// The paths of secrets and host keys that the file refers to.
    var referredPaths: Set<String> = []
    /// Those of secrets alone.
    var secretPaths: Set<String> = []
    /// The references by which values came from the environment.
    ///
    /// A secret may be among those values, so that messages show the reference.
    private var references: [String: String] = [:]

    init(path: String) {
        self.path = path
        let parent = path.folderPart
        folder = parent.isEmpty ? "." : parent
    }

    /// No configuration is so long; it is read whole.
    private static let mostBytes = 1_000_000
    /// Nobody reads more.
    private static let mostProblems = 100
    /// So few can't stand for much.
    private static let mostAliases = 32

    /// Parses the file; `nil`, with a problem, when it can't be read.
    func parse() -> Section? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: (path as NSString).resolvingSymlinksInPath)
        if let size = attributes?[.size] as? Int, size > Self.mostBytes {
            problem(nil, "the file has \(size) bytes; a configuration has at most \(Self.mostBytes)")
            return nil
        }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            problem(nil, "the file can't be read; 'dropline init' writes a starter, '--config FILE' names another")
            return nil
        }
        // Aliases of aliases grow without measure: the parser compares keys by all that they hold.
        let aliases = text.matches(of: #/(?:^|[\s\[{,:])\*[A-Za-z0-9_-]/#).count
        guard aliases <= Self.mostAliases else {
            problem(
                nil,
                "the file has \(aliases) aliases ('*name'), and at most \(Self.mostAliases) are taken; write out what they stand for"
            )
            return nil
        }
        do {
            guard let node = try Yams.compose(yaml: text) else {
                problem(nil, "the file is empty")
                return nil
            }
            return section(node, "the file")
        } catch let error as YamlError {
            yaml(error, in: text)
        } catch {
            problem(nil, "not YAML: \(error)")
        }
        return nil
    }

    private func yaml(_ error: YamlError, in text: String) {
        switch error {
        case .scanner(_, let words, let mark, _), .parser(_, let words, let mark, _),
            .composer(_, let words, let mark, _):
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let line = lines.indices.contains(mark.line - 1) ? lines[mark.line - 1] : ""
            // `{ password: ${X} }`: a brace ends a plain text in a flow mapping (YAML 1.2, 7.3.3).
            let hint = line.contains(": ${") ? "; within { } and [ ] write ${NAME} in quotes: \"${NAME}\"" : ""
            problems.append(
                ConfigurationProblem(
                    file: path,
                    line: mark.line,
                    column: mark.column,
                    message: "not YAML: \(words)\(hint)"
                )
            )
        case .duplicatedKeysInMapping(let keys, let context):
            let words = keys.map { "'\($0)'" }.joined(separator: ", ")
            problems.append(
                ConfigurationProblem(
                    file: path,
                    line: context.mark.line,
                    column: context.mark.column,
                    message: "the key \(words) stands twice"
                )
            )
        default: problem(nil, "not YAML: \(error)")
        }
    }

    func problem(_ node: Node?, _ message: String) {
        guard problems.count < Self.mostProblems else { return }
        problems.append(at(node, message))
    }

    func warning(_ node: Node?, _ message: String) { warnings.append(at(node, message)) }

    /// Remembers where a value came from.
    func note(_ value: String, from reference: String) { references[value] = reference }

    /// A message with the place of a node.
    func at(_ node: Node?, _ message: String) -> ConfigurationProblem {
        let mark = node?.mark
        let message = references.reduce(message) { $0.replacing("'\($1.key)'", with: "'\($1.value)'") }
        return ConfigurationProblem(file: path, line: mark?.line ?? 0, column: mark?.column ?? 0, message: message)
    }

    /// A mapping; `nil`, with a problem, for anything else.
    func section(_ node: Node, _ what: String) -> Section? {
        guard let mapping = node.mapping else {
            problem(node, "\(what) should be a mapping of keys to values")
            return nil
        }
        var members: [(String, Node, Node)] = []
        for (key, value) in mapping { members.append((key.string ?? "", key, value)) }
        return Section(file: self, node: node, members: members)
    }

    /// A path of the file, relative to its folder.
    func resolve(_ path: String) -> String {
        path.hasPrefix("/") ? path : (folder == "." ? path : folder + "/" + path)
    }
}
