import Foundation
import SeededRandom
import Testing

@testable import SFTP

@Suite struct KnownHostsTests {
    private static let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKqQZ7wGxkfsXBiqeBCNQwD5LT3DX7zMcAeVcpOmDsYA"

    /// The numbers of the lines that ssh-keygen finds for a host.
    private static func found(by name: String, in file: String) throws -> [Int] {
        try run("ssh-keygen", ["-F", name, "-f", file], exits: [0, 1]).split(separator: "\n").compactMap { line in
            line.hasPrefix("# Host ") ? line.split(separator: " ").compactMap { Int($0) }.last : nil
        }
    }

    private static func matches(_ name: String, in hosts: KnownHosts) -> [Int] {
        hosts.lines.filter { $0.names.match(HostNames.lowercased(name.utf8)) }.map(\.number)
    }

    static let patterns = [
        "sftp.example.com", "SFTP.Example.COM", "*", "*.example.com", "*.com", "sftp.*", "s?tp.example.com", "?",
        "*.example.com,!sftp.example.com", "!sftp.example.com,*.example.com", "!sftp.example.com", "!*", "*,!*.org",
        "[sftp.example.com]:2222", "[*.example.com]:2222", "[sftp.example.com]:*", "[sftp.example.com]:222?",
        "[*]:2222", "*:2222", "[sftp.example.com]:22", "192.0.2.7,sftp.example.com", "192.0.2.*", "::1", "[::1]:2222",
        "sftp.example.com,,", ",sftp.example.com", ",", "!", "!,sftp.example.com", "sftp.example.co", "ftp.example.com",
        "sftp.example.com.", "**", "*?*", "s**p*e*c*m", "a,b,c,sftp.example.com,d", "*sftp*", "[sftp.example.com]",
        "sftp.example.com:22", "!!sftp.example.com,*", "\\*", "[!s]ftp.example.com",
    ]

    static let names = [
        "sftp.example.com", "[sftp.example.com]:2222", "[sftp.example.com]:22", "old.example.com", "example.com", "x",
        "192.0.2.7", "[192.0.2.7]:2222", "::1", "[::1]:2222", "sftp.example.org", "SFTP.EXAMPLE.COM",
    ]

    @Test(arguments: names)
    func `the lines that match a host are those that ssh-keygen finds`(_ name: String) throws {
        let folder = try KeyFolder()
        let file = try folder.write("hosts", Self.patterns.map { "\($0) \(Self.key)\n" }.joined())
        let hosts = KnownHosts(parsing: try folder.bytes("hosts"))
        #expect(hosts.damaged == [])
        #expect(Self.matches(name, in: hosts) == (try Self.found(by: name, in: file)))
    }

    @Test func `random patterns match as they do for ssh-keygen`() throws {
        let folder = try KeyFolder()
        var random = SplitMix64(seed: 4)
        let pieces = ["a", "b", "*", "?", "!", ",", "*", "a", "[", "]:2", "ab"].map { Array($0.utf8) }
        let fields = (0..<600).map { _ in Array("x".utf8) + [0x2C] + random.bytes(of: pieces, upTo: 9) }
        let file = try folder.write("hosts", fields.flatMap { $0 + Array(" \(Self.key)\n".utf8) })
        let hosts = KnownHosts(parsing: try folder.bytes("hosts"))
        #expect(hosts.lines.count == 600)
        for name in ["a", "b", "ab", "aab", "abab", "bbb", "[ab]:2", "[a]:2", "aaaaaaaaaaaaaaaaaaaab", "x", "[b]:2222"]
        {
            #expect(Self.matches(name, in: hosts) == (try Self.found(by: name, in: file)), "\(name)")
        }
    }

