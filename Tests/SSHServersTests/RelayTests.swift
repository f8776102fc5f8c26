import Foundation
import NIOCore
import NIOPosix
import SSHServers
import Testing

/// The relay loses connections at the byte, and servers that say nothing say nothing.
@Suite(.timeLimit(.minutes(10))) struct RelayTests {
    @Test func `bytes go through, and are counted`() async throws {
        try await withServer(OpenSSHServer()) { server in
            try await withRelay(to: server.port) { relay in
                try Data(count: 2_000_000).write(to: URL(fileURLWithPath: server.root + "/../big"))
                for name in ["a", "b"] {
                    let put = "put \(server.root)/../big \(server.base)/\(name)"
                    let said = try await sftp(server, put, port: relay.port)
                    #expect(said.isSuccess, "\(said)")
                }
                #expect(relay.connections == 2)
                #expect((2_000_000..<2_200_000).contains(relay.bytes(.toServer, connection: 1)))
                #expect(relay.bytes(.toServer) > 4_000_000 && relay.bytes(.toClient) > 4_000)
            }
        }
    }

    @Test(arguments: [Relay.Ending.reset, .end], [Relay.Direction.toServer, .toClient])
    func `a connection is cut at a byte`(_ ending: Relay.Ending, _ direction: Relay.Direction) async throws {
        try await withServer(OpenSSHServer()) { server in
            try await withRelay(to: server.port) { relay in
                try Data(count: 2_000_000).write(to: URL(fileURLWithPath: server.root + "/../big"))
                try Data(count: 2_000_000).write(to: URL(fileURLWithPath: server.root + "/big"))
                relay.plan { connection in connection == 0 ? .cut(ending, after: 500_000, direction) : nil }
                let commands =
                    direction == .toServer
                    ? "put \(server.root)/../big \(server.base)/x" : "get \(server.base)/big \(server.root)/../x"
                let said = try await sftp(server, commands, port: relay.port)
                #expect(!said.isSuccess, "\(said)")
                #expect(relay.bytes(direction) == 500_000)
                try await relay.waitForFault()
                let again = try await sftp(server, commands, port: relay.port)
                #expect(again.isSuccess, "\(again)")
            }
        }
    }

    @Test func `a connection stalls, and goes on`() async throws {
        try await withServer(OpenSSHServer()) { server in
            try await withRelay(to: server.port) { relay in
                try Data(count: 2_000_000).write(to: URL(fileURLWithPath: server.root + "/../big"))
                relay.plan { _ in .stall(after: 300_000, .toServer) }
                async let said = sftp(server, "put \(server.root)/../big \(server.base)/x", port: relay.port)
                try await relay.waitForFault()
                #expect(relay.bytes(.toServer) == 300_000)
                relay.resumeAll()
                let done = try await said
                #expect(done.isSuccess && relay.bytes(.toServer) > 2_000_000, "\(done)")
            }
        }
    }

    @Test func `all connections are stalled, then cut`() async throws {
        try await withServer(OpenSSHServer()) { server in
            try await withRelay(to: server.port) { relay in
                relay.stallAll()
                async let said = sftp(server, "ls", port: relay.port)
                while relay.connections == 0 { try await Task.sleep(for: .milliseconds(5)) }
                relay.cutAll()
                let done = try await said
                #expect(!done.isSuccess && relay.bytes(.toClient) == 0, "\(done)")
            }
        }
    }

    @Test func `nobody answers, and nobody listens`() async throws {
        try await withServer(OpenSSHServer()) { server in
            try await withSilentServer { silent in
                let said = try await sftp(server, "ls", port: silent.port, more: ["-o", "ConnectTimeout=1"])
                #expect(said.text.contains("timed out") && silent.connections == 1, "\(said)")
            }
            try await withRefusingPort { port in
                let said = try await sftp(server, "ls", port: port)
                #expect(said.text.contains("refused"), "\(said)")
            }
        }
    }
}
