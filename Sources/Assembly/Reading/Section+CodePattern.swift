import Commerce

extension Section {
    /// A pattern of gift card codes; one that no code can match, or not as it is meant, is warned of.
    func codePattern(_ name: String) -> CodePattern? {
        guard let node = value(name), let text = text(node) else { return nil }
        let pattern: CodePattern
        do throws(CodePattern.Fault) {
            pattern = try CodePattern(text)
        } catch {
            file.problem(node, "'\(name)' is no pattern of codes: character \(error.position): \(error.words)")
            return nil
        }
        if !pattern.matchesAnyCode {
            file.warning(
                node,
                "no code can match: codes are 8 to 20 of a-z and 0-9 here, without the prefix, blanks and dashes"
            )
        } else if !pattern.strangers.isEmpty {
            let strangers = pattern.strangers.reduce(into: [Character]()) { if !$0.contains($1) { $0.append($1) } }
            file.warning(
                node,
                "no code holds \(strangers.map { "'\($0)'" }.joined(separator: ", ")): codes are in lower case here, "
                    + "without the prefix, blanks and dashes"
            )
        }
        return pattern
    }
}
