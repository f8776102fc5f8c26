import Foundation

/// Lends a new folder that only its owner can read, and removes it with its content after the body.
///
/// Throws `StarterError` when it can't be made, and what the body throws.
public func withTemporaryFolder<Value>(
    _ purpose: String,
    _ body: (String) async throws -> Value
) async throws -> Value {
    let parent = NSTemporaryDirectory()
    let folder =
        (parent.hasSuffix("/") ? parent : parent + "/") + "dropline-\(purpose)-" + UUID().uuidString.lowercased()
    guard mkdir(folder, 0o700) == 0 else {
        throw StarterError(path: folder, reason: String(cString: strerror(errno)))
    }
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}
