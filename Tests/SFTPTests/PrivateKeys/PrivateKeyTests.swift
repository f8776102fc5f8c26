import Foundation
import Sealing
import Testing

@testable import SFTP

@Suite struct PrivateKeyTests {
    private let folder: KeyFolder

    init() throws { folder = try KeyFolder() }

    private func load(_ name: String) throws -> PrivateKey {
        try PrivateKeySource.file(path: folder.path(name)).load(credentials: nil)
    }

    @Test(arguments: HostKeyTests.kinds)
    func `a key of OpenSSH tells its kind and fingerprint`(_ type: String, _ options: [String]) throws {
        try folder.makeKey("k", options)
        let key = try load("k")
        #expect(key.format == .openSSH)
        #expect(key.type == type)
        #expect(key.fingerprint == (try folder.publicKey("k").fingerprint))
        #expect(key.cipher == nil && key.kdf == nil && !key.isEncrypted)
        #expect(key.obstacle(passphraseGiven: false) == nil)
        #expect(key.obstacle(passphraseGiven: true) == nil)
    }

    @Test(arguments: [
        "aes128-cbc", "aes192-cbc", "aes256-cbc", "aes128-ctr", "aes192-ctr", "aes256-ctr", "3des-cbc",
    ])
    func `a cipher that libssh2 knows needs a passphrase alone`(_ cipher: String) throws {
        try folder.makeKey("k", ["-t", "ed25519", "-a", "1", "-Z", cipher], passphrase: "secret")
        let key = try load("k")
        #expect(key.cipher == cipher)
        #expect(key.kdf == "bcrypt")
        #expect(key.isEncrypted)
        #expect(key.type == "ssh-ed25519")
        #expect(key.fingerprint == (try folder.publicKey("k").fingerprint))
        #expect(key.obstacle(passphraseGiven: true) == nil)
        let obstacle = key.obstacle(passphraseGiven: false)
        #expect(obstacle?.contains("is encrypted and no passphrase is given") == true)
        #expect(obstacle?.hasSuffix("ssh-keygen -p -f \(folder.path("k"))") == true)
        #expect(key.words(whenUnreadable: true).hasPrefix("the passphrase doesn't fit the key \(folder.path("k"))"))
    }

    @Test(arguments: ["aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com"])
    func `a cipher that libssh2 doesn't know is told before it tries, with a cure that works`(_ cipher: String) throws {
        let path = try folder.makeKey("k", ["-t", "ed25519", "-a", "1", "-Z", cipher], passphrase: "secret")
        let key = try load("k")
        #expect(key.cipher == cipher)
        for given in [true, false] {
            let obstacle = key.obstacle(passphraseGiven: given)
            #expect(obstacle?.contains("is encrypted with \(cipher), which libssh2 can't decrypt") == true)
            #expect(obstacle?.hasSuffix("ssh-keygen -p -Z aes256-ctr -f \(path)") == true)
            #expect(key.words(whenUnreadable: given) == obstacle, "not a wrong passphrase")
        }
        try run("ssh-keygen", ["-q", "-p", "-P", "secret", "-N", "secret", "-Z", "aes256-ctr", "-f", path])
        #expect(try load("k").obstacle(passphraseGiven: true) == nil)
    }

    @Test(arguments: [
        (["-m", "PEM", "-t", "ecdsa", "-b", "256"], PrivateKey.Format.pem, "ecdsa-sha2-nistp256"),
        (["-m", "PEM", "-t", "ecdsa", "-b", "384"], .pem, "ecdsa-sha2-nistp384"),
        (["-m", "PEM", "-t", "ecdsa", "-b", "521"], .pem, "ecdsa-sha2-nistp521"),
        (["-m", "PEM", "-t", "rsa", "-b", "2048"], .pem, "ssh-rsa"),
        (["-m", "PKCS8", "-t", "ecdsa", "-b", "256"], .pkcs8, "ecdsa-sha2-nistp256"),
        (["-m", "PKCS8", "-t", "ecdsa", "-b", "521"], .pkcs8, "ecdsa-sha2-nistp521"),
        (["-m", "PKCS8", "-t", "rsa", "-b", "2048"], .pkcs8, "ssh-rsa"),
    ])
    func `a key of OpenSSL tells its kind`(_ options: [String], _ format: PrivateKey.Format, _ type: String) throws {
        try folder.makeKey("k", options)
        let key = try load("k")
        #expect(key.format == format)
        #expect(key.type == type)
        #expect(!key.isEncrypted && key.cipher == nil && key.fingerprint == nil)
        #expect(key.obstacle(passphraseGiven: false) == nil)
        let words = key.words(whenUnreadable: false)
        #expect(words.contains("libssh2 can't read the key \(folder.path("k"))"))
    }

