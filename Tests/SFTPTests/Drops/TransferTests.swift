import FileDrops
import Foundation
import SSHServers
import Testing

@testable import SFTP

@Suite struct TransferTests {
    @Test func `a file of 50 MB goes up and down as it is, with keys exchanged anew on the way`() async throws {
        try await withServer(OpenSSHServer(rekeyLimit: "4M")) { server in
            let drop = try await server.drop()
            let piece = pattern(1 << 20)
            let staged = try await drop.stage(as: "big", mode: nil) { writer in
                for number in 0..<50 { try await writer.write([UInt8(number)] + piece) }
            }
            try await drop.publish(staged, to: DropPath("big.bin"), replacing: false)
            var expected = 0
            try await drop.withFile(DropPath("big.bin")) { reader in
                var rest: [UInt8] = []
                while let bytes = try await reader.read() {
                    rest += bytes
                    while rest.count > piece.count {
                        #expect(rest[0] == UInt8(expected))
                        #expect(rest[1...piece.count].elementsEqual(piece))
                        rest.removeFirst(piece.count + 1)
                        expected += 1
                    }
                }
                #expect(rest.isEmpty)
            }
            #expect(expected == 50)
            let found = try Data(contentsOf: URL(fileURLWithPath: server.root + "/big.bin"))
            #expect(found.count == 50 * (piece.count + 1))
        }
    }

    @Test func `20,000 files are listed, each once`() async throws {
        try await withServer(OpenSSHServer()) { server in
            for number in 0..<20_000 {
                guard FileManager.default.createFile(atPath: server.root + "/日本-\(number).csv", contents: nil) else {
                    Issue.record("no file was made")
                    return
                }
            }
            let entries = try await server.drop().list(.root)
            #expect(entries.count == 20_000)
            #expect(Set(entries.map(\.path)).count == 20_000)
            #expect(entries.map(\.path) == entries.map(\.path).sorted())
        }
    }

    @Test func `a server that gives less than it is asked for is asked for the rest`() async throws {
        try await withServer(AsyncSSHServer(givesShortReads: true)) { server in
            let bytes = pattern(1_000_000)
            try Data(bytes).write(to: URL(fileURLWithPath: server.root + "/a.bin"))
            let read = try await server.drop().bytes(of: "a.bin")
            #expect(read == bytes)
        }
    }

    @Test func `a file that grows while it is read is read without a gap`() async throws {
        try await withServer(OpenSSHServer()) { server in
            let bytes = pattern(300_000)
            try Data(bytes).write(to: URL(fileURLWithPath: server.root + "/a.bin"))
            let drop = try await server.drop()
            let read = try await drop.withFile(DropPath("a.bin")) { reader in
                var all: [UInt8] = []
                while let more = try await reader.read() {
                    all += more
                    if all.count == more.count {
                        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: server.root + "/a.bin"))
                        try handle.seekToEnd()
                        try handle.write(contentsOf: bytes)
                        try handle.close()
                    }
                }
                return all
            }
            #expect(read.count >= bytes.count)
            #expect(read == Array((bytes + bytes).prefix(read.count)))
        }
    }

    @Test func `eight files are read at once over one connection`() async throws {
        try await withServer(OpenSSHServer()) { server in
            let drop = try await server.drop()
            for number in 0..<8 { try await drop.put("\(number).bin", pattern(700_000, seed: UInt64(number))) }
            try await withThrowingTaskGroup { group in
                for number in 0..<8 {
                    group.addTask {
                        let bytes = try await drop.bytes(of: "\(number).bin")
                        #expect(bytes == pattern(700_000, seed: UInt64(number)))
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
