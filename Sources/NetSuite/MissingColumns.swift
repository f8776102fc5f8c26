/// A header that lacks columns which nothing can be done without.
public struct MissingColumns: Error, Sendable, Equatable, CustomStringConvertible {
    /// The missing names.
    public let names: [String]
    /// In which other form the header seems to be there, and what to do; it holds nothing of the file but those names, otherwise written.
    public let hint: String?
    private let line: Int

    init(names: [String], header: [String], line: Int) {
        (self.names, self.line) = (names, line)
        hint = HeaderForm(header).hint(for: names)
    }

    /// What is missing, in words.
    public var description: String {
        "line \(line): the header has no column \(names.map { "'\($0)'" }.joined(separator: " and no column "))"
            + (hint.map { "; \($0)" } ?? "")
    }
}

/// A header in which it can't be told what a needed column holds, or whether rows follow.
public struct UnclearHeader: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, in words; it holds nothing of the file but the names of needed columns, otherwise written.
    public let description: String

    /// Throws for a header with a second column that may be one of those needed, and for one whose names hold other line breaks than those of a CSV.
    static func check(_ header: [String], for needed: [String], line: Int) throws(UnclearHeader) {
        for name in needed {
            guard let other = header.first(where: { $0 != name && HeaderForm.plain($0) == HeaderForm.plain(name) })
            else { continue }
            throw UnclearHeader(
                description: "line \(line): the header has the columns '\(name)' and '\(HeaderForm.shown(other))'; "
                    + "which of them holds what is needed can't be told"
            )
        }
        if header.contains(where: { $0.contains { $0.isNewline && !["\n", "\r", "\r\n"].contains($0) } }) {
            throw UnclearHeader(
                description:
                    "line \(line): the header holds line separators that are no line breaks of a CSV, so its rows can't be told; "
                    + "save the file with LF or CRLF"
            )
        }
    }
}
