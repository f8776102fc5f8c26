import CommandSupport
import Foundation
import SSHServers
import Testing

/// Directories on another file system, into which no file can be renamed: `check --connect` finds them.
@Suite struct FileSystemTests {
    private static let words = "lies on another file system than"

    @Test(arguments: ["archive", "error"])
    func `a folder's archive or quarantine on another file system is found`(_ name: String) async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let before = try await installation.run("check", "--connect")
            #expect(before.exit == 0 && !before.output.contains(Self.words), "\(before)")
            let folder = installation.path(Installation.inbox + "/" + name)
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try await withSmallDisk(over: folder) { disk in
                try await CommandWrapper.$words.withValue(disk.entering) {
                    let check = try await installation.run("check", "--connect")
                    #expect(check.exit == 78, "\(check)")
                    #expect(check.output.contains("\(Installation.inbox)/\(name) \(Self.words) source"), "\(check)")
                }
            }
        }
    }

    @Test(arguments: ["/archive", "/error", "/.dropline", "/result"])
    func `a server's directory on another file system is found`(_ end: String) async throws {
        try await withSandbox { shop in
            try await withServer(LyingServer { $0.fileSystems = [end: 2] }) { server in
                let installation = try await Installation(shop, on: server.place())
                for place in [
                    Installation.inbox + "/archive", Installation.inbox + "/error",
                    "dropline/\(installation.pipeline)/result",
                ] {
                    try FileManager.default.createDirectory(
                        atPath: installation.path(place),
                        withIntermediateDirectories: true
                    )
                }
                let check = try await installation.run("check", "--connect")
                #expect(check.exit == 78 && check.output.contains(Self.words), "\(check)")
                try await server.restart(LyingServer())
                let after = try await installation.run("check", "--connect")
                #expect(after.exit == 0, "\(after)")
            }
        }
    }
}
