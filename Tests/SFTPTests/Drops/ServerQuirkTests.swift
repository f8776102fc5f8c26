import FileDrops
import Foundation
import SSHServers
import Testing

@testable import SFTP

@Suite struct ServerQuirkTests {
    @Test func `a server that renames over what is there does not get to do it`() async throws {
        try await withServer(AsyncSSHServer(extensions: [], overwritesByRename: true)) { server in
            let drop = try await server.drop()
            try await drop.put("a.csv", [1])
            try await drop.put("b.csv", [2])
            let moved = await fault { try await drop.move(DropPath("a.csv"), to: DropPath("b.csv")) }
            #expect(moved?.code == .exists)
            let published = await fault { try await drop.put("b.csv", [3]) }
            #expect(published?.code == .exists)
            let kept = try await drop.bytes(of: "b.csv")
            #expect(kept == [2])
            let can = try await drop.capabilities()
            #expect(!can.exclusiveMove, "only looked at first")
        }
        try await withServer(OpenSSHServer()) { server in
            let can = try await server.drop().capabilities()
            #expect(can.exclusiveMove)
        }
    }

    @Test func `a rename that is done and said to have failed is found to be done`() async throws {
        try await withServer(AsyncSSHServer(faults: [Fault(.rename, .status(4), .after)])) { server in
            let drop = try await server.drop()
            try await drop.makeDirectory(DropPath("archive"))
            try await drop.put("a.csv", [1])
            try await drop.move(DropPath("a.csv"), to: DropPath("archive/a.csv"))
            let kept = try await drop.bytes(of: "archive/a.csv")
            #expect(kept == [1])
        }
    }

    @Test func `a server that takes nothing refuses, and nothing is left behind`() async throws {
        try await withServer(OpenSSHServer(isReadOnly: true)) { server in
            try Data("x".utf8).write(to: URL(fileURLWithPath: server.root + "/a.csv"))
            let drop = try await server.drop()
            let read = try await drop.bytes(of: "a.csv")
            #expect(read == Array("x".utf8))
            let calls: [@Sendable () async throws -> Void] = [
                { try await drop.put("b.csv", [1]) }, { try await drop.makeDirectory(DropPath("d")) },
                { try await drop.move(DropPath("a.csv"), to: DropPath("c.csv")) },
                { try await drop.remove(DropPath("a.csv")) },
            ]
            for call in calls {
                let error = await fault(call)
                #expect(error?.code == .permissionDenied)
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: server.root)
            #expect(names == ["a.csv"])
        }
    }

    @Test func `a write that fails leaves no part behind, and the server's own words are told`() async throws {
        let faults = [Fault(.write, .status(4, "No space left on device"), skip: 2)]
        try await withServer(AsyncSSHServer(faults: faults)) { server in
            let drop = try await server.drop()
            let error = await fault { try await drop.put("a.bin", pattern(1_000_000)) }
            #expect(error?.code == .io)
            #expect(error?.cause == .server(code: 4, words: "No space left on device"))
            let left = try FileManager.default.contentsOfDirectory(atPath: server.root + "/.dropline")
            #expect(left.isEmpty)
        }
    }

    @Test func `a server that loses bytes which it took is found out before the file is published`() async throws {
        // It says that it wrote, and did not.
        let faults = [Fault(.write, .status(0, ""), skip: 1, count: 1)]
        try await withServer(AsyncSSHServer(extensions: [], faults: faults)) { server in
            let drop = try await server.drop()
            let error = await fault { try await drop.put("a.bin", pattern(60_000)) }
            #expect(error?.code == .io)
            #expect(error?.description.contains("the server holds 32768 of the 60000 bytes") == true)
            let published = try await drop.stat(DropPath("a.bin"))
            #expect(published == nil)
        }
    }

