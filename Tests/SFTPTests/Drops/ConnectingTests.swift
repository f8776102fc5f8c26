import Commerce
import FileDrops
import Foundation
import SSHServers
import Sealing
import Testing

@testable import SFTP

@Suite struct ConnectingTests {
    static let short = SFTPTimeouts(connect: .seconds(2), operation: .seconds(2))

    @Test func `a server that is down is unreachable, with host and port`() async throws {
        try await withRefusingPort { port in
            try await withServer(OpenSSHServer()) { server in
                let drop = try await server.drop(port: port)
                let error = try #require(await fault { _ = try await drop.list(.root) })
                #expect(error.code == .unreachable)
                #expect(error.description.contains("127.0.0.1:\(port): Connection refused"))
                #expect(error.side == .remote)
            }
        }
    }

    @Test func `a host that can't be looked up is unreachable`() async throws {
        let server = SSHServer(
            host: "no-such-host.invalid",
            user: "u",
            login: .agent,
            hostKeys: .pinned(fingerprints: [])
        )
        let drop = try SFTPDrop(name: "remote", server: server, root: "/", staging: DropPath(".dropline"))
        let error = try #require(await fault { _ = try await drop.list(.root) })
        #expect(error.code == .unreachable)
        #expect(error.description.contains("no-such-host.invalid"))
    }

    @Test func `a server that accepts and never answers is timed out`() async throws {
        try await withSilentServer { silent in
            try await withServer(OpenSSHServer()) { server in
                let drop = try await server.drop(port: silent.port, timeouts: Self.short)
                let error = try #require(await fault { _ = try await drop.list(.root) })
                #expect(error.code == .timedOut)
                #expect(error.description.contains("gave no answer within 2.0 seconds: shaking hands"))
            }
        }
    }

    @Test(arguments: [Fault.Request.login, .initialize])
    func `one that answers at first and then no more is timed out too`(_ request: Fault.Request) async throws {
        try await withServer(AsyncSSHServer(faults: [Fault(request, .silence)])) { server in
            let drop = try await server.drop(timeouts: SFTPTimeouts(connect: .seconds(5), operation: .seconds(5)))
            let error = try #require(await fault { _ = try await drop.list(.root) })
            #expect(error.code == .timedOut)
            #expect(!error.description.contains("shaking hands"))
        }
    }

    @Test func `one that closes the connection at once has lost it`() async throws {
        try await withServer(OpenSSHServer()) { server in
            try await withRelay(to: server.port) { relay in
                relay.plan { _ in .cut(.end, after: 10, .toClient) }
                let drop = try await server.drop(port: relay.port)
                let error = try #require(await fault { _ = try await drop.list(.root) })
                #expect(error.code == .connectionLost || error.code == .unreachable)
            }
        }
    }

    @Test func `many who want a connection to a server that never answers wait for it once`() async throws {
        try await withSilentServer { silent in
            try await withServer(OpenSSHServer()) { server in
                let drop = try await server.drop(port: silent.port, timeouts: Self.short)
                await withTaskGroup { group in
                    for _ in 0..<8 { group.addTask { _ = await fault { _ = try await drop.list(.root) } } }
                }
                #expect(silent.connections == 1)
            }
        }
    }

    @Test func `a root that isn't there, or is a file, is not the same as an empty one`() async throws {
        try await withServer(OpenSSHServer()) { server in
            try Data("x".utf8).write(to: URL(fileURLWithPath: server.root + "/file"))
            for root in ["missing", "file"] {
                let drop = try await server.drop(root)
                let error = try #require(await fault { _ = try await drop.list(.root) })
                #expect(error.code == .unreachable, "\(root)")
                let second = try #require(await fault { _ = try await drop.stat(DropPath("a.csv")) })
                #expect(second.code == .unreachable, "\(root)")
            }
        }
    }

    @Test func `a root that is relative lies where the login leads`() async throws {
        try await withServer(OpenSSHServer()) { server in
            try FileManager.default.createDirectory(atPath: server.root + "/in", withIntermediateDirectories: true)
            let access = try await server.access()
            for root in ["in", "./in/", "in/"] {
                let drop = try SFTPDrop(name: "remote", server: access, root: root, staging: DropPath(".s"))
                try await drop.put("x-\(root.utf8.count).csv", [1])
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: server.root + "/in")
            #expect(Set(names) == [".s", "x-2.csv", "x-5.csv", "x-3.csv"])
        }
    }

    @Test func `the report names server, key, login and extensions, and no secret`() async throws {
        try await withServer(ProFTPDServer()) { server in
            let drop = try await server.drop(login: .password(Secret(server.password)))
            let report = try await drop.connectionReport().joined(separator: "\n")
            #expect(report.contains("SSH-2.0-mod_sftp"))
            #expect(try await report.contains("host key ssh-ed25519 \(server.keys.fingerprint(.ed25519))"))
            #expect(report.contains("shop is logged in by password"))
            #expect(report.contains("posix-rename@openssh.com"))
            #expect(!report.contains(server.password))
        }
    }
}
