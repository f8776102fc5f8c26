import FileDrops
import Pipelines

extension FileDrop {
    /// The digest of what lies in a place, or `nil` when nothing has the name.
    func digest(of path: DropPath) async throws -> String? {
        do {
            guard let entry = try await stat(path) else { return nil }
            return try await digest(of: entry)
        } catch let error as FileDropError where error.code == .notFound {
            return nil
        }
    }
}

extension FileDropError {
    /// What is said where a drop has every name taken that is tried.
    static func noFreeName(_ path: DropPath, on drop: any FileDrop, tries: Int) -> FileDropError {
        FileDropError(
            .exists,
            doing: "finding a free name for",
            path: path.text,
            drop: drop.name,
            cause: .words("the drop says of each of \(tries) names that it is taken"),
            hint: "see whether that is true; if it is, move some of the files away"
        )
    }
}

/// How many names are tried before a drop is not believed any more that they are all taken.
let mostNameTries = 100

extension String {
    /// `X-Results.csv` as `X-Results.2.csv`, and `X` as `X.2`.
    func versioned(by version: String) -> String {
        guard let dot = lastIndex(of: "."), dot != startIndex else { return "\(self).\(version)" }
        return "\(self[..<dot]).\(version)\(self[dot...])"
    }
}
