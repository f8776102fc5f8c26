import Foundation
import Synchronization

/// What is removed when this process ends.
private let removedAtExit = Mutex<[String]>([])

/// Removes a folder when this process ends.
func removeAtExit(_ folder: String) {
    _ = removal
    removedAtExit.withLock { $0.append(folder) }
}

private let removal: Void = {
    atexit {
        for folder in removedAtExit.withLock({ $0 }) { try? FileManager.default.removeItem(atPath: folder) }
    }
}()

/// Makes a folder for its owner only.
func makeTemporaryFolder(_ name: String) throws -> String {
    let path =
        URL(fileURLWithPath: NSTemporaryDirectory()).resolvingSymlinksInPath().path
        + "/dropline-\(name)-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(
        atPath: path,
        withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700]
    )
    return path
}

/// Writes a text to a file for its owner only.
func write(_ text: String, to path: String) throws {
    guard
        FileManager.default.createFile(atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
    else { throw ServerError("can't write \(path)") }
}
