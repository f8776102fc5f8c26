import Foundation

/// The file that keeps the shop: one line of JSON for each change, appended whole.
///
/// A line that was cut by a crash is dropped on reading: its change was never answered. At the start the file is written
/// again with the state alone, beside itself, and renamed.
final class Journal {
    private let url: URL
    private var handle: FileHandle?

    init(path: String) {
        url = URL(fileURLWithPath: path)
    }

    /// The changes in the file, oldest first; none if there is no file.
    func read() throws -> [JSON] {
        guard FileManager.default.fileExists(atPath: url.path) else { return [] }
        guard let data = try? Data(contentsOf: url) else {
            throw SandboxError(.unreadableState, "\(url.path) cannot be read")
        }
        var lines = data.split(separator: 0x0A, omittingEmptySubsequences: true)
        if data.last != 0x0A { _ = lines.popLast() }
        return try lines.enumerated().map { number, line in
            do {
                return try JSONParser.parse(Array(line))
            } catch {
                throw SandboxError(.unreadableState, "\(url.path): line \(number + 1) is no JSON")
            }
        }
    }

    /// Begins the file again with the given changes.
    func restart(with changes: [JSON]) throws {
        var writer = JSONWriter()
        for change in changes {
            writer.write(change)
            writer.lineBreak()
        }
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(writer.bytes).write(to: url, options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: url.path)
        handle = try FileHandle(forWritingTo: url)
        try handle?.seekToEnd()
    }

    func append(_ change: JSON) throws {
        var writer = JSONWriter()
        writer.write(change)
        writer.lineBreak()
        try handle?.write(contentsOf: Data(writer.bytes))
    }
}
