import Foundation
import Subprocess

/// A key by which a server proves who it is.
public struct ServerKey: Sendable, Hashable, CustomStringConvertible {
    /// The file's name.
    let name: String
    let arguments: [String]

    /// An Ed25519 key.
    public static let ed25519 = ServerKey(name: "host-ed25519", arguments: ["-t", "ed25519"])
    /// An ECDSA key on P-256.
    public static let ecdsa = ServerKey(name: "host-ecdsa", arguments: ["-t", "ecdsa"])
    /// An RSA key of 2,048 bits.
    public static let rsa = ServerKey(name: "host-rsa", arguments: ["-t", "rsa", "-b", "2048"])

    /// A second key of the same type: that of a server which was swapped behind the client's back.
    public var other: ServerKey { ServerKey(name: name + "-other", arguments: arguments) }

    /// `host-ed25519`.
    public var description: String { name }
}

/// A key by which a client logs in.
public enum ClientKey: String, Sendable, CaseIterable {
    /// Without a passphrase, on Ed25519.
    case ed25519
    /// Without a passphrase, on P-256.
    case ecdsa
    /// Without a passphrase, RSA of 3,072 bits.
    case rsa
    /// Ed25519, its file encrypted with `aes256-ctr`, which is what `ssh-keygen` does unasked.
    case encryptedCTR
    /// Ed25519, its file encrypted with `aes256-gcm@openssh.com`.
    case encryptedGCM
    /// Ed25519, and no server lets it in.
    case stranger

    /// The keys that a server lets in unless a test says otherwise.
    public static let welcome = allCases.filter { $0 != .stranger }

    var arguments: [String] {
        switch self {
        case .ed25519, .stranger: ["-t", "ed25519", "-N", ""]
        case .ecdsa: ["-t", "ecdsa", "-N", ""]
        case .rsa: ["-t", "rsa", "-b", "3072", "-N", ""]
        case .encryptedCTR: ["-t", "ed25519", "-N", TestKeys.passphrase, "-Z", "aes256-ctr"]
        case .encryptedGCM: ["-t", "ed25519", "-N", TestKeys.passphrase, "-Z", "aes256-gcm@openssh.com"]
        }
    }
}

/// Fresh keys by `ssh-keygen`, in a folder that goes with the process.
///
/// The files' mode is 0600.
public struct TestKeys: Sendable {
    /// What opens `encryptedCTR` and `encryptedGCM`.
    public static let passphrase = "open sesame"

    /// The folder of all keys.
    public let folder: String

    // A task for itself, because whichever test comes first makes the keys, and all others wait for them.
    private static let made = Task { try await TestKeys() }

    /// The keys of this process, made when they are first asked for.
    public static func shared() async throws -> TestKeys { try await made.value }

    private init() async throws {
        folder = try makeTemporaryFolder("keys")
        removeAtExit(folder)
        var commands = ClientKey.allCases.map { $0.arguments + ["-f", path($0)] }
        for key in [ServerKey.ed25519, .ecdsa, .rsa] {
            commands += [key, key.other].map { $0.arguments + ["-N", "", "-f", path($0)] }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for command in commands { group.addTask { _ = try await said("ssh-keygen", ["-q", "-C", ""] + command) } }
            try await group.waitForAll()
        }
    }

    /// The file of a client's private key; its public key is beside it, as `.pub`.
    public func path(_ key: ClientKey) -> String { folder + "/client-" + key.rawValue }

    /// The file of a server's private key; its public key is beside it, as `.pub`.
    public func path(_ key: ServerKey) -> String { folder + "/" + key.name }

    /// A client's public key on one line, as `authorized_keys` takes it.
    public func publicKey(_ key: ClientKey) throws -> String { try line(of: path(key) + ".pub") }

    /// A server's public key on one line: `ssh-ed25519 AAAA…`.
    public func publicKey(_ key: ServerKey) throws -> String { try line(of: path(key) + ".pub") }

    /// `SHA256:…`, as `ssh-keygen -l` gives it.
    public func fingerprint(_ key: ServerKey) async throws -> String {
        let words = try await said("ssh-keygen", ["-l", "-f", path(key) + ".pub"]).split(separator: " ")
        return words.count > 1 ? String(words[1]) : "?"
    }

    /// A client's public key in the form of RFC 4716.
    func publicKeyBlock(_ key: ClientKey) async throws -> String {
        try await said("ssh-keygen", ["-e", "-f", path(key) + ".pub"])
    }

    private func line(of path: String) throws -> String {
        try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// What a program says on standard output; its failure is an error.
func said(_ program: String, _ arguments: [String]) async throws -> String {
    let result = try await run(
        .name(program),
        arguments: Arguments(arguments),
        input: .none,
        output: .string(limit: 1_000_000),
        error: .string(limit: 1_000_000)
    )
    guard result.terminationStatus.isSuccess else {
        throw ServerError("\(program) \(arguments): \(result.terminationStatus) \(result.standardError)")
    }
    return result.standardOutput
}
