import Commerce
import FileDrops
import Foundation
import SSHServers
import Testing

@testable import SFTP

/// Logins by the keys of an SSH agent; one at a time, for the process has one SSH_AUTH_SOCK.
@Suite(.serialized) struct AgentTests {
    @Test func `the agent's keys log in, directly and behind a jump host`() async throws {
        try await withAgent([.stranger, .ecdsa]) {
            try await withServer(OpenSSHServer()) { server in
                _ = try await server.drop(login: .agent).list(.root)
                try await withServer(OpenSSHServer(allowsTCPForwarding: true)) { jump in
                    let drop = try SFTPDrop(
                        name: "remote",
                        server: try await server.access(login: .agent),
                        jumps: [try await jump.access(login: .agent)],
                        root: server.base,
                        staging: DropPath(".dropline"),
                        timeouts: .forTests
                    )
                    _ = try await drop.list(.root)
                }
            }
        }
    }

    @Test func `an agent whose keys the server doesn't know is refused, and one without keys can't be used`()
        async throws
    {
        try await withServer(OpenSSHServer()) { server in
            try await withAgent([.stranger]) {
                let error = await fault { _ = try await server.drop(login: .agent).list(.root) }
                #expect(error?.code == .loginRefused)
                #expect(error?.description.contains("the only key of the agent") == true)
            }
            try await withAgent([]) {
                let error = await fault { _ = try await server.drop(login: .agent).list(.root) }
                #expect(error?.code == .loginUnusable)
                #expect(error?.description.contains("ssh-add") == true)
            }
        }
    }

    @Test func `an agent that isn't there, is silent, or hangs up can't be used, and is waited for only so long`()
        async throws
    {
        try await withServer(OpenSSHServer()) { server in
            let timeouts = SFTPTimeouts(connect: .seconds(15), operation: .seconds(60))
            for kind in [FakeAgent.Kind.missing, .silent, .closing] {
                let agent = try FakeAgent(kind)
                setenv("SSH_AUTH_SOCK", agent.path, 1)
                defer { unsetenv("SSH_AUTH_SOCK") }
                let drop = try await server.drop(login: .agent, timeouts: timeouts)
                let error = await fault { _ = try await drop.list(.root) }
                #expect(error?.code == .loginUnusable, "\(kind): \(String(describing: error))")
                #expect(error?.side == .configuration)
            }
        }
    }
}

/// Lends a real ssh-agent with some keys of the tests in it.
private func withAgent(_ keys: [ClientKey], _ body: () async throws -> Void) async throws {
    let shared = try await TestKeys.shared()
    let folder = try KeyFolder()
    let socket = folder.path("agent")
    let agent = Process()
    agent.executableURL = URL(fileURLWithPath: "/usr/bin/ssh-agent")
    agent.arguments = ["-D", "-a", socket]
    agent.standardOutput = FileHandle.nullDevice
    agent.standardError = FileHandle.nullDevice
    try agent.run()
    defer {
        kill(agent.processIdentifier, SIGKILL)
        unsetenv("SSH_AUTH_SOCK")
    }
    setenv("SSH_AUTH_SOCK", socket, 1)
    // The socket's file is there before the agent listens on it; an agent that listens and holds no key lets `ssh-add -l` end with 1.
    while agent.isRunning, (try? run("ssh-add", ["-l"], exits: [1])) == nil { await Task.yield() }
    for key in keys { try run("ssh-add", ["-q", shared.path(key)]) }
    try await body()
}

/// A socket that takes connections as an agent does, and answers nothing.
private final class FakeAgent {
    enum Kind { case missing, silent, closing }

    let path: String
    private let folder: KeyFolder
    private let descriptor: Int32

    init(_ kind: Kind) throws {
        folder = try KeyFolder()
        path = folder.path("agent")
        guard kind != .missing else {
            descriptor = -1
            return
        }
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let listener = descriptor
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(bound == 0)
        listen(listener, 8)
        guard kind == .closing else { return }
        Thread.detachNewThread {
            while case let taken = accept(listener, nil, nil), taken >= 0 { close(taken) }
        }
    }

    deinit {
        guard descriptor >= 0 else { return }
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }
}
