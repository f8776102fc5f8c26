import Foundation
import Testing

@testable import Assembly

/// Drops of `type: sftp` that are wrong: each fault has its line, its column, and words that say how it would be right.
struct SFTPDropFaultTests {
    /// A line of the drop that is written otherwise, and what must be said of it.
    struct Fault: Sendable, CustomTestStringConvertible {
        var key: String
        var write: String
        var place: String
        var says: String

        init(_ key: String, _ write: String, _ place: String, _ says: String) {
            (self.key, self.write, self.place, self.says) = (key, write, place, says)
        }

        var testDescription: String { write.isEmpty ? "no \(key)" : write }
    }

    private static let lines = [
        ("type", "type: sftp"), ("host", "host: sftp.example.com"), ("port", "port: 22"), ("user", "user: netsuite"),
        ("auth", "auth: { key: file:secrets/id_ed25519 }"), ("host_keys", "host_keys: known_hosts"),
        ("jump", "jump: { host: j, user: w, auth: agent, host_keys: known_hosts }"),
        ("root", "root: /home/netsuite-sftp"), ("staging", "staging: .dropline"), ("timeout", "timeout: 60s"),
    ]

    static let faults = [
        Fault("type", "type: sfpt", "3:11", "'sfpt' is not one of: folder, sftp"),
        Fault("type", "", "3:5", "'type' is missing"),
        Fault("host", "", "3:5", "'host' is missing"),
        Fault("host", "host: \"\"", "4:11", "'host' is empty; write a name or an address"),
        Fault("host", "hots: sftp.example.com", "4:5", "unknown key 'hots'; did you mean 'host'?"),
        Fault("host", "host: sftp.example.com:2222", "4:11", "write the port as 'port'"),
        Fault("host", "host: \"[::1]\"", "4:11", "an IPv6 address without brackets"),
        Fault("host", "host: netsuite@sftp.example.com", "4:11", "write the user's name as 'user'"),
        Fault("host", "host: sftp://sftp.example.com/in", "4:11", "the directory as 'root'"),
        Fault("host", "host: -oProxyCommand=x", "4:11", "write a name or an address"),
        Fault("host", "host: [a, b]", "4:11", "a text should stand here"),
        Fault("port", "port: 0", "5:11", "'0' is not a port; write a number from 1 to 65535"),
        Fault("port", "port: 65536", "5:11", "'65536' is not a port"),
        Fault("port", "port: ssh", "5:11", "'ssh' is not a port"),
        Fault("user", "", "3:5", "'user' is missing"),
        Fault("user", "user: \"\"", "6:11", "'user' is empty"),
        Fault("user", "user: \"a\\0b\"", "6:11", "'user' has a control character"),
        Fault("auth", "", "3:5", "'auth' is missing"),
        Fault("auth", "auth: shpat_0123456789", "7:11", "'auth' is agent, or one of { key: file:PATH }"),
        Fault("auth", "auth: {}", "7:11", "'auth' is agent, or one of { key: file:PATH }"),
        Fault("auth", "auth: [agent]", "7:11", "'auth' should be a mapping"),
        Fault("auth", "auth: { password: ${X} }", "7:24", "write ${NAME} in quotes: \"${NAME}\""),
        Fault("auth", "auth: { passwd: \"${X}\" }", "7:13", "unknown key 'passwd'; did you mean 'password'?"),
        Fault("auth", "auth: { password: shpat_0123456789 }", "7:23", "'password' is a secret and may not stand here"),
        Fault("auth", "auth: { keyboard_interactive: shpat_0123456789 }", "7:35", "is a secret"),
        Fault("auth", "auth: { key: secrets/id_ed25519 }", "7:18", "write ${ENV_NAME}, file:PATH or credential:NAME"),
        Fault("auth", "auth: { key: file:k, passphrase: shpat_0123456789 }", "7:38", "'passphrase' is a secret"),
        Fault("auth", "auth: { key: file:k, password: \"${X}\" }", "7:11", "keep one of 'key', 'password'"),
        Fault("auth", "auth: { password: \"${X}\", passphrase: \"${Y}\" }", "7:43", "a 'passphrase' opens a 'key'"),
        Fault("host_keys", "", "3:5", "'host_keys' is missing"),
        Fault("host_keys", "host_keys: \"\"", "8:16", "'host_keys' is empty"),
        Fault("host_keys", "host_keys: \(pin)", "8:16", "stands in a list: host_keys: [\"\(pin)\"]"),
        Fault("host_keys", "host_keys: []", "8:16", "has no fingerprint; without one no server is trusted"),
        Fault("host_keys", "host_keys: [\"\(pin)=\"]", "8:17", "is no fingerprint: leave out the ="),
        Fault("host_keys", "host_keys: [\"\(pin)\", \"SHA256:abc\"]", "8:71", "is no fingerprint: it has 3 characters"),
        Fault(
            "host_keys",
            "host_keys: [\"16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48\"]",
            "8:17",
            "it is one of MD5"
        ),
        Fault("host_keys", "host_keys: { file: known_hosts }", "8:16", "a text should stand here"),
        Fault("jump", "jump: { host: j, user: w, auth: agent }", "9:11", "'host_keys' is missing"),
        Fault("jump", "jump: { host: j, user: w, host_keys: k }", "9:11", "'auth' is missing"),
        Fault("jump", "jump: gate", "9:11", "a server of 'jump' should be a mapping"),
        Fault("jump", "jump: [gate]", "9:12", "a server of 'jump' should be a mapping"),
        Fault(
            "jump",
            "jump: { host: j, user: w, auth: { password: shpat_0123456789 }, host_keys: k }",
            "9:49",
            "'password' is a secret"
        ),
        Fault("jump", "jump: { host: j, user: w, auth: agent, host_keys: k, rot: /x }", "9:58", "unknown key 'rot'"),
        Fault("root", "", "3:5", "'root' is missing"),
        Fault("root", "root: \"\"", "10:11", "'root' is empty"),
        Fault("staging", "staging: /tmp", "11:14", "relative to the root"),
        Fault("staging", "staging: ../x", "11:14", "leads out of"),
        Fault("staging", "staging: \"\"", "11:14", "'staging' is a directory below the root"),
        Fault("timeout", "timeout: 60", "12:14", "'60' is not a time"),
        Fault("timeout", "timeout: 0s", "12:14", "'timeout' is a time above zero, such as 60s"),
        Fault("timeout", "connect_timeout: 0s", "12:22", "'connect_timeout' is a time above zero, such as 15s"),
        Fault("timeout", "keep_alive: 0ms", "12:17", "'keep_alive' is a time above zero, such as 30s"),
        Fault("timeout", "connect_timout: 5s", "12:5", "did you mean 'connect_timeout'?"),
    ]

    @Test(arguments: faults)
    func `a fault of a server is told once, with its place, and no secret is repeated`(_ fault: Fault) throws {
        let folder = try TemporaryFolder()
        let lines = Self.lines.map { $0.0 == fault.key ? fault.write : $0.1 }
        let entry = lines.filter { !$0.isEmpty }.map { "    " + $0 + "\n" }.joined()
        try folder.write("dropline.yaml", "drops:\n  netsuite:\n" + entry + "pipelines: []\n")
        let problems = folder.problems()
        let place = folder.path + "/dropline.yaml:" + fault.place + ": "
        #expect(problems.contains { "\($0)".hasPrefix(place) && $0.message.contains(fault.says) }, "\(problems)")
        // A misspelt key is missing besides.
        let count = fault.write.hasPrefix("hots") || fault.write.contains("passwd") ? 2 : 1
        #expect(problems.count == count, "\(problems)")
        #expect(!"\(problems)".contains("shpat_0123456789"), "a secret is repeated: \(problems)")
    }
}
