import Foundation
import SeededRandom
import Testing

@testable import SFTP

/// What is given in place of a key that can be used, and what is damaged.
@Suite struct ForeignKeyTests {
    private static let ed25519 = KeyFolder.ed25519(3).blob

    /// A file in OpenSSH's form whose parts can be chosen.
    private static func openSSH(
        cipher: String = "none",
        kdf: String = "none",
        count: UInt32 = 1,
        blob: [UInt8] = ed25519,
        tail: [UInt8] = []
    ) -> String {
        let secret = Wire().number(7).number(7).raw([UInt8](repeating: 0, count: 8)).bytes
        let wire = Wire().raw(Array("openssh-key-v1\0".utf8)).string(cipher).string(kdf).string("").number(count)
            .string(blob).string(secret).raw(tail)
        return armor("OPENSSH PRIVATE KEY", wire.bytes)
    }

    private static func armor(_ label: String, _ bytes: [UInt8]) -> String {
        "-----BEGIN \(label)-----\n\(Data(bytes).base64EncodedString())\n-----END \(label)-----\n"
    }

    private static func read(_ text: String) -> PrivateKey { PrivateKey(reading: Array(text.utf8), path: "/etc/key") }

    static let obstacles: [(String, PrivateKey.Format, String)] = [
        ("", .other(.empty), "the key /etc/key is empty"),
        (" \r\n\t", .other(.empty), "is empty"),
        ("hello", .other(.unknown), "in no form that is known"),
        ("\u{0}\u{1}\u{2}", .other(.empty), "is empty"),
        (
            "PuTTY-User-Key-File-3: ssh-ed25519\r\nEncryption: aes256-cbc\r\nComment: x\r\n", .other(.puTTY),
            "puttygen /etc/key -O private-openssh -o NEW-FILE"
        ),
        ("\u{FEFF}PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\n", .other(.puTTY), "PuTTY's form"),
        ("---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: x\n", .other(.sshCom), "ssh-keygen -i -f /etc/key"),
        ("SSH PRIVATE KEY FILE FORMAT 1.1\n\0", .other(.protocolOne), "SSH protocol 1"),
        (
            KeyFolder.ed25519(1).text + " me@host\n", .other(.publicKey),
            "is a public key, and the private one is needed"
        ),
        ("---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n", .other(.publicKey), "is a public key"),
        (armor("PUBLIC KEY", [1]), .other(.publicKey), "is a public key"),
        (armor("RSA PUBLIC KEY", [1]), .other(.publicKey), "is a public key"),
        (armor("CERTIFICATE", [1]), .other(.certificate), "is a certificate"),
        (
            "ssh-ed25519-cert-v01@openssh.com "
                + Data(Wire().string("ssh-ed25519-cert-v01@openssh.com").string("x").bytes).base64EncodedString(),
            .other(.certificate), "is a certificate"
        ),
        (armor("PGP MESSAGE", [1]), .other(.unknown), "in no form that is known"),
        (openSSH(), .openSSH, ""),
        (openSSH(blob: Wire().string("ssh-dss").string("x").bytes), .openSSH, "is a DSA key"),
        (armor("DSA PRIVATE KEY", [1]), .pem, "is a DSA key"),
        (
            openSSH(blob: Wire().string("sk-ssh-ed25519@openssh.com").string("x").bytes), .openSSH,
            "needs a security key"
        ),
        (
            openSSH(blob: Wire().string("sk-ecdsa-sha2-nistp256@openssh.com").string("x").bytes), .openSSH,
            "needs a security key"
        ),
        (
            openSSH(blob: Wire().string("ssh-xmss@openssh.com").string("x").bytes), .openSSH,
            "of the kind ssh-xmss@openssh.com"
        ),
        (openSSH(cipher: "aes256-ctr", kdf: "argon2id"), .openSSH, "by way of argon2id, which libssh2 doesn't know"),
        (openSSH(cipher: "aes256-ctr", kdf: "bcrypt"), .openSSH, "no passphrase is given"),
        (openSSH(cipher: "rot13", kdf: "bcrypt"), .openSSH, "encrypted with rot13"),
        (openSSH(cipher: "blowfish-cbc", kdf: "bcrypt"), .openSSH, "encrypted with blowfish-cbc"),
        (openSSH(count: 2), .other(.severalKeys), "holds several keys"),
        (openSSH(count: 0), .other(.damaged), "is damaged or cut off"),
        (openSSH(cipher: "aes256-ctr", kdf: "none"), .other(.damaged), "is damaged"),
        (openSSH(cipher: "none", kdf: "bcrypt"), .other(.damaged), "is damaged"),
        (openSSH(tail: [1]), .other(.damaged), "is damaged"),
        (openSSH(cipher: "aes256-gcm@openssh.com", kdf: "bcrypt"), .other(.damaged), "is damaged"),
        (armor("OPENSSH PRIVATE KEY", Array("openssh-key-v1".utf8)), .other(.damaged), "is damaged"),
        (armor("OPENSSH PRIVATE KEY", []), .other(.damaged), "is damaged"),
        (String(openSSH().dropLast(8)), .other(.damaged), "is damaged"),
        (String(openSSH().prefix(60)), .other(.damaged), "is damaged"),
        (openSSH().replacingOccurrences(of: "END OPENSSH", with: "END RSA"), .other(.damaged), "is damaged"),
        (openSSH().replacingOccurrences(of: "b3B", with: "b!B"), .other(.damaged), "is damaged"),
        (armor("PRIVATE KEY", []), .other(.damaged), "is damaged"),
        (armor("PRIVATE KEY", [0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF]), .pkcs8, ""),
        (armor("EC PRIVATE KEY", [0x30, 0x7F, 0xA0]), .pem, ""),
        (armor("EC PARAMETERS", [6, 1, 1]) + armor("EC PRIVATE KEY", [0x30, 0]), .pem, ""),
    ]