    @Test func `names that ssh-keygen has hashed are found`() throws {
        let folder = try KeyFolder()
        let plain = ["sftp.example.com", "[sftp.example.com]:2222", "192.0.2.7", "[::1]:2222"]
        let file = try folder.write("hosts", plain.map { "\($0) \(Self.key)\n" }.joined())
        try run("ssh-keygen", ["-H", "-f", file])
        #expect(try !folder.text("hosts").contains("example"))
        let hosts = try KnownHosts.load(file)
        #expect(hosts.damaged == [])
        for name in Self.names where name != name.uppercased() {
            #expect(Self.matches(name, in: hosts) == (try Self.found(by: name, in: file)), "\(name)")
        }
        #expect(hosts.lines(host: "SFTP.Example.com", port: 22).map(\.number) == [1])
        #expect(hosts.lines(host: "sftp.example.com", port: 2222).map(\.number) == [2])
        #expect(hosts.lines(host: "sftp.example.com", port: 2223).isEmpty)
        #expect(hosts.lines(host: "::1", port: 2222).map(\.number) == [4])
    }

    @Test func `a plain name is for port 22 alone, but a revoked key is so at all ports`() {
        let text = """
            sftp.example.com \(Self.key)
            *.example.com \(Self.key)
            [sftp.example.com]:2222 \(Self.key)
            @revoked sftp.example.com \(Self.key)
            @cert-authority sftp.example.com \(Self.key)
            @revoked [sftp.example.com]:22 \(Self.key)
            """
        let hosts = KnownHosts(parsing: Array(text.utf8))
        #expect(hosts.lines(host: "sftp.example.com", port: 22).map(\.number) == [1, 2, 4, 5])
        #expect(hosts.lines(host: "sftp.example.com", port: 2222).map(\.number) == [3, 4])
        #expect(hosts.lines(host: "other.example.com", port: 2222).isEmpty)
        #expect(hosts.lines.map(\.marker) == [nil, nil, nil, .revoked, .authority, .revoked])
    }

