import FileDrops
import Sealing

extension FileDrop {
    /// SHA-256 of a file's content in hexadecimal digits, or `nil` when nothing has the name.
    ///
    /// A file with more bytes than the drop says it has, as one that never ends, is not read further: it is none that is looked for, and gets an empty text.
    func digest(of path: DropPath) async throws -> String? {
        var digester = Digester()
        do {
            guard let size = try await stat(path)?.stamp.size else { return nil }
            guard try await read(path, upTo: size, { digester.update($0) }) else { return "" }
        } catch let error as FileDropError where error.code == .notFound {
            return nil
        }
        return digester.finish().hex
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
