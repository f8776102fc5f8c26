import CommandSupport
import Foundation
import SSHServers
import Testing

/// The main job on real SFTP servers.
@Suite struct SFTPTests {
    @Test
    func `files with NetSuite's names are taken from OpenSSH, their outputs written back, and the source archived`()
        async throws
    {
        try await withServer(OpenSSHServer()) { server in
            try await withScene("on OpenSSH", on: server.place()) { scene in
                let check = try await scene.installation.run("check", "--connect")
                #expect(check.exit == 0, "\(check)")
                #expect(check.output.contains("posix-rename@openssh.com"), "\(check)")
                try scene.drop(SourceFile())
                let poll = try await scene.installation.poll()
                #expect(poll.exit == 1, "\(poll)")
                #expect(try scene.installation.archive() == [SourceFile().name])
                #expect(try scene.installation.feeds().count == 1)
                #expect(try scene.installation.bulkFiles().count == 1)
                #expect(try scene.installation.results().count == 1)
                try await Invariants.expect(scene, sweeps: [poll])
            }
        }
    }

    @Test(arguments: [true, false])
    func `the same on a server without posix-rename, and on ProFTPD`(_ isProFTPD: Bool) async throws {
        let kind: any ServerKind = isProFTPD ? ProFTPDServer() : AsyncSSHServer(extensions: [])
        try await withServer(kind) { server in
            try await withScene("on \(kind)", on: server.place()) { scene in
                try scene.drop(SourceFile())
                let sweeps = try await scene.sweep()
                try await Invariants.expect(scene, sweeps: sweeps)
            }
        }
    }

    @Test func `a file that is still being uploaded is left, then taken whole`() async throws {
        try await withServer(OpenSSHServer()) { server in
            try await withScene("a slow upload", on: server.place()) { scene in
                try scene.installation.set("settle", "1s")
                let source = SourceFile()
                let path = scene.installation.path(Installation.inbox + "/" + source.name)
                let cut = source.text.utf8.count / 2
                try Data(source.text.utf8.prefix(cut)).write(to: URL(fileURLWithPath: path))
                let upload = Upload(path: path, rest: Array(source.text.utf8.dropFirst(cut)))
                // It grows by a byte at a time for as long as it is polled.
                let early = try await upload.goOn { try await scene.installation.poll() }
                #expect(early.exit == 0, "\(early)")
                #expect(try early.json()["unsettled"] == 1, "\(early)")
                #expect(try scene.installation.inbox() == [source.name])
                try upload.finish()
                let sweeps = try await scene.sweep()
                try await Invariants.expect(scene, sweeps: [early] + sweeps)
            }
        }
    }

    @Test func `four ways not to be let in are told apart, change nothing, and hold up no other drop`() async throws {
        try await withServer(OpenSSHServer()) { healthy in
            try await withServer(OpenSSHServer()) { closed in
                try await withSilentServer { silent in
                    try await withRefusingPort { refusing in
                        try await withScene("four dead drops", on: healthy.place()) { scene in
                            let key = closed.keys.path(ClientKey.ed25519)
                            let stranger = closed.keys.path(ClientKey.stranger)
                            let other = try await closed.keys.fingerprint(.ed25519.other)
                            let known = try await closed.keys.fingerprint(.ed25519)
                            let drops = [
                                DeadDrop("wrong-key", closed.port, key, other, "the server's host key is another than"),
                                DeadDrop("wrong-login", closed.port, stranger, known, "the server refused the login"),
                                DeadDrop("down", refusing, key, known, "Connection refused"),
                                DeadDrop("silent", silent.port, key, known, "gave no answer within 8"),
                            ]
                            for drop in drops { try scene.installation.add(drop, user: closed.user, root: closed.root) }
                            try scene.drop(SourceFile())
                            let poll = try await scene.installation.poll()
                            #expect(poll.exit == 69, "\(poll)")
                            for drop in drops {
                                #expect(poll.errors.contains(drop.words), "\(drop.name): \(poll)")
                            }
                            #expect(try scene.installation.archive() == [SourceFile().name])
                            #expect(try FileManager.default.contentsOfDirectory(atPath: closed.root).isEmpty)
                            let check = try await scene.installation.run("check", "--connect")
                            #expect(check.exit == 69, "\(check)")
                            let runs = try await scene.installation.runs()
                            #expect(runs.map { $0["state"].string } == ["done"])
                        }
                    }
                }
            }
        }
    }

    @Test(arguments: [4_000, 9_000, 12_000, 14_000, 17_000, 20_000, 24_000, 30_000])
    func `a connection that is cut loses and doubles nothing`(_ after: Int) async throws {
        try await withServer(OpenSSHServer()) { server in
            try await withRelay(to: server.port) { relay in
                try await withScene("cut after \(after) bytes", on: server.place(port: relay.port)) { scene in
                    // Each connection of the first sweeps ends there, first in one direction, then in the other.
                    relay.plan { number in
                        number < 3 ? .cut(.reset, after: after, number == 1 ? .toClient : .toServer) : nil
                    }
                    try scene.drop(SourceFile())
                    let sweeps = try await scene.sweep(atMost: 12)
                    try await Invariants.expect(scene, sweeps: sweeps)
                }
            }
        }
    }
}

/// A drop that can't be had, and what is said of it.
struct DeadDrop {
    let name: String
    let port: Int
    let key: String
    let pin: String
    let words: String
    /// How long is waited for each step of connecting.
    let patience: String

    init(_ name: String, _ port: Int, _ key: String, _ pin: String, _ words: String, patience: String = "8s") {
        (self.name, self.port, self.key, self.pin, self.words) = (name, port, key, pin, words)
        self.patience = patience
    }
}

extension Installation {
    /// Adds a drop, and a pipeline that takes from it.
    func add(_ drop: DeadDrop, user: String, root: String) throws {
        try edit(configuration) { text in
            text = text.replacing(
                "\ndrops:\n",
                with: """
                    \ndrops:
                      \(drop.name):
                        type: sftp
                        host: 127.0.0.1
                        port: \(drop.port)
                        user: \(user)
                        auth: { key: "file:\(drop.key)" }
                        host_keys: ["\(drop.pin)"]
                        root: \(root)
                        connect_timeout: \(drop.patience)

                    """
            )
            // The list of pipelines ends the file.
            text += "  - pipelines/\(drop.name).yaml\n"
        }
        let own = try String(contentsOfFile: pipelineFile, encoding: .utf8)
        try own.replacing("pipeline: \(pipeline)", with: "pipeline: \(drop.name)")
            .replacing("drop: netsuite", with: "drop: \(drop.name)")
            .write(toFile: folder + "/pipelines/\(drop.name).yaml", atomically: true, encoding: .utf8)
    }
}

/// A file that grows.
private struct Upload {
    let path: String
    let rest: [UInt8]

    /// Appends a byte every tenth of a second while something else is done, at most as many as there are.
    func goOn<R: Sendable>(_ body: @Sendable () async throws -> R) async throws -> R {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for byte in rest.dropLast() {
                    guard (try? await Task.sleep(for: .milliseconds(100))) != nil else { return }
                    try append([byte])
                }
            }
            let result = try await body()
            group.cancelAll()
            try await group.waitForAll()
            return result
        }
    }

    /// Appends what is not there yet.
    func finish() throws {
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        let missing = size - (SourceFile().text.utf8.count - rest.count)
        try append(Array(rest.dropFirst(missing)))
    }

    private func append(_ bytes: [UInt8]) throws {
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { try? file.close() }
        try file.seekToEnd()
        try file.write(contentsOf: bytes)
    }
}
