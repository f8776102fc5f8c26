import Foundation
import Sealing
import Testing

/// A folder of its own for a test, removed when it goes out of use.
final class SealingFolder: Sendable {
    private let root: String

    init() throws {
        root = NSTemporaryDirectory() + "dropline-sealing-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func path(_ name: String) -> String { root + "/" + name }

    /// The place of a file in this folder, as if it were a workspace.
    func place(_ name: String, of installation: String = "0a1b2c3d") -> SealedPlace {
        SealedPlace(root: root, path: name, installation: installation)
    }

    @discardableResult
    func seal(_ plain: [UInt8], at place: SealedPlace, _ keyring: Keyring) throws -> SealedFile {
        let writer = try SealedFileWriter(place, keyring: keyring)
        try writer.write(plain)
        return try writer.finish()
    }

    func write(_ name: String, _ bytes: [UInt8], mode: Int = 0o600) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path(name))
    }

    func read(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name)))) }

    func makeDirectory(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
    }

    func mode(_ name: String) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path(name))
        return (attributes?[.posixPermissions] as? NSNumber)?.intValue ?? 0
    }

    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: root).sorted() }
}

/// All that a reader gives out.
func content(of reader: SealedFileReader) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while let more = try reader.next() {
        #expect(!more.isEmpty)
        bytes += more
    }
    return bytes
}

func pattern(_ count: Int) -> [UInt8] {
    var state: UInt64 = 88_172_645_463_325_252
    return (0..<count).map { _ in
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return UInt8(truncatingIfNeeded: state)
    }
}

func fault(_ body: () throws -> Void) -> SealingError? {
    do {
        try body()
        return nil
    } catch {
        return error as? SealingError
    }
}

func code(_ body: () throws -> Void) -> SealingError.Code? { fault(body)?.code }
