public import FileDrops
import Sealing

extension FileDrop {
    /// The SHA-256 of a file's content, in hexadecimal digits.
    ///
    /// A file that has more bytes by now than the entry says, as one that never ends has, is read no further; its digest is empty, and so no other's.
    public func digest(of entry: DropEntry) async throws -> String {
        var digester = Digester()
        let isWhole = try await read(entry.path, upTo: entry.stamp.size) { digester.update($0) }
        return isWhole ? digester.finish().hex : ""
    }
}
