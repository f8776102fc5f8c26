import CommandSupport
import Foundation
import SSHServers
import Testing

/// `dropline host-key`: what a server shows, how it stands to what is known, and what is added.
@Suite struct HostKeyTests {
    // MARK: Without a server

    @Test(
        arguments: [
            [], ["h", "--drop", "netsuite"], ["--drop", "netsuite", "--port", "22"],
            ["--drop", "netsuite", "--known-hosts", "k"], ["h", "--port", "0"], ["h", "--port", "65536"], [""],
        ]
    )
    func `a host or a drop is named, and a drop has its own port and file`(arguments: [String]) async throws {
        let result = try await dropline(["host-key"] + arguments, in: NSTemporaryDirectory())
        #expect(result.exit == 64 && result.output.isEmpty, "\(result)")
    }

    @Test func `a drop that is none, or a folder, is refused by name`() async throws {
        let installation = try await Installation()
        for (name, words) in [("nosuch", "no drop is named 'nosuch'"), ("local", "is a folder and has no host key")] {
            let result = try await installation.run("host-key", "--drop", name)
            #expect(result.exit == 64 && result.errors.contains(words), "\(result)")
            #expect(result.errors.contains("drops of type sftp: netsuite"), "\(result)")
        }
    }

    @Test func `a server that can't be reached ends with 69`() async throws {
        let result = try await dropline(["host-key", "127.0.0.1", "--port", "1"], in: NSTemporaryDirectory())
        #expect(result.exit == 69 && result.output.isEmpty && result.errors.contains("127.0.0.1"), "\(result)")
    }

    @Test func `a jump's missing secret is a fault of the configuration`() async throws {
        let installation = try await Installation()
        try installation.edit(installation.configuration) { text in
            text = text.replacing(
                "    port: 22\n",
                with: "    jump: { host: j, user: w, auth: { password: \"${DROPLINE_NONE}\" }, host_keys: k }\n"
            )
        }
        let result = try await installation.run("host-key", "--drop", "netsuite")
        #expect(result.exit == 78 && result.errors.contains("drops.netsuite.jump.auth.password"), "\(result)")
    }

    // MARK: On a server

    @Test func `new keys are shown with how to compare them, added once, and then known`() async throws {
        try await withServer(OpenSSHServer(hostKeys: [.ed25519, .ecdsa])) { server in
            let folder = try await Installation()
            let arguments = ["host-key", "127.0.0.1", "--port", "\(server.port)"]
            let file = folder.folder + "/known_hosts"
            let shown = try await folder.run(arguments)
            #expect(shown.exit == 0 && shown.errors.isEmpty, "\(shown)")
            for words in [
                "127.0.0.1:\(server.port), by ", "  ssh-ed25519 ", "SHA256:", "  new\n",
                "  ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub", "ssh_host_ecdsa_key.pub",
                "Then: dropline host-key 127.0.0.1 --port \(server.port) --add",
            ] {
                #expect(shown.output.contains(words), "\(words): \(shown)")
            }
            #expect(!FileManager.default.fileExists(atPath: file), "nothing is written without --add")
            let added = try await folder.run(arguments + ["--add", "--json"])
            let keys = try added.json()[0]["keys"].array ?? []
            expectSame(keys.map { $0["type"] }, ["ssh-ed25519", "ecdsa-sha2-nistp256"], "\(added)")
            #expect(keys.allSatisfy { $0["standing"] == "new" && $0["added"] == true }, "\(added)")
            let written = try String(contentsOfFile: file, encoding: .utf8)
            expectSame(
                written.split(separator: "\n").map(String.init).sorted(),
                try server.knownHosts().split(separator: "\n").map(String.init).sorted()
            )
            let again = try await folder.run(arguments + ["--add"])
            #expect(again.exit == 0 && again.output.contains("known, line 1"), "\(again)")
            #expect(!again.output.contains("ssh-keygen"), "there is nothing left to compare: \(again)")
            #expect(try String(contentsOfFile: file, encoding: .utf8) == written)
        }
    }

