import Synchronization

/// A file that lies in the memory of this process alone, so that nothing of it is on a disk before it is sealed.
public struct FileInMemory: FileSource {
    private let entry: DropEntry
    private let bytes: [UInt8]

    /// Gives bytes a name, and the moment in nanoseconds since 1970 at which they came.
    ///
    /// Throws `.nameRefused` for a name that can't be one.
    public init(_ bytes: [UInt8], named name: String, at modified: Int64) throws(FileDropError) {
        let stamp = FileStamp(size: Int64(bytes.count), modified: modified)
        entry = DropEntry(path: try DropPath.root.appending(name), kind: .file, stamp: stamp)
        self.bytes = bytes
    }

    /// Where it is: its name.
    public var path: DropPath { entry.path }

    /// What is known of it; `nil` for every other path.
    public func stat(_ path: DropPath) async throws -> DropEntry? { path == entry.path ? entry : nil }

    /// Lends it to be read once; throws `.notFound` for every other path.
    public func withFile<R: Sendable>(
        _ path: DropPath,
        _ body: (any DropFileReader) async throws -> R
    ) async throws -> R {
        guard path == entry.path else { throw FileDropError(.notFound, doing: "reading", path: path.text) }
        return try await body(Reader(bytes, entry.stamp))
    }

    private final class Reader: DropFileReader {
        private let rest: Mutex<ArraySlice<UInt8>>
        private let known: FileStamp

        init(_ bytes: [UInt8], _ stamp: FileStamp) {
            rest = Mutex(bytes[...])
            known = stamp
        }

        func read() async throws -> [UInt8]? {
            let next = rest.withLock { rest in
                defer { rest = rest.dropFirst(65_536) }
                return Array(rest.prefix(65_536))
            }
            return next.isEmpty ? nil : next
        }

        func stamp() async throws -> FileStamp { known }
    }
}