    @Test func `a server without setstat makes files with the mode that is asked for, or says that it can't`()
        async throws
    {
        let faults = [Fault(.fsetstat, .status(8, "Unsupported"))]
        try await withServer(AsyncSSHServer(faults: faults)) { server in
            let drop = try await server.drop()
            let staged = try await drop.stage(as: "a", mode: FileMode(bits: 0o600)) { try await $0.write([1]) }
            let made = try await drop.stagedFile(named: staged.name)?.mode
            #expect(made == FileMode(bits: 0o600))
            // The server's umask takes some of these away.
            let error = await fault {
                _ = try await drop.stage(as: "b", mode: FileMode(bits: 0o4777)) { try await $0.write([1]) }
            }
            #expect(error?.code == .notSupported)
            #expect(error?.description.contains("setting the mode 4777") == true)
            let left = try await drop.stagedFiles().map(\.path.text)
            #expect(left == ["a"])
            try await drop.put("b.csv", [2])
        }
    }

    @Test func `a link below the root is never followed, and the root itself may be one`() async throws {
        try await withServer(OpenSSHServer()) { server in
            let files = FileManager.default
            try files.createDirectory(atPath: server.root + "/real/in", withIntermediateDirectories: true)
            try Data("x".utf8).write(to: URL(fileURLWithPath: server.root + "/real/in/a.csv"))
            try files.createSymbolicLink(atPath: server.root + "/real/out", withDestinationPath: "/etc")
            try files.createSymbolicLink(atPath: server.root + "/real/a", withDestinationPath: "in/a.csv")
            try files.createSymbolicLink(atPath: server.root + "/link", withDestinationPath: server.root + "/real")
            let drop = try await server.drop("link")
            let names = try await drop.list(.root).map { "\($0.path) \($0.kind.rawValue)" }
            #expect(names == ["a link", "in directory", "out link"])
            let calls: [@Sendable () async throws -> Void] = [
                { _ = try await drop.list(DropPath("out")) }, { _ = try await drop.stat(DropPath("out/passwd")) },
                { _ = try await drop.bytes(of: "out/passwd") }, { try await drop.put("out/x", [1]) },
                { try await drop.makeDirectory(DropPath("out/x/y")) },
                { try await drop.move(DropPath("in/a.csv"), to: DropPath("out/a.csv")) },
                { try await drop.remove(DropPath("out/passwd")) },
            ]
            for call in calls {
                let error = await fault(call)
                #expect(error?.code == .outsideRoot)
            }
            let link = await fault { _ = try await drop.bytes(of: "a") }
            #expect(link?.code == .notAFile)
        }
    }

    @Test func `a name that is no UTF-8 is shown, and asked for by nobody`() async throws {
        try await withServer(OpenSSHServer()) { server in
            let path = Array(server.root.utf8CString.dropLast()) + [0x2F, 0x61, -1, 0]
            path.withUnsafeBufferPointer { bytes in
                if let file = fopen(bytes.baseAddress, "w") { fclose(file) }
            }
            let entries = try await server.drop().list(.root)
            #expect(entries.map { $0.kind } == [.other])
            #expect(entries.first?.path.description == "a\\\\xFF")
        }
    }

    @Test func `parts that a dead process left are removed a day later, and younger ones are not`() async throws {
        try await withServer(OpenSSHServer()) { server in
            let staging = server.root + "/.dropline"
            let files = FileManager.default
            try files.createDirectory(atPath: staging, withIntermediateDirectories: true)
            for (name, age) in [
                (".part-sftp-old", 90_000.0), (".part-sftp-young", 80_000), (".part-folder-old", 90_000),
            ] {
                try Data("x".utf8).write(to: URL(fileURLWithPath: staging + "/" + name))
                try files.setAttributes(
                    [.modificationDate: Date(timeIntervalSinceNow: -age)],
                    ofItemAtPath: staging + "/" + name
                )
            }
            try await server.drop().put("a.csv", [1])
            let left = try files.contentsOfDirectory(atPath: staging)
            #expect(Set(left) == [".part-sftp-young", ".part-folder-old"])
        }
    }
}
