import FileDrops
import Foundation
import SFTP
import Sealing
import Testing

@testable import Assembly

/// Drops of `type: sftp` that are right, and what they become.
struct SFTPDropTests {
    @Test func `every key of a server is taken as it is written`() throws {
        let folder = try TemporaryFolder()
        let drop = try #require(
            try folder.drop(
                """
                type: sftp
                host: sftp.example.com
                port: 2222
                user: netsuite
                auth: { key: file:secrets/id_ed25519, passphrase: "${DROPLINE_TEST_PASSPHRASE}" }
                host_keys: known_hosts
                jump:
                  - host: outer.example.com
                    user: walker
                    auth: agent
                    host_keys: /etc/ssh/ssh_known_hosts
                  - host: "2001:db8::7"
                    port: 2022
                    user: walker
                    auth: { keyboard_interactive: file:secrets/answer }
                    host_keys: ["\(pin)"]
                root: /home/netsuite-sftp
                staging: work/.staging
                connect_timeout: 5s
                timeout: 2m
                keep_alive: 10s
                """
            )
        )
        #expect(drop.server.host == "sftp.example.com" && drop.server.port == 2222 && drop.server.user == "netsuite")
        #expect(
            "\(drop.server.login)"
                == "\(LoginConfiguration.key(.file(folder.path + "/secrets/id_ed25519"), passphrase: .environment("DROPLINE_TEST_PASSPHRASE"), folder: folder.path))"
        )
        #expect(path(drop.server.hostKeys) == folder.path + "/known_hosts")
        #expect(drop.jumps.map(\.host) == ["outer.example.com", "2001:db8::7"])
        #expect(drop.jumps.map(\.port) == [22, 2022])
        #expect(drop.jumps.map(\.place) == ["drops.netsuite.jump[1]", "drops.netsuite.jump[2]"])
        #expect(path(drop.jumps[0].hostKeys) == "/etc/ssh/ssh_known_hosts")
        #expect(pins(drop.jumps[1].hostKeys) == [pin])
        #expect(drop.root == "/home/netsuite-sftp")
        #expect(drop.staging.text == "work/.staging")
        #expect(drop.timeouts.connect == .seconds(5))
        #expect(drop.timeouts.operation == .seconds(120))
        #expect(drop.timeouts.keepAlive == .seconds(10))
    }

    @Test func `what is not written has its default`() throws {
        let drop = try #require(
            try TemporaryFolder().drop(
                "{ type: sftp, host: h, user: u, auth: agent, host_keys: known_hosts, root: /r }"
            )
        )
        #expect(drop.server.port == 22 && drop.jumps.isEmpty && drop.staging.text == ".dropline")
        #expect(drop.timeouts.connect == .seconds(15))
        #expect(drop.timeouts.operation == .seconds(60))
        #expect(drop.timeouts.keepAlive == .seconds(30))
    }

    @Test func `a single jump stands without a list`() throws {
        let drop = try #require(
            try TemporaryFolder().drop(
                """
                { type: sftp, host: h, user: u, auth: agent, host_keys: k, root: /r,
                  jump: { host: j, user: w, auth: agent, host_keys: k } }
                """
            )
        )
        #expect(drop.jumps.map(\.place) == ["drops.netsuite.jump"])
    }

    @Test func `a key may come from a credential, or from the environment as a text`() throws {
        let folder = try TemporaryFolder()
        let credential = try #require(try folder.drop(minimal(auth: "{ key: credential:sftp-key }")))
        guard case .key(.file(let path), _, _) = credential.server.login else {
            Issue.record("\(credential.server.login)")
            return
        }
        #expect(path.hasSuffix("/sftp-key"))
        let variable = try #require(try folder.drop(minimal(auth: "{ key: \"${DROPLINE_TEST_KEY}\" }")))
        guard case .key(.text(.environment("DROPLINE_TEST_KEY")), _, _) = variable.server.login else {
            Issue.record("\(variable.server.login)")
            return
        }
    }

    @Test func `two drops may be the same place`() throws {
        let folder = try TemporaryFolder()
        let entry = minimal(auth: "agent")
        try folder.write("dropline.yaml", "drops:\n  one: \(entry)\n  other: \(entry)\npipelines: []\n")
        #expect(folder.problems() == [])
    }

    // MARK: Secrets

    @Test func `a secret is fetched when its drop is opened, and the key that can't be had is named`() throws {
        let folder = try TemporaryFolder()
        for (auth, key) in [
            ("{ password: \"${DROPLINE_TEST_NONE}\" }", "password"),
            ("{ keyboard_interactive: \"${DROPLINE_TEST_NONE}\" }", "keyboard_interactive"),
            ("{ key: \"${DROPLINE_TEST_NONE}\" }", "key"),
            ("{ key: file:id, passphrase: \"${DROPLINE_TEST_NONE}\" }", "passphrase"),
        ] {
            let drop = try #require(try folder.drop(minimal(auth: auth)))
            #expect(folder.fault(opening: drop).contains("drops.netsuite.auth.\(key): the environment variable"))
        }
        let jump = "{ host: j, user: w, auth: { password: file:nowhere }, host_keys: k }"
        let drop = try #require(try folder.drop(minimal(auth: "agent", more: ", jump: [\(jump)]")))
        #expect(folder.fault(opening: drop).contains("drops.netsuite.jump[1].auth.password: the secret's file"))
    }

    @Test func `only the drops that are asked for are opened`() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            "dropline.yaml",
            """
            drops:
              local: { type: folder, root: drop }
              server: \(minimal(auth: "{ password: \"${DROPLINE_TEST_NONE}\" }"))
            pipelines: []
            """
        )
        let configuration = try Configuration.load(folder.path + "/dropline.yaml")
        #expect(try configuration.openDrops(["local"]).keys.sorted() == ["local"])
        #expect(throws: ConfigurationProblems.self) { try configuration.openDrops(["local", "server"]) }
    }

    private func minimal(auth: String, more: String = "") -> String {
        "{ type: sftp, host: h, user: u, auth: \(auth), host_keys: known_hosts, root: /r\(more) }"
    }

    private func path(_ trust: HostKeyTrust) -> String? { if case .knownHosts(let path) = trust { path } else { nil } }

    private func pins(_ trust: HostKeyTrust) -> [String] { if case .pinned(let pins) = trust { pins } else { [] } }
}

/// A fingerprint that could be one.
let pin = "SHA256:uNiVztksCsDhcc0u9e8BrUoDrJlkBAhMLMXEy7DGN5o"

extension TemporaryFolder {
    /// A configuration's one drop.
    fileprivate func drop(_ yaml: String) throws -> SFTPDropConfiguration? {
        let entry = yaml.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
        try write("dropline.yaml", "drops:\n  netsuite:\n\(entry)\npipelines: []\n")
        let configuration = try Configuration.load(path + "/dropline.yaml")
        guard case .sftp(let drop)? = configuration.drops["netsuite"] else { return nil }
        return drop
    }

    fileprivate func fault(opening drop: SFTPDropConfiguration) -> String {
        do {
            _ = try drop.open()
            return "nothing was thrown"
        } catch {
            return "\(error)"
        }
    }
}
