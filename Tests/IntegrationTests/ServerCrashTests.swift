import CommandSupport
import Foundation
import SSHServers
import Testing

/// `kill -9` at the places that touch the drop, where the drop is a real SFTP server, with a rename that replaces and without.
@Suite struct ServerCrashTests {
    private static let taking = ["poll.before-fetch", "poll.fetched", "poll.taken"]
    /// The feed is the first that is published, the rejects are the fourth.
    private static let publishing = ["staged", "staged-recorded", "before-rename", "renamed", "published"]
        .flatMap { ["deliver.\($0):1", "deliver.\($0):4"] }
    private static let puttingAway = ["before-archive", "moved", "archived", "before-commit", "after-commit"]
        .map { "deliver.\($0):1" }

    @Test(arguments: taking + publishing + puttingAway)
    func `kill -9 on OpenSSH loses and doubles nothing`(_ place: String) async throws {
        try await crash(at: place, on: OpenSSHServer())
    }

    @Test(arguments: ["staged-recorded:2", "before-rename:3", "renamed:1", "renamed:3", "moved:1", "archived:1"])
    func `kill -9 on a server that can't rename over a file loses and doubles nothing`(_ place: String) async throws {
        try await crash(at: "deliver." + place, on: AsyncSSHServer(extensions: []))
    }

    private func crash(at place: String, on kind: some ServerKind) async throws {
        try await withServer(kind) { server in
            try await withScene("killed at \(place) on \(type(of: kind))", on: server.place()) { scene in
                try await scene.inject([.counter(version: "2026-07")])
                try scene.drop(SourceFile())
                let killed = try await scene.installation.poll(
                    "--wait",
                    "40s",
                    environment: ["DROPLINE_CRASH_AT": place]
                )
                #expect(killed.exit == -9, "\(scene.name): the place was not reached: \(killed)")
                let sweeps = try await scene.sweep()
                let isEnded = place == "deliver.after-commit:1"
                #expect(sweeps.map(\.exit) == [isEnded ? 0 : 1], "\(scene.name): exit codes; \(sweeps)")
                try await Invariants.expect(scene, sweeps: [killed] + sweeps)
            }
        }
    }
}
