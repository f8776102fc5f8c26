import Foundation
import SeededRandom
import Testing

@testable import SFTP

@Suite struct HostKeyTests {
    static let kinds: [(type: String, options: [String])] = [
        ("ssh-ed25519", ["-t", "ed25519"]),
        ("ecdsa-sha2-nistp256", ["-t", "ecdsa", "-b", "256"]),
        ("ecdsa-sha2-nistp384", ["-t", "ecdsa", "-b", "384"]),
        ("ecdsa-sha2-nistp521", ["-t", "ecdsa", "-b", "521"]),
        ("ssh-rsa", ["-t", "rsa", "-b", "2048"]),
    ]

    @Test(arguments: kinds)
    func `a key has the kind and the fingerprint that ssh-keygen shows`(_ type: String, _ options: [String]) throws {
        let folder = try KeyFolder()
        try folder.makeKey("k", options)
        let key = try folder.publicKey("k")
        let shown = try run("ssh-keygen", ["-l", "-f", folder.path("k.pub")]).split(separator: " ")
        #expect(key.type == type)
        #expect(key.fingerprint == String(shown[1]))
        #expect(HostKeyTrust.fault(inFingerprint: key.fingerprint) == nil)
        #expect("\(key)" == "\(type) \(shown[1])")
        #expect(HostKey(blob: key.blob) == key)
        let line = key.knownHostsLine(host: "SFTP.Example.com", port: 22)
        #expect(try folder.text("k.pub").hasPrefix(line.dropFirst("sftp.example.com ".count)))
    }

    @Test(arguments: kinds)
    func `a key that is cut anywhere, or has more at its end, is none`(_ type: String, _ options: [String]) throws {
        let folder = try KeyFolder()
        try folder.makeKey("k", options)
        let blob = try folder.publicKey("k").blob
        for count in 0..<blob.count { #expect(HostKey(blob: Array(blob.prefix(count))) == nil, "\(count) bytes") }
        #expect(HostKey(blob: blob + [0]) == nil)
    }

    @Test func `parts that don't belong to the kind are refused`() {
        let (point, n) = ([4] + [UInt8](repeating: 7, count: 64), [0x80] + [UInt8](repeating: 1, count: 127))
        let good = Wire().string("ecdsa-sha2-nistp256").string("nistp256").string(point)
        #expect(HostKey(blob: good.bytes) != nil)
        let bad: [(String, Wire)] = [
            ("no bytes", Wire()),
            ("only a name", Wire().string("ssh-ed25519")),
            ("a length past the end", Wire().number(0xFFFF_FFFF).raw([1, 2, 3])),
            ("an empty name", Wire().string("").string("x")),
            ("a name with a space", Wire().string("ssh rsa").string("x")),
            ("a name with a line break", Wire().string("ssh-x\nhost").string("x")),
            ("a name of 65 letters", Wire().string(String(repeating: "a", count: 65)).string("x")),
            ("31 bytes", Wire().string("ssh-ed25519").string([UInt8](repeating: 1, count: 31))),
            ("another curve", Wire().string("ecdsa-sha2-nistp256").string("nistp384").string(point)),
            (
                "a compressed point",
                Wire().string("ecdsa-sha2-nistp256").string("nistp256").string([2] + point.dropFirst())
            ),
            ("a short point", Wire().string("ecdsa-sha2-nistp384").string("nistp384").string(point)),
            ("a negative modulus", Wire().string("ssh-rsa").string([3]).string(n)),
            ("a modulus of 1,016 bits", Wire().string("ssh-rsa").string([3]).string([0] + n.dropLast())),
            ("an exponent of 1", Wire().string("ssh-rsa").string([1]).string([0] + n)),
        ]
        for (words, wire) in bad { #expect(HostKey(blob: wire.bytes) == nil, "\(words)") }
        #expect(HostKey(blob: Wire().string("ssh-rsa").string([3]).string([0] + n).bytes) != nil)
        #expect(HostKey(blob: Wire().string("ssh-new@example.com").string("x").bytes)?.type == "ssh-new@example.com")
    }

    @Test(arguments: [
        ("sftp.example.com", 22, "sftp.example.com"), ("SFTP.example.com", 2222, "[sftp.example.com]:2222"),
        ("192.0.2.7", 22, "192.0.2.7"), ("::1", 22, "::1"), ("FE80::1", 222, "[fe80::1]:222"),
    ])
    func `a line names another port than 22`(_ host: String, _ port: Int, _ name: String) {
        let key = KeyFolder.ed25519(1)
        let line = key.knownHostsLine(host: host, port: port)
        #expect(line.hasPrefix(name + " ssh-ed25519 AAAAC3NzaC1lZDI1NTE5"))
        #expect(!line.contains("\n"))
        #expect(KnownHosts(parsing: Array(line.utf8)).lines(host: host, port: port).map(\.key) == [key])
    }

    @Test func `random damage never traps, and what is taken has a name`() {
        var random = SplitMix64(seed: 20)
        let blob = KeyFolder.ed25519(9).blob
        for _ in 0..<5_000 {
            var bytes = blob
            for _ in 0...random.below(4) { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
            bytes.removeLast(random.below(4) == 0 ? random.below(bytes.count) : 0)
            if let key = HostKey(blob: bytes) { #expect(!key.type.isEmpty && key.fingerprint.utf8.count == 50) }
        }
    }
}
