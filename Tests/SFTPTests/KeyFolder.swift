import Foundation

@testable import SFTP

/// A folder of its own for a test with keys, removed when it goes out of use.
final class KeyFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "dropline-keys-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func path(_ name: String) -> String { path + "/" + name }

    @discardableResult func write(_ name: String, _ bytes: some Sequence<UInt8>, mode: Int = 0o600) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path(name))
        return path(name)
    }

    @discardableResult func write(_ name: String, _ text: String, mode: Int = 0o600) throws -> String {
        try write(name, text.utf8, mode: mode)
    }

    /// A large file that takes no room.
    func writeZeros(_ name: String, _ count: UInt64) throws {
        try write(name, "")
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path(name)))
        try file.truncate(atOffset: count)
        try file.close()
    }

    func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name)))) }

    func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }

    func mode(_ name: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path(name))[.posixPermissions] as? Int ?? -1
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path(name), withDestinationPath: target)
    }

    /// Makes a key with `ssh-keygen`; its public half lies beside it.
    @discardableResult func makeKey(_ name: String, _ options: [String], passphrase: String = "") throws -> String {
        try run("ssh-keygen", ["-q", "-f", path(name), "-C", "", "-N", passphrase] + options)
        return path(name)
    }

    /// Makes a key and reads its public half, `ssh-ed25519 AAAA…`, as a server would show it.
    func makeHostKey(_ name: String, _ options: String...) throws -> HostKey {
        try makeKey(name, options)
        return try publicKey(name)
    }

    func publicKey(_ name: String) throws -> HostKey {
        let fields = try text(name + ".pub").split(separator: " ")
        guard fields.count > 1, let key = HostKey(base64: fields[1].utf8.filter { $0 > 0x20 }) else {
            throw KeyFolderError(words: "\(name).pub is no key: \(fields)")
        }
        return key
    }

    /// A key that is well formed and has no private half: for tests that need many.
    static func ed25519(_ number: UInt8) -> HostKey {
        let blob = Wire().string("ssh-ed25519").string([UInt8](repeating: number, count: 32)).bytes
        guard let key = HostKey(blob: blob) else { preconditionFailure("the blob is as RFC 8709 has it") }
        return key
    }

    /// An RSA key of that sort, which takes long to make with a private half.
    static let rsa: HostKey = {
        let modulus = [0, 0x80] + [UInt8](repeating: 5, count: 255)
        guard let key = HostKey(blob: Wire().string("ssh-rsa").string([1, 0, 1]).string(modulus).bytes) else {
            preconditionFailure("the blob is as RFC 4253 has it")
        }
        return key
    }()
}

struct KeyFolderError: Error, CustomStringConvertible {
    let words: String
    var description: String { words }
}

/// Runs a program to its end; a failure is thrown unless the exit code is one that is expected.
@discardableResult func run(_ program: String, _ arguments: [String], exits: Set<Int32> = [0]) throws -> String {
    let process = Process()
    let (output, errors) = (Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard exits.contains(process.terminationStatus) else {
        throw KeyFolderError(words: "\(program) \(arguments) exits with \(process.terminationStatus): \(complaint)")
    }
    return text
}

/// Writes what SSH writes (RFC 4251, section 5).
struct Wire {
    private(set) var bytes: [UInt8] = []

    func number(_ value: UInt32) -> Wire { raw((0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }) }

    func string(_ value: [UInt8]) -> Wire { number(UInt32(value.count)).raw(value) }

    func string(_ value: String) -> Wire { string(Array(value.utf8)) }

    func raw(_ value: [UInt8]) -> Wire {
        var wire = self
        wire.bytes += value
        return wire
    }
}
