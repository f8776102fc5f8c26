import FileDrops
import Foundation
import Testing

@testable import SFTP

@Suite struct TrustedKeysTests {
    private let host = "sftp.example.com"
    private let old = KeyFolder.ed25519(1)
    private let new = KeyFolder.ed25519(2)
    private let folder: KeyFolder

    init() throws { folder = try KeyFolder() }

    private func trusted(_ lines: [String], port: Int = 22) throws -> TrustedKeys {
        let file = try folder.write("hosts", lines.map { $0 + "\n" }.joined())
        return try HostKeyTrust.knownHosts(path: file).trustedKeys(host: host, port: port)
    }

    private func line(_ key: HostKey, _ name: String = "sftp.example.com") -> String { "\(name) \(key.text)" }

    private func refusal(_ keys: TrustedKeys, _ shown: HostKey) -> HostKeyRefusal? {
        do throws(HostKeyRefusal) {
            try keys.judge(shown)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a key that stands in the file is trusted`() throws {
        let keys = try trusted(["# mine", line(old, "*.example.com"), line(new, host)])
        #expect(refusal(keys, old) == nil)
        #expect(refusal(keys, new) == nil)
        #expect(keys.isTrusted(old))
        #expect(keys.known.map(\.line) == [2, 3])
    }

    @Test func `another key than the known one is refused with both and the line`() throws {
        let keys = try trusted(["", "# mine", line(old)])
        let refusal = refusal(keys, new)
        #expect(refusal?.kind == .changed)
        #expect(refusal?.code == .hostKeyChanged)
        #expect(
            refusal?.words
                == "sftp.example.com:22 shows ssh-ed25519 \(new.fingerprint); in \(folder.path("hosts")) "
                + "line 3 has ssh-ed25519 \(old.fingerprint)"
        )
        #expect(!keys.isTrusted(new))
    }

    @Test func `a key of a kind that isn't known is refused as changed, with all that are`() throws {
        let (rsa, curve) = (KeyFolder.rsa, try folder.makeHostKey("e", "-t", "ecdsa"))
        let keys = try trusted([line(rsa), line(curve)])
        let refusal = refusal(keys, new)
        #expect(refusal?.kind == .changed)
        for text in ["line 1 has ssh-rsa \(rsa.fingerprint)", "line 2 has \(curve)", "shows \(new)"] {
            #expect(refusal?.words.contains(text) == true, "\(text)")
        }
    }

    @Test func `a host without a key is unknown`() throws {
        let keys = try trusted([line(old, "other.example.com")])
        let refusal = refusal(keys, old)
        #expect(refusal?.kind == .unknown)
        #expect(refusal?.code == .hostKeyUnknown)
        #expect(refusal?.words == "sftp.example.com:22 shows \(old); \(folder.path("hosts")) has no key of it")
    }

    @Test func `a key that is known for port 22 isn't so for another, and the refusal tells where it stands`() throws {
        let keys = try trusted([line(new, "x"), line(old)], port: 2222)
        #expect(refusal(keys, old)?.kind == .unknown)
        #expect(refusal(keys, old)?.words.contains("line 2 has this key, but for port 22 alone") == true)
        #expect(refusal(keys, new)?.words.hasSuffix("has no key of it") == true)
        #expect(refusal(try trusted([line(old, "[sftp.example.com]:2222")], port: 2222), old) == nil)
        #expect(refusal(try trusted([line(old, "[sftp.example.com]:2222")]), old)?.kind == .unknown)
    }

    @Test(arguments: ["sftp.example.com", "*", "*.example.com", "[sftp.example.com]:2222"])
    func `a revoked key is refused at any port, known or not`(_ name: String) throws {
        let keys = try trusted(
            [line(old, "sftp.example.com,[sftp.example.com]:2222"), "@revoked \(line(old, name))"],
            port: 2222
        )
        let refusal = refusal(keys, old)
        #expect(refusal?.kind == .revoked)
        #expect(refusal?.code == .hostKeyRevoked)
        #expect(refusal?.words.contains("line 2 of \(folder.path("hosts")) marks that key as revoked") == true)
        #expect(!keys.isTrusted(old))
        #expect(self.refusal(keys, new)?.kind == .changed)
    }

    @Test func `a key revoked for another host is no matter`() throws {
        #expect(refusal(try trusted([line(old), "@revoked \(line(old, "other.example.com"))"]), old) == nil)
    }

    @Test func `a certificate authority trusts nothing, and the refusal says so`() throws {
        let keys = try trusted(["@cert-authority \(line(old, "*.example.com"))"])
        #expect(refusal(keys, old)?.kind == .unknown)
        #expect(refusal(keys, old)?.words.contains("line 1 has a certificate authority, which can't be used") == true)
        #expect(keys.known.isEmpty)
    }

    @Test func `lines that can't be read are told when no key is known`() throws {
        let keys = try trusted(["@revked \(line(old))", "|1|x|y \(old.text)"] + (0..<4).map { "host\($0)" })
        let words = refusal(keys, old)?.words
        #expect(words?.contains("lines that can't be read: 1 (its marker is neither") == true)
        #expect(words?.contains("2 (its hashed host name is damaged)") == true)
        #expect(words?.hasSuffix(" and 3 more") == true)
    }

    @Test func `a missing file is told with the key that was shown`() throws {
        let keys = try HostKeyTrust.knownHosts(path: folder.path("none")).trustedKeys(host: "::1", port: 22)
        let refusal = refusal(keys, old)
        #expect(refusal?.kind == .noKnownHostsFile)
        #expect(refusal?.code == .hostKeyUnknown)
        #expect(refusal?.words == "[::1]:22 shows \(old); the file of known hosts isn't there: \(folder.path("none"))")
    }

    @Test func `a file that can't be read stops before the server is asked`() throws {
        let trust = HostKeyTrust.knownHosts(path: folder.path)
        let error = #expect(throws: HostKeyRefusal.self) { try trust.trustedKeys(host: host, port: 22) }
        #expect(error?.kind == .unreadableKnownHosts)
        #expect(error?.words == "\(folder.path) isn't a plain file")
    }

    @Test func `only kinds are asked for that can be accepted, the best first`() throws {
        let rsa = KeyFolder.rsa
        let p384 = try folder.makeHostKey("e", "-t", "ecdsa", "-b", "384")
        #expect(
            try trusted([line(rsa), line(p384), line(old)]).types == ["ssh-ed25519", "ecdsa-sha2-nistp384", "ssh-rsa"]
        )
        #expect(try trusted([line(rsa)]).types == ["ssh-rsa"])
        #expect(try trusted([line(rsa), line(old), "@revoked \(line(old, "*"))"]).types == ["ssh-rsa"])
        #expect(try trusted([]).types == HostKey.preferredTypes)
        #expect(
            try trusted(["sftp.example.com x@y \(Data(Wire().string("x@y").string("z").bytes).base64EncodedString())"])
                .types == HostKey.preferredTypes
        )
        #expect(try trusted(["@cert-authority \(line(rsa))"]).types == HostKey.preferredTypes)
    }

    // MARK: Pins

    @Test func `a pinned key is trusted, and any other refused with the pins`() throws {
        let pins = HostKeyTrust.pinned(fingerprints: [old.fingerprint])
        let keys = try pins.trustedKeys(host: host, port: 2222)
        #expect(refusal(keys, old) == nil)
        #expect(refusal(keys, new)?.kind == .changed)
        #expect(
            refusal(keys, new)?.words
                == "sftp.example.com:2222 shows \(new); the pinned fingerprint is \(old.fingerprint)"
        )
        #expect(keys.types == HostKey.preferredTypes)
    }

    @Test func `without a pin nothing is trusted`() throws {
        let keys = try HostKeyTrust.pinned(fingerprints: []).trustedKeys(host: host, port: 22)
        #expect(refusal(keys, old)?.kind == .changed)
        #expect(
            try HostKeyTrust.pinned(fingerprints: ["", "SHA256:"]).trustedKeys(host: host, port: 22).isTrusted(old)
                == false
        )
    }

    @Test(arguments: [
        ("", "it begins with SHA256:"),
        ("SHA256:", "it has 0 characters"),
        ("sha256:uNiVztksCsDhcc0u9e8BrrJXVGDrgFrZNfSgfHDBNXc", "in capital letters"),
        ("SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDrgFrZNfSgfHDBNX", "it has 42 characters"),
        ("SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDrgFrZNfSgfHDBNXc=", "leave out the ="),
        ("SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDrgFrZNfSgfHDBNX-", "none of A-Z"),
        ("SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDrgFrZNfSgfHDBNX ", "none of A-Z"),
        ("SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDrgFrZNfSgfHDBNXd", "its last character can't be"),
        ("SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDrgFrZNfSgfHDBN\u{E9}", "none of A-Z"),
        ("256 SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDrgFrZNfSgfHDBNXc host (ED25519)", "write only what begins"),
        ("MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48", "of MD5"),
        ("16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48", "of MD5"),
        ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5", "as `ssh-keygen -l` shows it"),
    ])
    func `a bad fingerprint is told what is wrong with it`(_ text: String, _ words: String) {
        #expect(HostKeyTrust.fault(inFingerprint: text)?.contains(words) == true)
    }

    @Test func `a good fingerprint has no fault`() {
        for number in UInt8(0)..<50 {
            #expect(HostKeyTrust.fault(inFingerprint: KeyFolder.ed25519(number).fingerprint) == nil)
        }
    }
}

extension HostKey {
    /// Kind and base64, as they stand in files.
    var text: String { "\(type) \(Data(blob).base64EncodedString())" }
}
