import FileDrops
import SSHServers
import Testing

@testable import SFTP

@Suite struct JumpHostTests {
    @Test func `files go both ways through one jump host, and through two`() async throws {
        try await withServer(OpenSSHServer()) { server in
            try await withServer(OpenSSHServer(hostKeys: [.ecdsa], allowsTCPForwarding: true)) { jump in
                let pin = try await jump.keys.fingerprint(.ecdsa)
                let way = try await jump.access(trusting: .pinned(fingerprints: [pin]))
                for jumps in [[way], [way, way]] {
                    let drop = try SFTPDrop(
                        name: "remote",
                        server: try await server.access(),
                        jumps: jumps,
                        root: server.base,
                        staging: DropPath(".dropline")
                    )
                    let bytes = pattern(3_000_000 + jumps.count)
                    try await drop.put("through-\(jumps.count).bin", bytes)
                    let read = try await drop.bytes(of: "through-\(jumps.count).bin")
                    #expect(read == bytes)
                    let report = try await drop.connectionReport()[0]
                    #expect(report.contains("by way of 127.0.0.1:\(jump.port)"))
                    await drop.close()
                }
            }
        }
    }

    @Test func `a jump host's key is checked like any other`() async throws {
        try await withServer(OpenSSHServer()) { server in
            try await withServer(OpenSSHServer(hostKeys: [.ecdsa], allowsTCPForwarding: true)) { jump in
                let pin = try await jump.keys.fingerprint(.ed25519)
                let drop = try SFTPDrop(
                    name: "remote",
                    server: try await server.access(),
                    jumps: [try await jump.access(trusting: .pinned(fingerprints: [pin]))],
                    root: server.base,
                    staging: DropPath(".dropline")
                )
                let error = try #require(await fault { _ = try await drop.list(.root) })
                #expect(error.code == .hostKeyChanged)
                #expect(error.description.contains("127.0.0.1:\(jump.port)"))
                #expect(!jump.log().contains("Accepted"))
                #expect(!server.log().contains("Connection from"))
            }
        }
    }

    @Test func `the server's own key is checked behind a jump host`() async throws {
        try await withServer(OpenSSHServer()) { server in
            try await withServer(OpenSSHServer(allowsTCPForwarding: true)) { jump in
                let pin = try await server.keys.fingerprint(.ecdsa)
                let drop = try SFTPDrop(
                    name: "remote",
                    server: try await server.access(trusting: .pinned(fingerprints: [pin])),
                    jumps: [try await jump.access()],
                    root: server.base,
                    staging: DropPath(".dropline")
                )
                let error = try #require(await fault { _ = try await drop.list(.root) })
                #expect(error.code == .hostKeyChanged)
                #expect(!server.log().contains("Accepted"))
            }
        }
    }

    @Test func `a jump host that forwards nothing, or to a server that is down, is unreachable`() async throws {
        try await withServer(OpenSSHServer()) { server in
            try await withRefusingPort { port in
                for (allows, target) in [(false, server.port), (true, port)] {
                    try await withServer(OpenSSHServer(allowsTCPForwarding: allows)) { jump in
                        let drop = try SFTPDrop(
                            name: "remote",
                            server: try await server.access(port: target),
                            jumps: [try await jump.access()],
                            root: server.base,
                            staging: DropPath(".dropline")
                        )
                        let error = try #require(await fault { _ = try await drop.list(.root) })
                        #expect(error.code == .unreachable)
                        #expect(error.description.contains("127.0.0.1:\(jump.port)"))
                    }
                }
            }
        }
    }

    @Test func `when the jump host goes away, the connection is lost, and made again when it is back`() async throws {
        try await withServer(OpenSSHServer()) { server in
            try await withServer(OpenSSHServer(allowsTCPForwarding: true)) { jump in
                try await withRelay(to: jump.port) { relay in
                    let drop = try SFTPDrop(
                        name: "remote",
                        server: try await server.access(),
                        jumps: [try await jump.access(port: relay.port)],
                        root: server.base,
                        staging: DropPath(".dropline")
                    )
                    try await drop.put("a.bin", pattern(3_000_000))
                    relay.plan { $0 == 1 ? .cut(.reset, after: 400_000, .toClient) : nil }
                    relay.cutAll()
                    try await drop.reconnect()
                    let error = try #require(await fault { _ = try await drop.bytes(of: "a.bin") })
                    #expect(error.code == .connectionLost)
                    let bytes = try await drop.bytes(of: "a.bin")
                    #expect(bytes == pattern(3_000_000))
                }
            }
        }
    }
}
