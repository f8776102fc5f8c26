import Commerce
import FileDrops
import Foundation
import SSHServers
import Testing

@testable import SFTP

@Suite struct HostKeyCheckTests {
    @Test func `a server that known_hosts knows is trusted`() async throws {
        try await withServer(OpenSSHServer(hostKeys: [.rsa, .ecdsa, .ed25519])) { server in
            let path = try server.write(knownHosts: server.knownHosts())
            _ = try await server.drop(trusting: .knownHosts(path: path)).list(.root)
        }
    }

    @Test func `only the types that are known are asked for, whichever the server likes best`() async throws {
        try await withServer(OpenSSHServer(hostKeys: [.ed25519, .ecdsa])) { server in
            let line = "[127.0.0.1]:\(server.port) \(try server.keys.publicKey(ServerKey.ecdsa))\n"
            let path = try server.write(knownHosts: line)
            let drop = try await server.drop(trusting: .knownHosts(path: path))
            #expect(try await drop.connectionReport().joined().contains("host key ecdsa-sha2-nistp256"))
        }
    }

    @Test func `a pinned key is found among the server's keys`() async throws {
        try await withServer(OpenSSHServer(hostKeys: [.ed25519, .ecdsa])) { server in
            let pin = try await server.keys.fingerprint(.ecdsa)
            let drop = try await server.drop(trusting: .pinned(fingerprints: [pin]))
            _ = try await drop.list(.root)
        }
    }

    @Test func `an unknown key is refused, shown, and nobody logs in`() async throws {
        try await withServer(OpenSSHServer()) { server in
            for trust in [
                HostKeyTrust.knownHosts(path: try server.write(knownHosts: "other.example.com ssh-ed25519 AAAA\n")),
                .knownHosts(path: server.root + "/no-such-file"),
            ] {
                let drop = try await server.drop(trusting: trust)
                let error = try #require(await fault { _ = try await drop.list(.root) })
                #expect(error.code == .hostKeyUnknown)
                #expect(error.side == .remote)
                #expect(try await error.description.contains(server.keys.fingerprint(.ed25519)))
            }
            #expect(!server.log().contains("Accepted"))
        }
    }

    @Test func `a changed key is refused with the old and the new one, and nobody logs in`() async throws {
        try await withServer(OpenSSHServer()) { server in
            let path = try server.write(knownHosts: server.knownHosts())
            let drop = try await server.drop(trusting: .knownHosts(path: path))
            _ = try await drop.list(.root)
            try await server.restart(hostKeys: [ServerKey.ed25519.other])
            let error = try #require(await fault { _ = try await drop.list(.root) })
            #expect(error.code == .hostKeyChanged)
            #expect(try await error.description.contains(server.keys.fingerprint(.ed25519)))
            #expect(try await error.description.contains(server.keys.fingerprint(.ed25519.other)))
        }
    }

    @Test func `a server with none of the known types shows what it has instead`() async throws {
        try await withServer(OpenSSHServer(hostKeys: [.ecdsa])) { server in
            let line = "[127.0.0.1]:\(server.port) \(try server.keys.publicKey(ServerKey.ed25519))\n"
            let drop = try await server.drop(trusting: .knownHosts(path: server.write(knownHosts: line)))
            let error = try #require(await fault { _ = try await drop.list(.root) })
            #expect(error.code == .hostKeyChanged)
            #expect(try await error.description.contains(server.keys.fingerprint(.ecdsa)))
        }
    }

    @Test func `a pin that no key of the server has is refused`() async throws {
        try await withServer(OpenSSHServer(hostKeys: [.ed25519, .ecdsa])) { server in
            let pin = try await server.keys.fingerprint(.ed25519.other)
            let drop = try await server.drop(trusting: .pinned(fingerprints: [pin]))
            let error = try #require(await fault { _ = try await drop.list(.root) })
            #expect(error.code == .hostKeyChanged)
            #expect(error.description.contains(pin))
        }
    }

    @Test func `a revoked key is refused though it is known`() async throws {
        try await withServer(OpenSSHServer()) { server in
            let known = try server.knownHosts()
            let path = try server.write(knownHosts: known + "@revoked " + known)
            let drop = try await server.drop(trusting: .knownHosts(path: path))
            let error = try #require(await fault { _ = try await drop.list(.root) })
            #expect(error.code == .hostKeyRevoked)
            #expect(!server.log().contains("Accepted"))
        }
    }

    @Test func `a server whose only key is RSA is met where libssh2 can, else the error says what is needed`()
        async throws
    {
        try await withServer(OpenSSHServer(hostKeys: [.rsa])) { server in
            let path = try server.write(knownHosts: server.knownHosts())
            let drop = try await server.drop(trusting: .knownHosts(path: path))
            let error = await fault { _ = try await drop.list(.root) }
            if LibSSH2.signsRSAWithSHA2 {
                #expect(error == nil)
            } else {
                #expect(error?.code == .notSupported)
                #expect(error?.description.contains("libssh2 1.11") == true)
            }
        }
    }

    @Test func `all keys of a server are shown without a login`() async throws {
        try await withServer(OpenSSHServer(hostKeys: [.rsa, .ecdsa, .ed25519])) { server in
            let shown = try await shownHostKeys(
                host: "127.0.0.1",
                port: server.port,
                jumps: [],
                timeouts: .forTests
            )
            let expected =
                LibSSH2.signsRSAWithSHA2
                ? ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"] : ["ssh-ed25519", "ecdsa-sha2-nistp256"]
            #expect(shown.map(\.type) == expected)
            #expect(try await shown.first?.fingerprint == server.keys.fingerprint(.ed25519))
            #expect(!server.log().contains("Accepted"))
        }
    }
}

extension RunningServer {
    /// Writes a known_hosts file beside the server's folder.
    func write(knownHosts text: String) throws -> String {
        let path = root + "/known_hosts-\(UInt64.random(in: .min ... .max))"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }
}
