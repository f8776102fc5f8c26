import FileDrops
import Foundation
import SSHServers
import Testing

@testable import SFTP

/// Servers that lie: about what they list, how long a file is, and what is there.
@Suite struct LyingServerTests {
    private static func write(_ text: String, to path: String) throws {
        let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    // MARK: Listings

    static let endless = [
        LyingServer { $0.endlessNames = "#.csv" }, LyingServer { $0.endlessNames = "." },
        LyingServer { $0.longNames = 1_000_000 },
    ]

    @Test(arguments: endless)
    func `a listing without an end is given up, and the connection goes on`(_ kind: LyingServer) async throws {
        try await withServer(kind) { server in
            try Self.write("x", to: server.root + "/a.csv")
            let drop = try await server.drop()
            let error = try #require(await fault { _ = try await drop.list(.root) })
            #expect(error.code == .notSupported && !error.isOfConnection)
            #expect(error.description.contains("names, or more than 16 MB of them"), "\(error)")
            let entry = try await drop.stat(DropPath("a.csv"))
            #expect(entry?.kind == .file)
            #expect(
                server.log().components(separatedBy: "connection\n").count == 2,
                "it connected once: \(server.log())"
            )
        }
    }

    @Test func `a name above 255 bytes costs itself alone: it is told, shortened, and the others are listed`()
        async throws
    {
        let long = String(repeating: "n", count: 290) + "-Fulfillment.csv"
        let hex = long.utf8.map { String($0, radix: 16) }.joined()
        try await withServer(LyingServer { $0.alsoListed = [hex] }) { server in
            try Self.write("x", to: server.root + "/good.csv")
            let entries = try await server.drop().list(.root)
            #expect(entries.filter { $0.kind == .file }.map(\.path.text) == ["good.csv"])
            let told = try #require(entries.first { $0.kind == .other })
            #expect(told.fault?.contains("306 bytes") == true, "\(told)")
            #expect(told.path.name.utf8.count <= DropPath.longestName)
            #expect(told.path.name.hasSuffix("-Fulfillment.csv"), "a pattern still knows it: \(told.path)")
        }
    }

    @Test func `what a server refuses to tell of one listed file costs that file alone`() async throws {
        var kind = AsyncSSHServer(hasBareListings: true)
        kind.faults = [Fault(.lstat, .status(3, "Permission denied"), count: 1)]
        try await withServer(kind) { server in
            for name in ["a.csv", "b.csv", "c.csv"] { try Self.write("x", to: server.root + "/" + name) }
            let entries = try await server.drop().list(.root)
            #expect(entries.map(\.path.text) == ["a.csv", "b.csv", "c.csv"])
            let refused = entries.filter { $0.kind == .refused }
            #expect(refused.count == 1 && refused[0].fault?.contains("permission denied") == true, "\(entries)")
        }
    }

