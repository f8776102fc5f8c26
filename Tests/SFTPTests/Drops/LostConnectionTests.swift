import FileDrops
import Foundation
import SSHServers
import Testing

@testable import SFTP

@Suite struct LostConnectionTests {
    @Test func `a file that is fetched over a connection cut anywhere is whole or an error, never short`() async throws
    {
        try await withServer(OpenSSHServer()) { server in
            let bytes = pattern(400_000)
            try Data(bytes).write(to: URL(fileURLWithPath: server.root + "/a.bin"))
            try await withRelay(to: server.port) { relay in
                var lost = 0
                for after in stride(from: 5_000, to: 440_000, by: 10_000) {
                    relay.plan { _ in .cut(after.isMultiple(of: 20_000) ? .end : .reset, after: after, .toClient) }
                    let drop = try await server.drop(port: relay.port)
                    do {
                        let read = try await drop.bytes(of: "a.bin")
                        #expect(read == bytes)
                    } catch let error as FileDropError {
                        #expect(error.code == .connectionLost, "cut after \(after)")
                        lost += 1
                    }
                }
                #expect(lost > 35)
            }
        }
    }

    @Test func `a file sent over a connection cut anywhere is published whole, once, or not at all`() async throws {
        try await withServer(OpenSSHServer()) { server in
            let bytes = pattern(400_000)
            try await withRelay(to: server.port) { relay in
                for after in stride(from: 5_000, to: 440_000, by: 10_000) {
                    relay.plan { $0 == 0 ? .cut(.reset, after: after, .toServer) : nil }
                    try await publishAndCheck("out-\(after).bin", bytes, server, relay)
                    relay.plan { _ in nil }
                }
            }
        }
    }

    /// Sends a file until it is published, as a caller does who looks before he sends again, and checks what the server has.
    private func publishAndCheck(_ name: String, _ bytes: [UInt8], _ server: RunningServer, _ relay: Relay) async throws
    {
        let drop = try await server.drop(port: relay.port)
        for _ in 0..<5 {
            do {
                if try await drop.stat(DropPath(name)) != nil { break }
                let staged = try await drop.stage(as: name, mode: nil) { try await $0.write(bytes) }
                try await drop.publish(staged, to: DropPath(name), replacing: false)
            } catch let error as FileDropError where error.code == .connectionLost {}
        }
        let found = try Data(contentsOf: URL(fileURLWithPath: server.root + "/" + name))
        #expect(Array(found) == bytes, "\(name)")
        let left = try await drop.stagedFiles()
        #expect(left.isEmpty, "\(name)")
    }

    @Test func `a server that stops answering in the middle is timed out, and the next call connects anew`()
        async throws
    {
        try await withServer(OpenSSHServer()) { server in
            let bytes = pattern(2_000_000)
            try Data(bytes).write(to: URL(fileURLWithPath: server.root + "/a.bin"))
            try await withRelay(to: server.port) { relay in
                relay.plan { $0 == 0 ? .stall(after: 300_000, .toClient) : nil }
                let timeouts = SFTPTimeouts(connect: .seconds(60), operation: .seconds(4))
                let drop = try await server.drop(port: relay.port, timeouts: timeouts)
                let error = try #require(await fault { _ = try await drop.bytes(of: "a.bin") })
                #expect(error.code == .timedOut)
                #expect(error.description.contains("reading a.bin on drop remote"))
                let read = try await drop.bytes(of: "a.bin")
                #expect(read == bytes)
                #expect(relay.connections == 2)
            }
        }
    }

    @Test func `a server that has restarted is found at the next call, without an error`() async throws {
        try await withServer(OpenSSHServer()) { server in
            let drop = try await server.drop()
            try await drop.put("a.bin", [1])
            for _ in 0..<3 {
                await server.stop()
                try await server.start()
                let names = try await drop.list(.root).map(\.path.name)
                #expect(names.contains("a.bin"))
            }
        }
    }

    @Test func `a file that was open on a lost connection stays lost, though the drop is connected again`() async throws
    {
        try await withServer(OpenSSHServer()) { server in
            try Data(pattern(3_000_000)).write(to: URL(fileURLWithPath: server.root + "/a.bin"))
            try await withRelay(to: server.port) { relay in
                let drop = try await server.drop(port: relay.port)
                let error = try #require(
                    await fault {
                        try await drop.withFile(DropPath("a.bin")) { reader in
                            _ = try await reader.read()
                            relay.cutAll()
                            try await drop.reconnect()
                            while try await reader.read() != nil {}
                        }
                    }
                )
                #expect(error.code == .connectionLost)
            }
        }
    }

    @Test(arguments: [Fault.Effect.silence, .drop])
    func `a rename whose answer is lost is an unknown outcome, and has happened`(_ effect: Fault.Effect) async throws {
        let faults = [Fault(.rename, effect, .after, count: 1)]
        try await withServer(AsyncSSHServer(faults: faults)) { server in
            let drop = try await server.drop(timeouts: SFTPTimeouts(connect: .seconds(60), operation: .seconds(4)))
            try await drop.makeDirectory(DropPath("archive"))
            let staged = try await drop.stage(as: "a", mode: nil) { try await $0.write([1, 2, 3]) }
            let error = try #require(
                await fault { try await drop.publish(staged, to: DropPath("a.csv"), replacing: false) }
            )
            #expect(error.code == .connectionLost || error.code == .timedOut)
            let bytes = try await drop.bytes(of: "a.csv")
            #expect(bytes == [1, 2, 3])
            let left = try await drop.stagedFile(named: "a")
            #expect(left == nil)
        }
    }

    @Test func `an idle connection is tried, and made anew when its server is silent`() async throws {
        try await withServer(AsyncSSHServer(faults: [Fault(.realpath, .silence)])) { server in
            try await withRelay(to: server.port) { relay in
                let timeouts = SFTPTimeouts(
                    connect: .seconds(60),
                    operation: .seconds(4),
                    keepAlive: .milliseconds(200)
                )
                let drop = try await server.drop(port: relay.port, timeouts: timeouts)
                _ = try await drop.list(.root)
                try await server.waitForLog("fault: realpath")
                _ = try await drop.list(.root)
                #expect(relay.connections == 2)
            }
        }
    }

    @Test func `one drop's lost connection is not another's`() async throws {
        try await withServer(OpenSSHServer()) { server in
            try await withRelay(to: server.port) { relay in
                let lost = try await server.drop(port: relay.port)
                let healthy = try await server.drop()
                _ = try await lost.list(.root)
                _ = try await healthy.list(.root)
                try await healthy.withFile(try await healthy.placed("a.bin", pattern(2_000_000))) { reader in
                    var count = 0
                    while let bytes = try await reader.read() {
                        count += bytes.count
                        relay.cutAll()
                    }
                    #expect(count == 2_000_000)
                }
            }
        }
    }
}

extension SFTPDrop {
    fileprivate func placed(_ name: String, _ bytes: [UInt8]) async throws -> DropPath {
        try await put(name, bytes)
        return try DropPath(name)
    }
}