    @Test(arguments: [
        (["-m", "PEM", "-t", "ecdsa"], "ecdsa" as String?, "AES-128-CBC" as String?),
        (["-m", "PEM", "-t", "rsa", "-b", "2048"], "ssh-rsa", "AES-128-CBC"),
        (["-m", "PKCS8", "-t", "ecdsa"], nil, nil),
    ])
    func `an encrypted key of OpenSSL needs a passphrase`(_ options: [String], _ type: String?, _ cipher: String?)
        throws
    {
        try folder.makeKey("k", options, passphrase: "secret")
        let key = try load("k")
        #expect(key.isEncrypted)
        #expect(key.type == type)
        #expect(key.cipher == cipher)
        #expect(key.obstacle(passphraseGiven: false)?.contains("no passphrase is given") == true)
        #expect(key.obstacle(passphraseGiven: true) == nil)
        #expect(key.words(whenUnreadable: true).contains("the passphrase doesn't fit"))
    }

    @Test func `an ed25519 key of OpenSSL is known as one`() throws {
        try run("openssl", ["genpkey", "-algorithm", "ed25519", "-out", folder.path("k")])
        let key = try load("k")
        #expect(key.format == .pkcs8)
        #expect(key.type == "ssh-ed25519")
        #expect(key.obstacle(passphraseGiven: false) == nil)
    }

    @Test func `a key that DES encrypts can't be read any more`() {
        let text =
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: DES-CBC,0123456789ABCDEF\n\nAAAA\n"
        let key = PrivateKey(reading: Array((text + "-----END RSA PRIVATE KEY-----").utf8), path: "/k")
        #expect(key.cipher == "DES-CBC")
        #expect(
            key.obstacle(passphraseGiven: true)?.contains("encrypted with DES-CBC, which libssh2 can't decrypt") == true
        )
        #expect(key.obstacle(passphraseGiven: true)?.contains("-Z") == false)
    }

    @Test func `nothing shows a key`() throws {
        let path = try folder.makeKey("k", ["-t", "ed25519"])
        let key = try load("k")
        let body = try folder.text("k").split(separator: "\n")
        #expect("\(key)" == "private key (ssh-ed25519, openSSH), \(Secret.redacted)")
        var dumped = ""
        dump(key, to: &dumped)
        let source = PrivateKeySource.text(Secret(try folder.text("k")))
        let shown = [
            "\(key)", String(reflecting: key), dumped, "\([key])", "\(source)", key.words(whenUnreadable: false),
            String(reflecting: PrivateKeySource.file(path: path)), "\(try source.load())",
        ]
        for text in shown { for line in body { #expect(!text.contains(line)) } }
        #expect(Mirror(reflecting: key).children.isEmpty)
    }

    @Test func `a key is given to libssh2 in lines of 64 characters, however it was written`() throws {
        try folder.makeKey("k", ["-t", "ed25519"])
        let text = try folder.text("k")
        let expected = try load("k").bytes
        let lines = String(decoding: expected, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.first == "-----BEGIN OPENSSH PRIVATE KEY-----")
        #expect(lines.suffix(2) == ["-----END OPENSSH PRIVATE KEY-----", ""])
        #expect(lines.allSatisfy { $0.utf8.count <= 64 })
        try folder.write("again", expected)
        #expect(try run("ssh-keygen", ["-y", "-f", folder.path("again")]).hasPrefix("ssh-ed25519"))
        let forms = [
            text.replacingOccurrences(of: "\n", with: "\r\n"), text.replacingOccurrences(of: "\n", with: "\\n"),
            text.replacingOccurrences(of: "\n", with: " "), text.replacingOccurrences(of: "\n", with: "\n    "),
            "\u{FEFF}" + text, "\n\n" + text + "\n\n", "my key:\n" + text + "the end", String(text.dropLast()),
            text.replacingOccurrences(of: "KEY-----\n", with: "KEY----- \n"),
        ]
        for form in forms {
            #expect(
                try PrivateKeySource.text(Secret(form)).load().bytes == expected,
                "\(forms.firstIndex(of: form) ?? -1)"
            )
        }
    }

    @Test func `an encrypted key keeps its headers, though its line breaks are lost`() throws {
        let path = try folder.makeKey("k", ["-m", "PEM", "-t", "ecdsa"], passphrase: "secret")
        let lost = try folder.text("k").replacingOccurrences(of: "\n", with: " ")
        let key = try PrivateKeySource.text(Secret(lost)).load()
        try folder.write("again", key.bytes)
        let shown = ["-y", "-P", "secret", "-f"]
        #expect(try run("ssh-keygen", shown + [folder.path("again")]) == run("ssh-keygen", shown + [path]))
    }
}
