import Foundation

/// The folder that holds uploaded files and results.
struct FileStore: Sendable {
    let folder: URL

    init(folder: URL) {
        self.folder = folder
    }

    /// The folder is made with the first file.
    private func makeFolder() throws {
        try FileManager.default.createDirectory(
            at: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }

    func write(_ data: Data, to name: String) throws {
        try makeFolder()
        try data.write(to: folder.appendingPathComponent(name), options: .atomic)
    }

    func read(_ name: String) -> Data? {
        try? Data(contentsOf: folder.appendingPathComponent(name))
    }

    /// Writes bytes at an offset and cuts off what was after it, so that a repeated write leaves no old tail.
    func write(_ bytes: [UInt8], to name: String, at offset: Int) throws {
        try makeFolder()
        let url = folder.appendingPathComponent(name)
        if !FileManager.default.fileExists(atPath: url.path) {
            _ = FileManager.default.createFile(atPath: url.path, contents: nil, attributes: [.posixPermissions: 0o600])
        }
        let handle = try FileHandle(forWritingTo: url)
        defer { try? handle.close() }
        try handle.truncate(atOffset: UInt64(offset))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(bytes))
    }

    func remove() {
        try? FileManager.default.removeItem(at: folder)
    }
}
