import FileDrops

/// What is wrong in a configuration file, and where.
public struct ConfigurationProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file's path as it was given.
    public let file: String
    /// Counted from 1; 0 for the file as a whole.
    public let line: Int
    /// Counted from 1.
    public let column: Int
    /// What is wrong and how it would be right.
    public let message: String

    /// The same place with another message.
    func saying(_ message: String) -> ConfigurationProblem {
        ConfigurationProblem(file: file, line: line, column: column, message: message)
    }

    /// The place and the message on one line, as in `dropline.yaml:12:5: unknown key 'tokn'`.
    public var description: String {
        ShownText.harmless(line > 0 ? "\(file):\(line):\(column): \(message)" : "\(file): \(message)")
    }
}

/// All that is wrong in a configuration.
public struct ConfigurationProblems: Error, Sendable, CustomStringConvertible {
    /// In the order of the files and their lines.
    public let problems: [ConfigurationProblem]

    /// One problem a line.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
