import Foundation
import SSHServers
import Testing

/// Every server takes files from the real `sftp`, and is gone behind its test.
@Suite(.timeLimit(.minutes(10))) struct ServerTests {
    static let kinds: [any ServerKind] = [OpenSSHServer(), ProFTPDServer(), AsyncSSHServer()]
    static let indices = Array(kinds.indices)

    @Test(arguments: indices, [ClientKey.ed25519, .ecdsa, .rsa])
    func `a file goes there and back with a key`(_ index: Int, _ key: ClientKey) async throws {
        try await withServer(Self.kinds[index]) { server in
            try "content".write(toFile: server.root + "/../local", atomically: true, encoding: .utf8)
            let said = try await sftp(
                server,
                "put \(server.root)/../local \(server.base)/a\nls -l \(server.base)/\nget \(server.base)/a \(server.root)/../b",
                key: key
            )
            #expect(said.isSuccess, "\(said)\n\(server.log())")
            #expect(try String(contentsOfFile: server.root + "/a", encoding: .utf8) == "content")
            #expect(try String(contentsOfFile: server.root + "/../b", encoding: .utf8) == "content")
        }
    }

    @Test(arguments: indices, [ClientKey.encryptedCTR, .encryptedGCM])
    func `a key opens with its passphrase`(_ index: Int, _ key: ClientKey) async throws {
        try await withServer(Self.kinds[index]) { server in
            let wrong = try await sftpAnswering(server, ["wrong", "wrong", "wrong"], method: "publickey", key: key)
            #expect(!wrong.isSuccess, "\(wrong)")
            let right = try await sftpAnswering(server, [TestKeys.passphrase], method: "publickey", key: key)
            #expect(right.isSuccess, "\(right)\n\(server.log())")
        }
    }

    @Test(arguments: indices) func `a stranger is not let in`(_ index: Int) async throws {
        try await withServer(Self.kinds[index]) { server in
            let said = try await sftp(server, "ls", key: .stranger)
            #expect(!said.isSuccess && said.text.contains("Permission denied"), "\(said)\n\(server.log())")
        }
    }

    @Test(arguments: indices, [ServerKey.ed25519, .ecdsa, .rsa])
    func `each host key is shown`(_ index: Int, _ key: ServerKey) async throws {
        var kind = Self.kinds[index]
        kind.hostKeys = [key]
        try await withServer(kind) { server in
            let shown = try await program("ssh-keyscan", ["-p", String(server.port), "127.0.0.1"])
            let expected = try server.knownHosts().trimmingCharacters(in: .newlines)
            #expect(shown.text.contains(expected), "\(shown)\n\(server.log())")
            let said = try await sftp(server, "ls \(server.base)/")
            #expect(said.isSuccess, "\(said)\n\(server.log())")
        }
    }

    @Test(arguments: indices) func `a server comes back on its port with another host key`(_ index: Int) async throws {
        try await withServer(Self.kinds[index]) { server in
            let arguments = try options(server) + ["-b", "-", "\(server.user)@127.0.0.1"]
            #expect(try await program("sftp", arguments, input: "ls\n").isSuccess)
            try await server.restart(hostKeys: [.ed25519.other])
            let said = try await program("sftp", arguments, input: "ls\n")
            #expect(!said.isSuccess && said.text.contains("IDENTIFICATION HAS CHANGED"), "\(said)")
            let again = try await sftp(server, "ls \(server.base)/")
            #expect(again.isSuccess, "\(again)")
            await server.stop()
            let refused = try await sftp(server, "ls \(server.base)/")
            #expect(refused.text.contains("Connection refused"), "\(refused)")
            try await server.start()
            let back = try await sftp(server, "ls \(server.base)/")
            #expect(back.isSuccess, "\(back)")
        }
    }

    @Test(arguments: indices) func `nothing is left behind, also when a body throws`(_ index: Int) async throws {
        struct Unlucky: Error {}
        var (port, root) = (0, "")
        await #expect(throws: Unlucky.self) {
            try await withServer(Self.kinds[index]) { server in
                (port, root) = (server.port, server.root)
                throw Unlucky()
            }
        }
        #expect(!FileManager.default.fileExists(atPath: root + "/.."))
        let processes = try await program("ps", ["-eo", "args"])
        #expect(!processes.text.contains(root) && !processes.text.contains("\":\(port),"), "\(processes)")
    }

    @Test func `a running connection does not outlive its server`() async throws {
        try await withServer(OpenSSHServer()) { server in
            async let said = program(
                "sftp",
                try options(server) + ["\(server.user)@127.0.0.1"],
                input: "!sleep 5\nls\n"
            )
            try await server.waitForLog("Starting session: subsystem 'sftp'")
            await server.stop()
            #expect(try await !said.isSuccess)
            // A session that lived on would still hold its socket, open or half closed.
            let port = String(server.port, radix: 16, uppercase: true)
            let sockets = try String(contentsOfFile: "/proc/net/tcp", encoding: .utf8)
            let held = sockets.split(separator: "\n").filter { $0.contains("0100007F:\(port) 0100007F:") }
                .filter { $0.contains(" 01 ") || $0.contains(" 08 ") }
            #expect(held.isEmpty, "\(held)")
        }
    }

    @Test func `a server that can't start says why`() async throws {
        let error = await #expect(throws: ServerError.self) {
            try await withServer(OpenSSHServer(lines: ["NoSuchOption yes"])) { _ in }
        }
        #expect(error?.description.contains("Bad configuration option: NoSuchOption") == true, "\(error as Any)")
    }

    @Test func `many servers run at once`() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<12 {
                group.addTask {
                    try await withServer(Self.kinds[number % 3]) { server in
                        let said = try await sftp(server, "mkdir \(server.base)/folder-\(number)")
                        #expect(said.isSuccess, "\(said)\n\(server.log())")
                        #expect(
                            try FileManager.default.contentsOfDirectory(atPath: server.root) == ["folder-\(number)"]
                        )
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
