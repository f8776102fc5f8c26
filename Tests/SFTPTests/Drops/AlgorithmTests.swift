import FileDrops
import Foundation
import SSHServers
import Sealing
import Testing

@testable import SFTP

/// Servers with which the library has no algorithm in common; a newer library may have one.
@Suite struct AlgorithmTests {
    struct Gap: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let word: String
        let offered: [String]
        let ours: String
        let kind: LyingServer

        init(_ word: String, _ offered: [String], ours: String, _ change: (inout LyingServer) -> Void) {
            var kind = LyingServer()
            change(&kind)
            (testDescription, self.word, self.offered, self.ours, self.kind) = (word, word, offered, ours, kind)
        }
    }

    private static let etm = ["hmac-sha2-512-etm@openssh.com", "hmac-sha2-256-etm@openssh.com"]

    static let gaps = [
        Gap("MAC", etm, ours: "hmac-sha2-256") { $0.algorithms.macs = etm },
        Gap("cipher", ["chacha20-poly1305@openssh.com"], ours: "aes256-ctr") {
            $0.algorithms.ciphers = ["chacha20-poly1305@openssh.com"]
        },
        Gap("key exchange", ["curve448-sha512"], ours: "curve25519-sha256") {
            $0.algorithms.exchanges = ["curve448-sha512"]
        },
    ]

    @Test(arguments: gaps)
    func `what the two have not in common is named with both lists, and RSA is not blamed`(_ gap: Gap) async throws {
        try await withServer(gap.kind) { server in
            guard let error = await fault({ _ = try await server.drop().list(.root) }) else {
                #expect(LibSSH2.signsRSAWithSHA2, "libssh2 \(LibSSH2.version) has none of them")
                return
            }
            #expect(error.code == .notSupported && error.isOfConnection, "\(error)")
            let text = error.description
            #expect(text.contains("no \(gap.word) in common"), "\(text)")
            for name in gap.offered { #expect(text.contains(name), "\(text)") }
            #expect(text.contains("the library has") && text.contains(gap.ours), "\(text)")
            #expect(!text.contains("RSA") && text.contains("docs/configuration.md"), "\(text)")
            // It is no matter of the host key, so it is not asked for by other types.
            #expect(server.log().components(separatedBy: "connection\n").count == 2, "\(server.log())")
        }
    }

    @Test func `asking for host keys tells the same, and not that there are none`() async throws {
        try await withServer(Self.gaps[0].kind) { server in
            let asking = await fault {
                _ = try await shownHostKeys(host: "127.0.0.1", port: server.port, jumps: [], timeouts: .forTests)
            }
            guard let error = asking else {
                #expect(LibSSH2.signsRSAWithSHA2)
                return
            }
            #expect(error.description.contains("no MAC in common") && !error.description.contains("RSA"), "\(error)")
        }
    }

    @Test func `RSA is named where it is the only type of host key`() async throws {
        try await withServer(OpenSSHServer(hostKeys: [.rsa])) { server in
            let asking = await fault {
                _ = try await shownHostKeys(host: "127.0.0.1", port: server.port, jumps: [], timeouts: .forTests)
            }
            guard let error = asking else {
                #expect(LibSSH2.signsRSAWithSHA2)
                return
            }
            let text = error.description
            #expect(text.contains("rsa-sha2-512") && text.contains("its only host key is RSA"), "\(text)")
        }
    }
}
