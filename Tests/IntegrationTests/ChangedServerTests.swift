import CommandSupport
import Foundation
import SSHServers
import Testing

/// A server that changes between two sweeps, or while it is looked at: its key, its listing, what it permits.
@Suite struct ChangedServerTests {
    /// What a poll must not change while the server isn't the known one.
    private func state(_ scene: Scene) async throws -> [String] {
        let runs = try await scene.installation.runs().map(\.text)
        let known = try String(contentsOfFile: scene.installation.folder + "/known_hosts", encoding: .utf8)
        return try scene.installation.tree() + runs + [known]
    }

    private func logins(_ server: RunningServer) -> Int {
        server.log().split(separator: "Accepted publickey", omittingEmptySubsequences: false).count
    }

    @Test(arguments: [true, false])
    func `another host key ends the sweep with both keys shown, until the old one is back or the new one is known`(
        _ comesBack: Bool
    ) async throws {
        try await withServer(OpenSSHServer()) { server in
            try await withScene("another host key", on: server.place(), operationSeconds: "0.5") { scene in
                try scene.drop(SourceFile())
                // A run is under way, and a second file lies there.
                var sweeps = [try await scene.installation.poll("--wait", "0s")]
                let second = SourceFile(cards: 3, seed: "b", bad: false, time: "10:00:00")
                try scene.drop(second)
                let before = try await state(scene)
                let accepted = logins(server)
                try await server.restart(hostKeys: [.ed25519.other])
                let (old, new) = (
                    try await server.keys.fingerprint(.ed25519), try await server.keys.fingerprint(.ed25519.other)
                )
                for _ in 1...2 {
                    let refused = try await scene.installation.poll("--wait", "0s")
                    #expect(refused.exit == 69, "\(refused)")
                    #expect(
                        refused.errors.contains("the server's host key is another than the known one"),
                        "\(refused)"
                    )
                    #expect(refused.errors.contains(old) && refused.errors.contains(new), "\(refused)")
                    sweeps.append(refused)
                    let changed = Set(try await state(scene)).symmetricDifference(before).filter { !$0.hasPrefix("{") }
                    #expect(changed.isEmpty, "\(changed)")
                }
                #expect(logins(server) == accepted, "somebody logged in: \(server.log())")
                if comesBack {
                    try await server.restart(hostKeys: [.ed25519])
                } else {
                    let file = scene.installation.folder + "/known_hosts"
                    try server.knownHosts().write(toFile: file, atomically: true, encoding: .utf8)
                }
                sweeps += try await scene.sweep()
                try await Invariants.expect(scene, [SourceFile(), second], comparesOutputs: false, sweeps: sweeps)
            }
        }
    }

    @Test func `files that vanish and appear while a directory is listed are no fault, and each is taken once`()
        async throws
    {
        let gone = SourceFile(cards: 3, seed: "g", bad: false, time: "07:00:00")
        let stays = SourceFile(cards: 3, seed: "s", bad: false, time: "08:00:00")
        let comes = SourceFile(cards: 3, seed: "c", bad: false, time: "09:00:00")
        var kind = AsyncSSHServer()
        kind.listingChange = AsyncSSHServer.ListingChange(
            in: Installation.inbox,
            remove: [Installation.inbox + "/" + gone.name],
            add: [Installation.inbox + "/" + comes.name: comes.text]
        )
        try await withServer(kind) { server in
            try await withScene("a listing that changes", on: server.place()) { scene in
                try scene.drop(gone)
                try scene.drop(stays)
                let first = try await scene.installation.poll("--wait", "40s")
                #expect(server.log().contains("listing changed"))
                #expect(first.exit == 0, "\(first)")
                #expect(try await scene.installation.runs().count == 1, "\(first)")
                let sweeps = [first] + (try await scene.sweep())
                try await Invariants.expect(scene, [stays, comes], comparesOutputs: false, sweeps: sweeps)
            }
        }
    }

    /// Directories that may be read and not written to, and what is to be done there when that is found.
    static let locked = [
        (Installation.inbox + "/archive", "archive"),
        ("dropline/\(Installation.serverPipeline)/feed", "GiftCardActivation.json"),
        ("dropline/\(Installation.serverPipeline)/result", "Results.csv"), (".dropline", "staging"),
    ]

    @Test(arguments: locked)
    func `a directory that may not be written to stops the run there, visibly, and it goes on once that is fixed`(
        _ directory: String,
        _ words: String
    ) async throws {
        var kind = OpenSSHServer()
        kind.wrapper = CommandWrapper.obeyingPermissions
        try await withServer(kind) { server in
            try await withScene("no writing in \(directory)", on: server.place()) { scene in
                let path = scene.installation.path(directory)
                let files = FileManager.default
                try files.createDirectory(atPath: path, withIntermediateDirectories: true)
                try files.setAttributes([.posixPermissions: 0o500], ofItemAtPath: path)
                try scene.drop(SourceFile())
                var sweeps: [CommandResult] = []
                for _ in 1...2 {
                    let poll = try await scene.installation.poll("--wait", "20s")
                    #expect(poll.exit == 69, "\(poll)")
                    #expect(poll.errors.contains("permission denied") && poll.errors.contains(words), "\(poll)")
                    sweeps.append(poll)
                }
                let run = try #require(try await scene.installation.runs().first)
                #expect(run["state"] == "stopped", "\(run)")
                #expect(run["reason"].string?.contains("permission denied") == true, "\(run)")
                #expect(try scene.installation.inbox() == [SourceFile().name])
                try files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
                sweeps += try await scene.sweep()
                #expect(sweeps.last?.exit == 1, "\(sweeps)")
                try await Invariants.expect(scene, sweeps: sweeps)
            }
        }
    }

    @Test func `a file that can't be put aside says what is in the way, and afterwards why it was`() async throws {
        var kind = OpenSSHServer()
        kind.wrapper = CommandWrapper.obeyingPermissions
        try await withServer(kind) { server in
            try await withScene("no writing in the quarantine", on: server.place()) { scene in
                let quarantine = scene.installation.path(Installation.inbox + "/error")
                let files = FileManager.default
                try files.createDirectory(atPath: quarantine, withIntermediateDirectories: true)
                try files.setAttributes([.posixPermissions: 0o500], ofItemAtPath: quarantine)
                try scene.drop(.withoutValues)
                var sweeps: [CommandResult] = []
                for times in ["once", "2 times in a row"] {
                    sweeps.append(try await scene.installation.poll("--wait", "20s"))
                    let list = try await scene.installation.run("runs")
                    #expect(list.output.contains("permission denied"), "\(list)")
                    #expect(list.output.contains("(putting it away failed \(times))"), "\(list)")
                }
                let run = try #require(try await scene.installation.runs().first)
                #expect(run["state"] == "stopped", "\(run)")
                #expect(run["reason"] == "line 1: the header has no column 'price'", "\(run)")
                #expect(run["attention"].string?.contains("permission denied") == true, "\(run)")
                try files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: quarantine)
                sweeps += try await scene.sweep()
                try await Invariants.expect(scene, [.withoutValues], sweeps: sweeps)
            }
        }
    }

    @Test func `an inbox that may not be read is no empty one`() async throws {
        var kind = OpenSSHServer()
        kind.wrapper = CommandWrapper.obeyingPermissions
        try await withServer(kind) { server in
            try await withScene("no reading", on: server.place()) { scene in
                try scene.drop(SourceFile())
                let files = FileManager.default
                for path in [Installation.inbox + "/" + SourceFile().name, Installation.inbox] {
                    try files.setAttributes([.posixPermissions: 0], ofItemAtPath: scene.installation.path(path))
                    let poll = try await scene.installation.poll("--wait", "1s")
                    #expect(poll.exit == 69, "\(poll)")
                    #expect(poll.errors.contains("permission denied"), "\(poll)")
                    try files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: scene.installation.path(path))
                }
                try await Invariants.expect(scene, sweeps: try await scene.sweep())
            }
        }
    }
}
