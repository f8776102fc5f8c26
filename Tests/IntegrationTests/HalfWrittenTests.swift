import CommandSupport
import Foundation
import SSHServers
import Testing

/// Files that are half written when a process ends: by a signal that it hears they are removed, and after one that it doesn't by the next process.
@Suite struct HalfWrittenTests {
    private func parts(_ installation: Installation) -> [String] {
        let folders = [installation.folder + "/var/workspace", installation.dropFolder + "/.dropline"]
        return folders.flatMap { folder -> [String] in
            let walk = FileManager.default.enumerator(atPath: folder)
            return (walk?.compactMap { $0 as? String } ?? []).filter { $0.contains(".part-") }
        }
    }

    /// Sends a signal to a poll once a server has struck its fault, and returns how the poll ended.
    private func poll(
        _ scene: Scene,
        beside server: RunningServer,
        until fault: String,
        _ signal: @Sendable (RunningCommand) throws -> Void
    ) async throws -> (parts: [String], result: CommandResult) {
        let arguments = ["poll", "--json", "--config", scene.installation.configuration]
        let ended = try await withDropline(arguments) { running in
            try await server.waitForLog(fault)
            // What is half written has its name by now.
            let parts = parts(scene.installation)
            try signal(running)
            return parts
        }
        return (ended.value, ended.result)
    }

    /// The server falls silent in the middle of a file that is read, and of one that is written; its time-out is longer than a test may last.
    static let faults = [SSHServers.Fault(.read, .silence, skip: 1), SSHServers.Fault(.write, .silence, count: 1)]

    @Test(arguments: faults, ["terminate", "interrupt"])
    func `a signal removes what is half written, also where the server hangs, and the next poll goes on`(
        _ fault: SSHServers.Fault,
        _ signal: String
    ) async throws {
        try await withServer(AsyncSSHServer(faults: [fault])) { server in
            try await withScene("\(fault.request.rawValue) and \(signal)", on: server.place()) { scene in
                try scene.installation.addToServer("timeout: 2h")
                let source = SourceFile(cards: 1_000)
                try scene.drop(source)
                let (parts, result) = try await poll(scene, beside: server, until: "fault: \(fault.request.rawValue)") {
                    try signal == "terminate" ? $0.terminate() : $0.interrupt()
                }
                #expect(!parts.isEmpty, "nothing was half written")
                #expect(result.exit == 128 + (signal == "terminate" ? 15 : 2), "\(result)")
                #expect(self.parts(scene.installation) == [])
                try await server.restart(AsyncSSHServer())
                let sweeps = [result] + (try await scene.sweep())
                try await Invariants.expect(scene, [source], sweeps: sweeps)
            }
        }
    }

    @Test func `what a killed poll was reading is removed by the next one`() async throws {
        let fault = SSHServers.Fault(.read, .silence, skip: 1)
        try await withServer(AsyncSSHServer(faults: [fault])) { server in
            try await withScene("killed", on: server.place()) { scene in
                let source = SourceFile(cards: 1_000)
                try scene.drop(source)
                let (parts, killed) = try await poll(scene, beside: server, until: "fault: read") { try $0.kill() }
                #expect(killed.exit == -9 && !parts.isEmpty, "\(killed)")
                #expect(self.parts(scene.installation) == parts)
                try await server.restart(AsyncSSHServer())
                let sweeps = [killed] + (try await scene.sweep())
                #expect(self.parts(scene.installation) == [])
                try await Invariants.expect(scene, [source], sweeps: sweeps)
            }
        }
    }
}