    // MARK: Status answers

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 31, 4_000_000_000], ["open", "lstat", "read"])
    func `whatever status a server answers with for one file, the connection stands and another file is read`(
        _ status: Int,
        _ request: String
    ) async throws {
        let kind = SSHServers.Fault.Request(rawValue: request) ?? .open
        let refusal = LyingServer.Refusal(kind, of: "bad.csv", status, "no, thank you")
        try await withServer(LyingServer { $0.statuses = [refusal] }) { server in
            for name in ["bad.csv", "good.csv"] { try Self.write("12345", to: server.root + "/" + name) }
            let drop = try await server.drop()
            let error = await fault { _ = try await drop.bytes(of: "bad.csv") }
            // An end of file where the first byte should be is an empty file.
            if !(status == 1 && request == "read") {
                #expect(error?.isOfConnection == false, "\(String(describing: error))")
            }
            let bytes = try await drop.bytes(of: "good.csv")
            #expect(bytes == Array("12345".utf8))
            #expect(server.log().components(separatedBy: "login").count == 2, "it logged in once: \(server.log())")
        }
    }

    @Test func `a server's words are cut where nobody would read them to the end`() async throws {
        let words = String(repeating: "no ", count: 30_000)
        let refusal = LyingServer.Refusal(.open, of: "bad.csv", 4, words)
        try await withServer(LyingServer { $0.statuses = [refusal] }) { server in
            try Self.write("x", to: server.root + "/bad.csv")
            let drop = try await server.drop()
            let error = try #require(await fault { _ = try await drop.bytes(of: "bad.csv") })
            #expect(error.description.utf8.count < 1_000 && error.description.contains("(90000 bytes)"))
        }
    }

    // MARK: Files without an end

    @Test func `a file that never ends is read no further than it was said to be long, and a little`() async throws {
        try await withServer(LyingServer { $0.endless = ["a.csv"] }) { server in
            try Self.write(String(repeating: "x", count: 60), to: server.root + "/a.csv")
            let drop = try await server.drop()
            var count = 0
            let isWhole = try await drop.read(DropPath("a.csv"), upTo: 60) { count += $0.count }
            #expect(!isWhole && count > 60 && count <= 60 + 32_768, "\(count)")
        }
    }

    // MARK: Slow servers

    private static let short = SFTPTimeouts(connect: .seconds(60), operation: .seconds(1))

    @Test func `a server that sends a byte now and then is given up, though it is never silent for long`() async throws
    {
        // A name takes some seconds, so no answer comes too late by itself, and the listing has no end.
        let kind = LyingServer {
            $0.longNames = 20
            $0.trickle = LyingServer.Trickle(after: 400, secondsForAByte: 0.05)
        }
        try await withServer(kind) { server in
            let drop = try await server.drop(timeouts: Self.short)
            let error = try #require(await fault { _ = try await drop.list(.root) })
            #expect(error.code == .timedOut && error.isOfConnection, "\(error)")
            #expect(error.description.contains("too slow"), "\(error)")
        }
    }

    @Test func `a large file that comes steadily has the time that its size takes`() async throws {
        try await withServer(LyingServer()) { server in
            try Self.write(String(repeating: "0123456789", count: 300_000), to: server.root + "/large.csv")
            let drop = try await server.drop(timeouts: SFTPTimeouts(connect: .seconds(60), operation: .seconds(60)))
            let bytes = try await drop.bytes(of: "large.csv")
            #expect(bytes.count == 3_000_000)
        }
    }

    @Test func `a task that is cancelled waits for no server that hangs`() async throws {
        try await withServer(AsyncSSHServer(faults: [Fault(.opendir, .silence)])) { server in
            // The time-out is longer than any test may last.
            let drop = try await server.drop(timeouts: SFTPTimeouts(connect: .seconds(60), operation: .seconds(7_200)))
            _ = try await drop.stat(.root)
            let listing = Task { await fault { _ = try await drop.list(.root) } }
            try await server.waitForLog("fault: opendir")
            listing.cancel()
            let error = await listing.value
            #expect(error?.description.contains("before Dropline was stopped") == true, "\(String(describing: error))")
        }
    }

    @Test func `a part whose writing is cancelled is removed, also where the server does not answer a write`()
        async throws
    {
        try await withServer(AsyncSSHServer(faults: [Fault(.write, .silence, skip: 3, count: 1)])) { server in
            let drop = try await server.drop(timeouts: SFTPTimeouts(connect: .seconds(60), operation: .seconds(7_200)))
            let staging = Task {
                await fault {
                    _ = try await drop.stage(as: "a", mode: nil) { writer in
                        while true { try await writer.write(pattern(1_000_000)) }
                    }
                }
            }
            try await server.waitForLog("fault: write")
            staging.cancel()
            _ = await staging.value
            // Over the same connection, or over a new one where the old one was given up.
            let left = try FileManager.default.contentsOfDirectory(atPath: server.root + "/.dropline")
            #expect(left.isEmpty, "\(left)")
        }
    }

    // MARK: Staging, and file systems

    @Test func `a root in which nothing may be made says where else to stage`() async throws {
        let refusal = LyingServer.Refusal(.mkdir, of: "/.dropline", 3, "Permission denied")
        try await withServer(LyingServer { $0.statuses = [refusal] }) { server in
            let drop = try await server.drop()
            let error = try #require(await fault { try await drop.put("a.csv", [1]) })
            #expect(error.code == .permissionDenied)
            #expect(error.description.contains("set 'staging' of the drop to a directory below"), "\(error)")
            try FileManager.default.createDirectory(atPath: server.root + "/upload", withIntermediateDirectories: true)
            let other = try SFTPDrop(
                name: "remote",
                server: try await server.access(),
                root: server.base,
                staging: DropPath("upload/.staging")
            )
            try await other.put("upload/a.csv", [1])
        }
    }

    @Test func `a server tells by statvfs on which file system a directory lies, or nothing`() async throws {
        try await withServer(LyingServer { $0.fileSystems = ["/archive": 9, "/odd": 0] }) { server in
            for name in ["in", "archive", "odd"] { try Self.write("x", to: server.root + "/\(name)/x") }
            let drop = try await server.drop()
            let numbers = [
                try await drop.fileSystem(of: DropPath("in")), try await drop.fileSystem(of: DropPath("archive")),
                try await drop.fileSystem(of: DropPath("odd")), try await drop.fileSystem(of: DropPath("missing")),
            ]
            #expect(numbers == [1, 9, nil, nil])
        }
        try await withServer(AsyncSSHServer(extensions: [])) { server in
            let number = try await server.drop().fileSystem(of: .root)
            #expect(number == nil)
        }
    }
}
