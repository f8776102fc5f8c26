import Commerce
import Foundation
import Yams

/// A mapping of a configuration file, read key by key.
///
/// What is asked for is known; `finish()` reports the keys that nobody asked for, with the known one that comes nearest.
final class Section {
    let file: ConfigurationFile
    let node: Node
    private let members: [(name: String, key: Node, value: Node)]
    private var known: Set<String> = []

    init(file: ConfigurationFile, node: Node, members: [(String, Node, Node)]) {
        self.file = file
        self.node = node
        self.members = members.map { (name: $0.0, key: $0.1, value: $0.2) }
    }

    /// The names of all keys, in the file's order.
    var names: [String] { members.map(\.name) }

    /// Reports the keys that were not asked for.
    func finish() {
        for member in members where !known.contains(member.name) {
            let nearest = known.min { distance($0, member.name) < distance($1, member.name) }
            let hint =
                nearest.flatMap { distance($0, member.name) <= max(2, member.name.count / 3) ? $0 : nil }
                .map { "; did you mean '\($0)'?" } ?? "; known here: \(known.sorted().joined(separator: ", "))"
            file.problem(member.key, "unknown key '\(member.name)'\(hint)")
        }
    }

    /// Takes every key for known: what they mean can't be told.
    func knowAll() { known.formUnion(names) }

    /// The key itself, where its entry is meant as a whole.
    func key(_ name: String) -> Node? { members.first { $0.name == name }?.key }

    /// The value of a key, if it is there and not empty.
    func value(_ name: String) -> Node? {
        known.insert(name)
        guard let value = members.first(where: { $0.name == name })?.value else { return nil }
        if value.scalar != nil, value.null != nil { return nil }
        return value
    }

    /// The value of a key that must be there.
    func required(_ name: String) -> Node? {
        if let value = value(name) { return value }
        file.problem(node, "'\(name)' is missing")
        return nil
    }

    // MARK: - Scalars

    /// A text; `${NAME}` is replaced by that environment variable.
    func text(_ node: Node?) -> String? {
        guard let node else { return nil }
        guard let text = node.scalar?.string else {
            file.problem(node, "a text should stand here")
            return nil
        }
        guard let name = text.environmentReference else { return text }
        guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else {
            file.problem(node, "the environment variable \(name) is not set")
            return nil
        }
        file.note(value, from: text)
        return value
    }

    func text(_ name: String) -> String? { text(value(name)) }

    func requiredText(_ name: String) -> String? { text(required(name)) }

    func flag(_ name: String, or fallback: Bool) -> Bool {
        guard let node = value(name) else { return fallback }
        guard let flag = node.bool else {
            file.problem(node, "'\(name)' is true or false")
            return fallback
        }
        return flag
    }

    /// One of a few words.
    func word<Word: RawRepresentable<String> & CaseIterable>(_ name: String, or fallback: Word) -> Word {
        guard let node = value(name), let text = text(node) else { return fallback }
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            file.problem(node, "'\(text)' is not one of: \(words)")
            return fallback
        }
        return word
    }

    /// `90s`, `15m`, `24h` or `7d`.
    func duration(_ name: String, or fallback: Duration) -> Duration {
        guard let node = value(name), let text = text(node) else { return fallback }
        guard let duration = Duration(configured: text) else {
            file.problem(node, "'\(text)' is not a time; write a whole number and a unit: 500ms, 30s, 15m, 24h, 7d")
            return fallback
        }
        return duration
    }

    /// `512`, `100KB`, `100MB` or `1GB`, in powers of 1000.
    func size(_ name: String, or fallback: Int64) -> Int64 {
        guard let node = value(name), let text = text(node) else { return fallback }
        guard let size = Int64(configuredSize: text) else {
            file.problem(node, "'\(text)' is not a size; write a whole number of bytes, or one with KB, MB or GB")
            return fallback
        }
        return size
    }

    /// A secret, which never stands in the file itself.
    func secret(_ name: String) -> SecretReference? {
        guard let node = value(name) else { return nil }
        guard let reference = node.scalar.flatMap({ SecretReference($0.string) }) else {
            file.problem(
                node,
                "'\(name)' is a secret and may not stand here; write ${ENV_NAME}, file:PATH or credential:NAME"
            )
            return nil
        }
        if case .file = reference, let path = reference.path(in: file.folder) {
            file.referredPaths.insert(path)
            file.secretPaths.insert(path)
        }
        return reference
    }

    // MARK: - Nested

    func section(_ name: String) -> Section? { value(name).flatMap { file.section($0, "'\(name)'") } }

    func requiredSection(_ name: String) -> Section? { required(name).flatMap { file.section($0, "'\(name)'") } }

    /// The entries of a list; none, with a problem, for anything else.
    func list(_ node: Node?) -> [Node] {
        guard let node else { return [] }
        guard let sequence = node.sequence else {
            file.problem(node, "a list should stand here")
            return []
        }
        return Array(sequence)
    }
}

/// How many letters must be added, removed or changed to get from one word to the other.
private func distance(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left), Array(right))
    var row = Array(0...right.count)
    for (index, letter) in left.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for (column, other) in right.enumerated() {
            let above = row[column + 1]
            row[column + 1] = min(above + 1, row[column] + 1, diagonal + (letter == other ? 0 : 1))
            diagonal = above
        }
    }
    return row[right.count]
}
