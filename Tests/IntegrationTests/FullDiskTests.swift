import CommandSupport
import Foundation
import SSHServers
import Testing

/// A disk without space: in the workspace, in the ledger, on the drop.
///
/// The error names what is full, and the next poll with space goes on.
@Suite struct FullDiskTests {
    /// About 110 kB.
    private static let source = SourceFile(cards: 1_500)
    /// How much is left before a poll: nothing; some of a file; some files.
    static let rests = [0, 60_000, 300_000]

    /// Polls while the disk is full and says so, then with space, and gives all sweeps.
    private func poll(_ scene: Scene, _ disk: SmallDisk, exit: Int, says words: [String], wait: String = "20s")
        async throws -> [CommandResult]
    {
        var sweeps: [CommandResult] = []
        for _ in 1...2 {
            let full = try await scene.installation.poll("--wait", wait)
            #expect(full.exit == exit, "\(full)")
            for word in words { #expect(full.errors.contains(word), "\(word): \(full)") }
            sweeps.append(full)
        }
        try disk.free()
        return sweeps + (try await scene.sweep())
    }

    @Test(arguments: rests)
    func `a workspace without space loses nothing`(_ left: Int) async throws {
        try await withScene("a workspace with \(left) bytes left") { scene in
            let folder = scene.installation.folder + "/var/workspace"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try await withSmallDisk(over: folder) { disk in
                try await CommandWrapper.$words.withValue(disk.entering) {
                    try disk.fill(leaving: left)
                    try scene.drop(Self.source)
                    let words = ["no space left for the sealed file", "free space on the workspace's disk"]
                    let sweeps = try await poll(scene, disk, exit: 70, says: words, wait: "0s")
                    try await Invariants.expect(scene, [Self.source], sweeps: sweeps)
                }
            }
        }
    }

    @Test(arguments: rests)
    func `a ledger without space loses nothing`(_ left: Int) async throws {
        try await withScene("a ledger with \(left) bytes left") { scene in
            let folder = scene.installation.folder + "/var"
            try scene.installation.set("workspace", "workspace")
            try scene.installation.set("key", "file:dropline.key")
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try await withSmallDisk(over: folder) { disk in
                try await CommandWrapper.$words.withValue(disk.entering) {
                    let made = try await scene.installation.poll()
                    #expect(made.exit == 0, "\(made)")
                    try disk.fill(leaving: left)
                    try scene.drop(Self.source)
                    let words = ["the disk of the ledger", "is full; free space and run again"]
                    let sweeps = try await poll(scene, disk, exit: 70, says: words)
                    try await disk.copyOut()
                    try await Invariants.expect(scene, [Self.source], sweeps: sweeps)
                }
            }
        }
    }

    /// Drops the file on a disk with so many bytes left, polls until that is told, then makes space and polls on.
    private func pollWithoutSpace(_ scene: Scene, _ disk: SmallDisk, leaving left: Int, drop: String) async throws
        -> [CommandResult]
    {
        let inbox = disk.seen + "/" + Installation.inbox
        try FileManager.default.createDirectory(atPath: inbox, withIntermediateDirectories: true)
        try Self.source.text.write(toFile: inbox + "/" + Self.source.name, atomically: true, encoding: .utf8)
        try disk.fill(leaving: left)
        let words = ["on drop \(drop)", "no space left", "free space or raise the quota"]
        var sweeps = [try await scene.installation.poll("--wait", "20s")]
        #expect([0, 69].contains(sweeps[0].exit), "\(sweeps)")
        sweeps += try await poll(scene, disk, exit: 69, says: words, wait: "0s")
        try await disk.copyOut()
        return sweeps
    }

    @Test(arguments: [0, 200_000])
    func `a folder drop without space loses nothing`(_ left: Int) async throws {
        try await withScene("a drop with \(left) bytes left") { scene in
            let folder = scene.installation.dropFolder
            try await withSmallDisk(over: folder) { disk in
                try await CommandWrapper.$words.withValue(disk.entering) {
                    let sweeps = try await pollWithoutSpace(scene, disk, leaving: left, drop: "local")
                    try await Invariants.expect(scene, [Self.source], sweeps: sweeps)
                }
            }
        }
    }

    @Test(arguments: [0, 200_000])
    func `a server without space loses nothing`(_ left: Int) async throws {
        try await withServer(OpenSSHServer()) { server in
            try await withSmallDisk(over: server.root) { disk in
                var kind = OpenSSHServer()
                kind.wrapper = disk.entering
                try await server.restart(kind)
                try await withScene("a server with \(left) bytes left", on: server.place()) { scene in
                    let sweeps = try await pollWithoutSpace(scene, disk, leaving: left, drop: "netsuite")
                    try await server.restart(OpenSSHServer())
                    try await Invariants.expect(scene, [Self.source], sweeps: sweeps)
                }
            }
        }
    }
}
