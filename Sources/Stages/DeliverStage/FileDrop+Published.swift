import FileDrops
import Sealing

extension FileDrop {
    /// SHA-256 of a file's content in hexadecimal digits, or `nil` when nothing has the name.
    func digest(of path: DropPath) async throws -> String? {
        var digester = Digester()
        do {
            try await withFile(path) { reader in
                while let bytes = try await reader.read() { digester.update(bytes) }
            }
        } catch let error as FileDropError where error.code == .notFound {
            return nil
        }
        return digester.finish().hex
    }
}

extension String {
    /// `X-Results.csv` as `X-Results.2.csv`, and `X` as `X.2`.
    func versioned(by version: String) -> String {
        guard let dot = lastIndex(of: "."), dot != startIndex else { return "\(self).\(version)" }
        return "\(self[..<dot]).\(version)\(self[dot...])"
    }
}
