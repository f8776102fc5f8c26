import CommandSupport
import Foundation
import SSHServers
import Testing

/// `check --connect` and exit codes on real servers.
@Suite struct ServerCheckTests {
    @Test func `a server is reported with its key, its login and what it offers, and nothing stays there`() async throws
    {
        try await withSandbox { shop in
            try await withServer(OpenSSHServer()) { server in
                let installation = try await Installation(shop, on: server.place())
                let result = try await installation.run("check", "--connect")
                #expect(result.exit == 0, "\(result)")
                for words in [
                    "ok    drop netsuite: lists, writes and renames, replaces in one step", "        libssh2 ",
                    "host key ssh-ed25519 SHA256:", "\(server.user) is logged in by key", "posix-rename@openssh.com",
                    "ok    source netsuite:\(Installation.inbox): 0 entries",
                ] {
                    #expect(result.output.contains(words), "\(words): \(result)")
                }
                expectSame(try installation.tree(), [])
            }
        }
    }

    @Test func `a server without posix-rename is told to give changed outputs new names`() async throws {
        try await withSandbox { shop in
            try await withServer(AsyncSSHServer(extensions: [])) { server in
                let installation = try await Installation(shop, on: server.place())
                let result = try await installation.run("check", "--connect")
                #expect(result.exit == 0 && result.output.contains("can't replace in one step"), "\(result)")
                expectSame(try installation.tree(), [])
            }
        }
    }

    @Test func `a changed host key ends with 69 and names it, a key file that others can read with 78`() async throws {
        try await withSandbox { shop in
            try await withServer(OpenSSHServer()) { server in
                let installation = try await Installation(shop, on: server.place())
                try await server.restart(OpenSSHServer(hostKeys: [.ed25519.other]))
                let changed = try await installation.run("check", "--connect")
                #expect(changed.exit == 69 && changed.output.contains("fails drop netsuite"), "\(changed)")
                #expect(changed.output.contains("another than the known one"), "\(changed)")
                try await server.restart(OpenSSHServer())
                let key = installation.folder + "/secrets/open"
                try FileManager.default.copyItem(atPath: server.keys.path(ClientKey.ed25519), toPath: key)
                try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
                try installation.set("auth", "{ key: file:secrets/open }")
                let open = try await installation.run("poll")
                #expect(open.exit == 78 && open.errors.contains("secrets/open"), "\(open)")
                try FileManager.default.removeItem(atPath: key)
                let missing = try await installation.run("poll")
                #expect(missing.exit == 78 && missing.errors.contains("secrets/open"), "\(missing)")
            }
        }
    }

    @Test func `a login that the server refuses ends with 69`() async throws {
        try await withSandbox { shop in
            try await withServer(OpenSSHServer()) { server in
                let stranger = "{ key: file:\(server.keys.path(ClientKey.stranger)) }"
                let installation = try await Installation(shop, on: server.place().logging(in: stranger))
                let result = try await installation.run("poll")
                #expect(result.exit == 69 && result.errors.contains("refused the login"), "\(result)")
            }
        }
    }
}
