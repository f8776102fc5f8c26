import FileDrops
import Foundation
import SSHServers
import Testing

@testable import SFTP

/// What a server may call its files.
@Suite struct HostileNameTests {
    /// Names that no file has, or that lead elsewhere.
    static let escaping =
        [
            "../../outside.csv", "..", ".", "", "/etc/passwd", "in/../../outside.csv", "./a.csv", "a\u{0}b.csv",
            "\u{0}", "/", "//",
            String(repeating: "n", count: 256), String(repeating: "é", count: 128), ".dropline/x.csv",
        ].map { Array($0.utf8) } + [[0xFF, 0x2F, 0x61], [0xC0, 0xAE, 0xC0, 0xAE, 0x2F]]

    @Test func `names that lead elsewhere are listed as what can't be asked for, and nothing is asked for`()
        async throws
    {
        try await withServer(AsyncSSHServer(listedBesides: Self.escaping)) { server in
            try Data("x".utf8).write(to: URL(fileURLWithPath: server.root + "/good.csv"))
            let drop = try await server.drop()
            let entries = try await drop.list(.root)
            let usable = entries.filter { $0.kind != .other }
            #expect(usable.map(\.path.text) == ["good.csv"])
            // `.`, `..` and no name at all are the directory itself and the one above.
            #expect(entries.count == 1 + Self.escaping.count - 3, "\(entries.map(\.path))")
            for entry in entries where entry.kind == .other {
                let shown = entry.path.description
                #expect(shown.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }, "\(shown)")
            }
            #expect(!server.log().contains("request: open b'"), "something was opened: \(server.log())")
        }
    }

    @Test(arguments: [
        "-rf", "--", "a\nb.csv", "\u{1B}[2J.csv", "a\u{202E}vsc", " ", "~", "$(x)", "*",
        String(repeating: "n", count: 255),
    ])
    func `an odd name is a name`(_ name: String) async throws {
        try await withServer(AsyncSSHServer()) { server in
            let drop = try await server.drop()
            try await drop.put("in-" + name.prefix(250), [1])
            try Data("x".utf8).write(to: URL(fileURLWithPath: server.root + "/" + name))
            let listed = try await drop.list(.root).map(\.path.text)
            #expect(listed.contains(name))
            try await drop.makeDirectory(DropPath("archive"))
            try await drop.move(DropPath(name), to: DropPath("archive/" + name))
            let bytes = try await drop.bytes(of: "archive/" + name)
            #expect(bytes == Array("x".utf8))
        }
    }
}
