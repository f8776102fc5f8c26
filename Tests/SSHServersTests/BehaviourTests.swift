import Foundation
import SSHServers
import Testing

/// What each server can be told to do.
@Suite(.timeLimit(.minutes(10))) struct BehaviourTests {
    @Test func `sshd refuses requests and writing`() async throws {
        try await withServer(OpenSSHServer(deniedRequests: ["posix-rename"])) { server in
            for name in ["a", "b"] {
                try name.write(toFile: server.root + "/" + name, atomically: true, encoding: .utf8)
            }
            let said = try await sftp(server, "rename \(server.base)/a \(server.base)/b")
            #expect(!said.isSuccess && said.text.contains("Failure"), "\(said)")
            try await server.restart(OpenSSHServer(isReadOnly: true))
            let denied = try await sftp(server, "rm \(server.base)/a")
            #expect(!denied.isSuccess && denied.text.contains("Permission denied"), "\(denied)")
        }
    }

    @Test func `sshd serves by a process of its own, with fresh keys again and again`() async throws {
        var kind = OpenSSHServer(rekeyLimit: "256K")
        kind.usesSFTPServerBinary = true
        kind.maximumSessions = 1
        try await withServer(kind) { server in
            try Data(count: 3_000_000).write(to: URL(fileURLWithPath: server.root + "/../big"))
            let said = try await sftp(server, "put \(server.root)/../big big\nls -l", more: ["-v"])
            #expect(said.isSuccess && said.text.contains("3000000"), "\(said)")
            #expect(
                said.text.split(separator: "rekey in progress").count > 2 || said.text.contains("set_newkeys: rekeying")
            )
        }
    }

    @Test func `sshd is a jump host`() async throws {
        try await withServer(OpenSSHServer(allowsTCPForwarding: true)) { jump in
            try await withServer(AsyncSSHServer()) { server in
                let proxy = try options(jump).map { $0 == "-P" ? "-p" : $0.contains(" ") ? "'\($0)'" : $0 }
                let command = ["ssh"] + proxy + ["-W", "%h:%p", "\(jump.user)@127.0.0.1"]
                let more = ["-o", "ProxyCommand=\(command.joined(separator: " "))"]
                let said = try await sftp(server, "ls", more: more)
                #expect(said.isSuccess, "\(said)\n\(jump.log())")
                #expect(jump.log().contains("direct-tcpip") || jump.log().contains("Accepted publickey"))
                try await jump.restart(OpenSSHServer())
                #expect(try await !sftp(server, "ls", more: more).isSuccess)
            }
        }
    }

    @Test(arguments: [true, false]) func `ProFTPD takes its password only`(_ isRight: Bool) async throws {
        try await withServer(ProFTPDServer()) { server in
            let said = try await sftpAnswering(server, [isRight ? server.password : "wrong"], method: "password")
            #expect(said.isSuccess == isRight, "\(said)\n\(server.log())")
        }
    }

    @Test func `ProFTPD lacks extensions and forbids overwriting`() async throws {
        var kind = ProFTPDServer(missingExtensions: ["posixRename"])
        kind.allowsOverwriting = false
        try await withServer(kind) { server in
            for name in ["a", "b"] {
                try name.write(toFile: server.root + "/" + name, atomically: true, encoding: .utf8)
            }
            let said = try await sftp(server, "rename \(server.base)/a \(server.base)/b")
            #expect(!said.isSuccess, "\(said)")
            let put = try await sftp(server, "put \(server.root)/a \(server.base)/b")
            #expect(!put.isSuccess && put.text.contains("Permission denied"), "\(put)")
        }
    }

    @Test(.enabled(if: geteuid() == 0)) func `ProFTPD shows its folder as the root`() async throws {
        try await withServer(ProFTPDServer(isChrooted: true)) { server in
            let said = try await sftp(server, "pwd\nmkdir \(server.base)/x")
            #expect(said.text.contains("directory: /\n") && said.isSuccess, "\(said)\n\(server.log())")
        }
    }

    @Test(arguments: [(["one"], ["one"], true), (["one"], ["two"], false), (["one", "two"], ["one", "two"], true)])
    func `asyncssh asks questions`(_ asked: [String], _ answered: [String], _ isRight: Bool) async throws {
        try await withServer(AsyncSSHServer(login: .questions(asked))) { server in
            let said = try await sftpAnswering(server, answered, method: "keyboard-interactive")
            #expect(said.isSuccess == isRight, "\(said)\n\(server.log())")
            let password = try await sftpAnswering(server, answered, method: "password")
            #expect(!password.isSuccess, "\(password)")
        }
    }

    @Test(arguments: [true, false]) func `asyncssh takes its password only, behind a banner`(_ isRight: Bool)
        async throws
    {
        var kind = AsyncSSHServer()
        kind.banner = "Partners only.\n"
        try await withServer(kind) { server in
            let said = try await sftpAnswering(server, [isRight ? server.password : "wrong"], method: "password")
            #expect(said.isSuccess == isRight && said.text.contains("Partners only."), "\(said)\n\(server.log())")
        }
    }

    @Test func `asyncssh overwrites by a plain rename, without extensions, and lists names only`() async throws {
        let kind = AsyncSSHServer(extensions: [], hasBareListings: true, overwritesByRename: true, isChrooted: true)
        try await withServer(kind) { server in
            for name in ["a", "b"] {
                try name.write(toFile: server.root + "/" + name, atomically: true, encoding: .utf8)
            }
            let said = try await sftp(server, "rename /a /b\nls -n /", more: ["-vv"])
            #expect(said.isSuccess && !said.text.contains("posix-rename"), "\(said)")
            #expect(server.log().contains("request: rename"))
            #expect(try String(contentsOfFile: server.root + "/b", encoding: .utf8) == "a")
            #expect(said.text.contains("\n?---------"), "\(said)")
        }
    }

    @Test(arguments: [Fault.Effect.silence, .drop, .status(4, "Failure")], [Fault.Moment.before, .after])
    func `a rename goes wrong`(_ effect: Fault.Effect, _ moment: Fault.Moment) async throws {
        let kind = AsyncSSHServer(faults: [Fault(.posixRename, effect, moment, count: 1)])
        try await withServer(kind) { server in
            try "a".write(toFile: server.root + "/a", atomically: true, encoding: .utf8)
            async let said = sftp(server, "rename \(server.base)/a \(server.base)/b", seconds: 3)
            try await server.waitForLog("fault: posix-rename")
            #expect(try await !said.isSuccess)
            #expect(FileManager.default.fileExists(atPath: server.root + "/b") == (moment == .after))
            if case .silence = effect { return }
            // The fault was for once; so is the second rename's result the server's own.
            let again = try await sftp(server, "rename \(server.base)/a \(server.base)/b")
            #expect(again.isSuccess == (moment == .before), "\(again)")
        }
    }

    @Test(arguments: [Fault.Request.login, .initialize], [Fault.Effect.silence, .drop])
    func `a login or the start of SFTP goes wrong`(_ request: Fault.Request, _ effect: Fault.Effect) async throws {
        try await withServer(AsyncSSHServer(faults: [Fault(request, effect)])) { server in
            async let said = sftp(server, "ls", seconds: 3)
            try await server.waitForLog("fault: \(request.rawValue)")
            #expect(try await !said.isSuccess)
        }
    }

    @Test func `a write goes wrong after some`() async throws {
        try await withServer(AsyncSSHServer(faults: [Fault(.write, .status(4, "disk full"), skip: 3)])) { server in
            try Data(count: 1_000_000).write(to: URL(fileURLWithPath: server.root + "/../big"))
            let said = try await sftp(server, "put \(server.root)/../big \(server.base)/big")
            #expect(!said.isSuccess && said.text.contains("write remote"), "\(said)")
            #expect(server.log().split(separator: "request: write").count > 3)
        }
    }
}