    @Test func `a key that differs is shown with the known one, refused, and ends with 1`() async throws {
        try await withServer(OpenSSHServer(hostKeys: [.ed25519, .ecdsa])) { server in
            let folder = try await Installation()
            let file = folder.folder + "/known_hosts"
            let arguments = ["host-key", "127.0.0.1", "--port", "\(server.port)"]
            _ = try await folder.run(arguments + ["--add"])
            try await server.restart(OpenSSHServer(hostKeys: [.ed25519.other, .rsa]))
            let before = try String(contentsOfFile: file, encoding: .utf8)
            for more in [[], ["--add"]] {
                let result = try await folder.run(arguments + more)
                #expect(result.exit == 1 && result.output.contains("DIFFERS from line 1: SHA256:"), "\(result)")
                #expect(result.output.contains("Ask its owner"), "\(result)")
                #expect(!result.output.contains("  added"), "none is added beside one that differs: \(result)")
            }
            #expect(try String(contentsOfFile: file, encoding: .utf8) == before)
        }
    }

    @Test func `a revoked key ends with 1 and is not added`() async throws {
        try await withServer(OpenSSHServer()) { server in
            let folder = try await Installation()
            let line = "@revoked " + (try server.knownHosts())
            try line.write(toFile: folder.folder + "/known_hosts", atomically: true, encoding: .utf8)
            let result = try await folder.run("host-key", "127.0.0.1", "--port", "\(server.port)", "--add")
            #expect(result.exit == 1 && result.output.contains("revoked, line 1"), "\(result)")
        }
    }

    @Test func `a drop's server is asked by the drop's own settings, and nobody logs in`() async throws {
        try await withServer(OpenSSHServer()) { server in
            let installation = try await Installation(nil, on: server.place().logging(in: "{ key: file:/nowhere }"))
            try FileManager.default.removeItem(atPath: installation.folder + "/known_hosts")
            let result = try await installation.run("host-key", "--drop", "netsuite", "--add")
            #expect(result.exit == 0 && result.output.contains("added"), "\(result)")
            let known = try String(contentsOfFile: installation.folder + "/known_hosts", encoding: .utf8)
            expectSame(known, try server.knownHosts())
        }
    }

    @Test func `pinned fingerprints are told to be known or not pinned, and nothing can be added`() async throws {
        try await withServer(OpenSSHServer()) { server in
            let installation = try await Installation(nil, on: server.place().logging(in: "agent"))
            try installation.set("host_keys", "[\"SHA256:uNiVztksCsDhcc0u9e8BrUoDrJlkBAhMLMXEy7DGN5o\"]")
            let result = try await installation.run("host-key", "--drop", "netsuite", "--add")
            #expect(result.exit == 1 && result.output.contains("not pinned"), "\(result)")
            #expect(result.output.contains("'host_keys' in the configuration"), "\(result)")
        }
    }

    @Test func `the servers on the way are shown first, and what lies behind an unknown one only once it is known`()
        async throws
    {
        try await withServer(OpenSSHServer(allowsTCPForwarding: true)) { gate in
            try await withServer(OpenSSHServer()) { server in
                let installation = try await Installation(nil, on: server.place())
                let jump = try gate.place()
                try FileManager.default.removeItem(atPath: installation.folder + "/known_hosts")
                try installation.edit(installation.configuration) { text in
                    let entry =
                        "{ host: 127.0.0.1, port: \(jump.port), user: \(jump.user), auth: \(jump.auth), host_keys: known_hosts }"
                    text = text.replacing("    type: sftp\n", with: "    type: sftp\n    jump: \(entry)\n")
                }
                let first = try await installation.run("host-key", "--drop", "netsuite")
                #expect(first.exit == 1 && first.output.contains("127.0.0.1:\(gate.port), by"), "\(first)")
                #expect(!first.output.contains(":\(server.port), by"), "\(first)")
                #expect(first.errors.contains("is shown once a key of 127.0.0.1 is known"), "\(first)")
                let added = try await installation.run("host-key", "--drop", "netsuite", "--add")
                #expect(added.exit == 0 && added.output.contains(":\(server.port), by"), "\(added)")
                let known = try String(contentsOfFile: installation.folder + "/known_hosts", encoding: .utf8)
                expectSame(known, try gate.knownHosts() + server.knownHosts())
            }
        }
    }
}
