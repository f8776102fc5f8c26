import FileDrops
import SSHServers
import Sealing
import Testing

@testable import SFTP

extension RunningServer {
    /// How this server is logged in at with its own key and a key of the tests.
    func access(
        port: Int? = nil,
        user: String? = nil,
        login: SSHLogin? = nil,
        trusting hostKeys: HostKeyTrust? = nil
    ) async throws -> SSHServer {
        let own = try await keys.fingerprint(.ed25519)
        return SSHServer(
            host: "127.0.0.1",
            port: port ?? self.port,
            user: user ?? self.user,
            login: login ?? .key(.file(path: keys.path(ClientKey.ed25519)), passphrase: nil),
            hostKeys: hostKeys ?? .pinned(fingerprints: [own])
        )
    }

    /// A drop on this server's folder, or on a folder below it.
    func drop(
        _ folder: String = "",
        port: Int? = nil,
        user: String? = nil,
        login: SSHLogin? = nil,
        trusting hostKeys: HostKeyTrust? = nil,
        timeouts: SFTPTimeouts = .forTests
    ) async throws -> SFTPDrop {
        try SFTPDrop(
            name: "remote",
            server: try await access(port: port, user: user, login: login, trusting: hostKeys),
            root: base + (folder.isEmpty ? (base.isEmpty ? "/" : "") : "/" + folder),
            staging: DropPath(".dropline"),
            timeouts: timeouts
        )
    }
}

extension SFTPTimeouts {
    /// Long enough for a busy machine; a test that waits for one to pass sets its own.
    static let forTests = SFTPTimeouts(connect: .seconds(60), operation: .seconds(60))
}

extension SFTPDrop {
    func put(_ path: String, _ bytes: [UInt8]) async throws {
        let staged = try await stage(as: "put", mode: nil) { try await $0.write(bytes) }
        try await publish(staged, to: DropPath(path), replacing: false)
    }

    func bytes(of path: String) async throws -> [UInt8] {
        try await withFile(DropPath(path)) { reader in
            var bytes: [UInt8] = []
            while let more = try await reader.read() { bytes += more }
            return bytes
        }
    }
}

extension SFTPDrop {
    /// Calls until the loss of the last connection was noticed and there is a new one.
    func reconnect() async throws {
        for _ in 0..<20 where (try? await list(.root)) != nil { return }
        _ = try await list(.root)
    }
}

/// The error of a drop that a call throws.
func fault(_ call: () async throws -> Void) async -> FileDropError? {
    do {
        try await call()
        return nil
    } catch {
        return error as? FileDropError
    }
}

/// Bytes that show a piece which is missing, doubled or in the wrong place.
func pattern(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<count).map { _ in
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return UInt8(truncatingIfNeeded: state)
    }
}