    @Test(arguments: obstacles)
    func `what stands against a key is told`(_ text: String, _ format: PrivateKey.Format, _ words: String) {
        let key = Self.read(text)
        let obstacle = key.obstacle(passphraseGiven: false)
        #expect(key.format == format)
        #expect(obstacle?.contains(words) ?? words.isEmpty)
        #expect((obstacle == nil) == words.isEmpty)
    }

    @Test func `a key that stands without a file is called the key`() {
        let key = PrivateKey(reading: Array("PuTTY-User-Key-File-3: x".utf8), path: nil)
        #expect(
            key.obstacle(passphraseGiven: false)?.hasPrefix("the key is in PuTTY's form; convert it: puttygen KEY-FILE")
                == true
        )
    }

    @Test func `a header that isn't a cipher's name is never shown`() {
        for header in ["DEK-Info: c2VjcmV0a2V5", "DEK-Info: c2VjcmV0a2V5,00", "DEK-Info:\n\nC2VJC"] {
            let text = "-----BEGIN RSA PRIVATE KEY-----\n\(header)\n\nAAAA\n-----END RSA PRIVATE KEY-----"
            let key = Self.read(text)
            #expect(key.cipher == nil)
            #expect(key.isEncrypted)
            #expect(key.obstacle(passphraseGiven: true) == nil)
        }
    }

    @Test func `random damage never traps, and never shows what was secret`() throws {
        var random = SplitMix64(seed: 11)
        let secret = "U0VDUkVU"
        let sources = [
            Self.openSSH(),
            Self.openSSH(cipher: "aes256-gcm@openssh.com", kdf: "bcrypt", tail: [UInt8](repeating: 0, count: 16)),
            "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n\(secret)\n-----END EC PRIVATE KEY-----\n",
            Self.armor("PRIVATE KEY", [0x30, 9, 2, 1, 0, 0x30, 5, 6, 3, 0x2B, 0x65, 0x70]),
            Self.armor("EC PRIVATE KEY", [0x30, 12, 2, 1, 1, 4, 0, 0xA0, 5, 6, 3, 0x2B, 0x81, 4]),
            "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPrivate-Lines: 1\n\(secret)\n",
        ]
        let pieces = [
            "-----BEGIN ", "-----END ", "-----", "\n", "\\n", "\\", ":", ",", " ", "=", "\0", "é", "DEK-Info: ",
        ].map { Array($0.utf8) }
        for round in 0..<6_000 {
            var bytes = Array(sources[round % sources.count].utf8)
            for _ in 0...random.below(4) {
                let place = random.below(bytes.count)
                let end = min(bytes.count, place + random.below(6))
                let isPiece = random.below(2) == 0
                let new = isPiece ? random.bytes(of: pieces, upTo: 2) : [UInt8(random.below(256))]
                bytes.replaceSubrange(place..<end, with: new)
                if bytes.isEmpty { bytes = [0] }
            }
            let key = PrivateKey(reading: bytes, path: "/k")
            for given in [true, false] {
                let words = (key.obstacle(passphraseGiven: given) ?? "") + key.words(whenUnreadable: given) + "\(key)"
                #expect(!words.contains(secret), "\(round)")
            }
        }
    }

    @Test func `random bytes inside the form of OpenSSH never trap`() {
        var random = SplitMix64(seed: 12)
        guard let start = Data(base64Encoded: Self.openSSH().split(separator: "\n")[1].description) else { return }
        for _ in 0..<6_000 {
            var bytes = Array(start)
            for _ in 0...random.below(3) { bytes[15 + random.below(bytes.count - 15)] = UInt8(random.below(256)) }
            bytes.removeLast(random.below(3) == 0 ? random.below(bytes.count) : 0)
            let key = Self.read(Self.armor("OPENSSH PRIVATE KEY", bytes))
            if let type = key.type { #expect(1...64 ~= type.utf8.count) }
            _ = key.obstacle(passphraseGiven: true)
        }
    }

    @Test func `a file full of beginnings is read at once`() {
        let text = Array(String(repeating: "-----BEGIN A PRIVATE KEY-----\n", count: 33_000).utf8)
        let duration = ContinuousClock().measure {
            #expect(PrivateKey(reading: text, path: nil).format == .other(.damaged))
        }
        #expect(duration < .seconds(20))
    }
}