    @Test func `comments, blank lines, tabs, CRLF and a missing last line break do no harm`() throws {
        let lines = [
            "# a comment", "", "   ", "\t# another", "a.example \(Self.key) a comment with # and = \u{E9}",
            "\t b.example\t\t\(Self.key.split(separator: " ").joined(separator: " \t "))\t",
            "@revoked\tc.example \(Self.key)",
            "#@revoked d.example \(Self.key)", "e.example \(Self.key)",
        ]
        let expected = [("a.example", 5), ("b.example", 6), ("c.example", 7), ("e.example", 9)]
        for ending in ["\n", "\r\n"] {
            let text = "\u{FEFF}" + lines.joined(separator: ending)
            for bytes in [Array(text.utf8), Array((text + ending).utf8), Array(text.utf8.dropFirst(3))] {
                let hosts = KnownHosts(parsing: bytes)
                #expect(hosts.damaged == [])
                for (host, line) in expected { #expect(hosts.lines(host: host, port: 22).map(\.number) == [line]) }
                #expect(hosts.lines.count == expected.count)
            }
        }
    }

    static let damaged: [(String, KnownHostsLine.Fault)] = [
        ("sftp.example.com", .noKey),
        ("sftp.example.com ssh-ed25519", .noKey),
        ("@revoked", .noKey),
        ("@revoked sftp.example.com", .noKey),
        ("@Revoked sftp.example.com \(key)", .unknownMarker),
        ("@ sftp.example.com \(key)", .unknownMarker),
        ("@revoked @cert-authority sftp.example.com \(key)", .twoMarkers),
        ("|1|AAAA|AAAA \(key)", .damagedHash),
        ("|2|JfKTdBh7rNbXkVAQCRp4OQoPfmI=|USECr3SWf1JUPsms5AqfD5QfxkM= \(key)", .damagedHash),
        ("|1|JfKTdBh7rNbXkVAQCRp4OQoPfmI= \(key)", .damagedHash),
        ("|1|JfKTdBh7rNbXkVAQCRp4OQoPfmI=|USECr3SWf1JUPsms5AqfD5QfxkM=|x \(key)", .damagedHash),
        ("|1|JfKTdBh7rNbXkVAQCRp4OQoPfmI=|USECr3SWf1JUPsms5AqfD5QfxkM=,b \(key)", .damagedHash),
        ("sftp.example.com 1024 35 1234567", .protocolOne),
        ("sftp.example.com ssh-ed25519 AAAA", .damagedKey),
        ("sftp.example.com ssh-ed25519 \(key.dropFirst(12).dropLast(4))", .damagedKey),
        ("sftp.example.com ssh-ed25519 ====", .damagedKey),
        ("sftp.example.com ssh-ed25519 # AAAA", .damagedKey),
        ("sftp.example.com ssh-rsa \(key.dropFirst(12))", .otherType),
        ("sftp.example.com \(key)\0", .zeroByte),
        ("sftp.example.com \(key) \(String(repeating: "x", count: 40_000))", .tooLong),
    ]

    @Test(arguments: damaged)
    func `a damaged line costs itself alone, and is told`(_ line: String, _ fault: KnownHostsLine.Fault) {
        let text = "a.example \(Self.key)\n\(line)\nb.example \(Self.key)\n"
        let hosts = KnownHosts(parsing: Array(text.utf8))
        #expect(hosts.damaged == [KnownHosts.Damage(line: 2, reason: fault)])
        #expect(hosts.lines.map(\.number) == [1, 3])
        #expect(!fault.words.isEmpty)
    }

    @Test func `a file of UTF-16 is damaged all over`() throws {
        let data = try #require("a.example \(Self.key)\nb.example \(Self.key)\n".data(using: .utf16LittleEndian))
        let hosts = KnownHosts(parsing: [0xFF, 0xFE] + data)
        #expect(hosts.lines.isEmpty)
        #expect(hosts.damaged.prefix(2).map(\.reason) == [.zeroByte, .zeroByte])
    }

    @Test func `a file that isn't there, isn't plain or is too large is each told`() throws {
        let folder = try KeyFolder()
        #expect(throws: SmallFile.Fault.missing) { try KnownHosts.load(folder.path("none")) }
        #expect(throws: SmallFile.Fault.missing) { try KnownHosts.load(folder.path("none/hosts")) }
        #expect(throws: SmallFile.Fault.notAFile) { try KnownHosts.load(folder.path) }
        #expect(throws: SmallFile.Fault.notAFile) { try KnownHosts.load("/dev/null") }
        try run("mkfifo", [folder.path("pipe")])
        #expect(throws: SmallFile.Fault.notAFile) { try KnownHosts.load(folder.path("pipe")) }
        try folder.writeZeros("large", 10_000_001)
        #expect(throws: SmallFile.Fault.tooLarge(limit: 10_000_000)) { try KnownHosts.load(folder.path("large")) }
        try folder.write("empty", "")
        #expect(try KnownHosts.load(folder.path("empty")).lines.isEmpty)
    }

    @Test func `a file full of stars is still read at once`() {
        let field = String(repeating: "*a", count: 5_000) + "b"
        let text = String(repeating: "\(field) \(Self.key)\n", count: 20)
        let hosts = KnownHosts(parsing: Array(text.utf8))
        let duration = ContinuousClock().measure {
            #expect(hosts.lines(host: String(repeating: "a", count: 255), port: 22).isEmpty)
        }
        #expect(duration < .seconds(5))
    }

    @Test func `random damage never traps, and never lets a line grow another key`() throws {
        var random = SplitMix64(seed: 77)
        let good =
            "@revoked a.example \(Self.key)\n|1|JfKTdBh7rNbXkVAQCRp4OQoPfmI=|USECr3SWf1JUPsms5AqfD5QfxkM= \(Self.key)\n"
        let pieces = ["\n", "\r", " ", "\t", "@revoked", "|1|", "|", "=", ",", "!", "#", "\0", "A", "ssh-rsa", "é"].map
        { Array($0.utf8) }
        for _ in 0..<3_000 {
            var bytes = Array(good.utf8)
            for _ in 0...random.below(6) {
                let place = random.below(bytes.count)
                let end = min(bytes.count, place + random.below(4))
                bytes.replaceSubrange(place..<end, with: random.bytes(of: pieces, upTo: 3))
            }
            let hosts = KnownHosts(parsing: bytes)
            #expect(hosts.lines.count + hosts.damaged.count <= bytes.count { $0 == 0x0A } + 1)
            for line in hosts.lines { #expect(HostKey(blob: line.key.blob) == line.key) }
            _ = hosts.lines(host: "a.example", port: 2222)
        }
    }
}
