import Commerce
import FileDrops
import Foundation
import SSHServers
import Sealing
import Testing

@testable import SFTP

@Suite struct LoginTests {
    @Test(arguments: [ClientKey.ed25519, .ecdsa])
    func `a key logs in`(_ key: ClientKey) async throws {
        try await withServer(OpenSSHServer()) { server in
            let login = SSHLogin.key(.file(path: server.keys.path(key)), passphrase: nil)
            _ = try await server.drop(login: login).list(.root)
        }
    }

    @Test func `a key from a text logs in, as from an environment variable`() async throws {
        try await withServer(OpenSSHServer()) { server in
            let text = try String(contentsOfFile: server.keys.path(ClientKey.ed25519), encoding: .utf8)
            _ = try await server.drop(login: .key(.text(Secret(text)), passphrase: nil)).list(.root)
        }
    }

    @Test func `an encrypted key logs in with its passphrase`() async throws {
        try await withServer(OpenSSHServer()) { server in
            let login = SSHLogin.key(
                .file(path: server.keys.path(ClientKey.encryptedCTR)),
                passphrase: Secret(TestKeys.passphrase)
            )
            _ = try await server.drop(login: login).list(.root)
        }
    }

    @Test func `a wrong passphrase, a missing one and a cipher that can't be used are told apart`() async throws {
        try await withServer(OpenSSHServer()) { server in
            let path = server.keys.path(ClientKey.encryptedCTR)
            let gcm = server.keys.path(ClientKey.encryptedGCM)
            let cases: [(SSHLogin, String)] = [
                (.key(.file(path: path), passphrase: Secret("wrong")), "passphrase"),
                (.key(.file(path: path), passphrase: nil), "encrypted"),
                (.key(.file(path: gcm), passphrase: Secret(TestKeys.passphrase)), "aes256-gcm@openssh.com"),
            ]
            var texts: Set<String> = []
            for (login, words) in cases {
                let error = try #require(
                    await fault { _ = try await server.drop(login: login).list(.root) }
                )
                #expect(error.code == .loginUnusable)
                #expect(error.side == .configuration)
                #expect(error.description.contains(words))
                #expect(!error.description.contains(TestKeys.passphrase))
                texts.insert(error.description)
            }
            #expect(texts.count == 3)
        }
    }

    @Test func `an RSA key logs in where libssh2 can sign with SHA-2, else the error names the cure`() async throws {
        try await withServer(OpenSSHServer()) { server in
            let login = SSHLogin.key(.file(path: server.keys.path(ClientKey.rsa)), passphrase: nil)
            let error = await fault { _ = try await server.drop(login: login).list(.root) }
            if LibSSH2.signsRSAWithSHA2 {
                #expect(error == nil)
            } else {
                #expect(error?.code == .loginRefused)
                #expect(error?.description.contains("ssh-keygen -t ed25519") == true)
                #expect(error?.description.contains("libssh2 1.11") == true)
            }
        }
    }

    @Test func `a key that others can read is refused before the server hears of it`() async throws {
        try await withServer(OpenSSHServer()) { server in
            let path = server.root + "/copied-key"
            try FileManager.default.copyItem(atPath: server.keys.path(ClientKey.ed25519), toPath: path)
            for mode in [0o640, 0o604, 0o660] {
                try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
                let drop = try await server.drop(login: .key(.file(path: path), passphrase: nil))
                let error = try #require(await fault { _ = try await drop.list(.root) })
                #expect(error.code == .loginUnusable)
                #expect(error.description.contains("chmod 600"))
            }
            #expect(!server.log().contains("Accepted"))
        }
    }

    @Test func `a key that the server doesn't know is refused, and what it offers is named`() async throws {
        try await withServer(OpenSSHServer()) { server in
            let login = SSHLogin.key(.file(path: server.keys.path(ClientKey.stranger)), passphrase: nil)
            let error = try #require(await fault { _ = try await server.drop(login: login).list(.root) })
            #expect(error.code == .loginRefused)
            #expect(error.side == .remote)
            #expect(error.description.contains("it offers publickey"))
        }
    }

    @Test func `a password logs in, and a wrong one is refused without being shown`() async throws {
        try await withServer(ProFTPDServer()) { server in
            _ = try await server.drop(login: .password(Secret(server.password))).list(.root)
            let wrong = try await server.drop(login: .password(Secret("s3cr3t-and-wrong")))
            let error = try #require(await fault { _ = try await wrong.list(.root) })
            #expect(error.code == .loginRefused)
            #expect(error.description.contains("refuses shop with the password"))
            #expect(!error.description.contains("s3cr3t"))
        }
    }

    @Test func `a password with characters beyond ASCII is sent whole`() async throws {
        try await withServer(AsyncSSHServer(login: .questions(["pässwörd 日本"]))) { server in
            _ = try await server.drop(login: .keyboardInteractive(Secret("pässwörd 日本"))).list(.root)
        }
    }

    @Test func `keyboard-interactive gives the answer to every question`() async throws {
        try await withServer(AsyncSSHServer(login: .questions(["both", "both"]))) { server in
            _ = try await server.drop(login: .keyboardInteractive(Secret("both"))).list(.root)
            let wrong = try await server.drop(login: .keyboardInteractive(Secret("wrong")))
            let error = try #require(await fault { _ = try await wrong.list(.root) })
            #expect(error.code == .loginRefused)
            #expect(error.description.contains("keyboard-interactive"))
        }
    }

    @Test func `a server that asks for nothing lets in`() async throws {
        try await withServer(AsyncSSHServer(login: .nothing)) { server in
            _ = try await server.drop(login: .password(Secret("never asked for"))).list(.root)
        }
    }

    @Test func `a connection that breaks during the login is lost, not refused`() async throws {
        try await withServer(OpenSSHServer()) { server in
            try await withRelay(to: server.port) { relay in
                for after in stride(from: 200, to: 3_600, by: 300) {
                    for direction in [Relay.Direction.toClient, .toServer] {
                        relay.plan { _ in .cut(after.isMultiple(of: 200) ? .reset : .end, after: after, direction) }
                        let drop = try await server.drop(port: relay.port)
                        let error = await fault { _ = try await drop.list(.root) }
                        let isLost = error.map { $0.code == .connectionLost || $0.code == .unreachable } ?? true
                        #expect(isLost, "cut after \(after) \(direction): \(String(describing: error))")
                    }
                }
            }
        }
    }
}
