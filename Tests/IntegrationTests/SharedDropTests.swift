import CommandSupport
import Foundation
import SSHServers
import Testing

/// Several processes on one SFTP server: with one ledger, and with a ledger each.
@Suite struct SharedDropTests {
    private static let sources = ["a", "b", "c"].enumerated().map { number, seed in
        SourceFile(cards: 8, seed: Character(seed), time: "0\(number + 7):00:00")
    }

    @Test(arguments: 1...2)
    func `polls at once on one server and one ledger take each file once`(_ round: Int) async throws {
        try await withServer(OpenSSHServer()) { server in
            try await withScene("two polls on one server, round \(round)", on: server.place()) { scene in
                for source in Self.sources { try scene.drop(source) }
                async let first = scene.installation.poll("--wait", "40s")
                async let second = scene.installation.poll("--wait", "40s")
                var sweeps = try await [first, second]
                #expect(sweeps.allSatisfy { [0, 1].contains($0.exit) }, "\(sweeps)")
                sweeps += try await scene.sweep()
                try await Invariants.expect(scene, Self.sources, comparesOutputs: false, sweeps: sweeps)
            }
        }
    }

    @Test(arguments: 1...3)
    func `two installations on one server may both process a file, and no card is made twice and no file lost`(
        _ round: Int
    ) async throws {
        try await withServer(OpenSSHServer()) { server in
            // A code that both send is refused to one of them as taken; each finds its own card by its marker.
            try await withScene("two installations, round \(round)", on: server.place()) { scene in
                let other = try await Installation(scene.shop, on: server.place())
                try other.set("limits", "{ card: 2000 }")
                for source in Self.sources { try scene.drop(source) }
                async let first = scene.installation.poll("--wait", "40s")
                try await Task.sleep(for: .milliseconds(150 * (round - 1)))
                async let second = other.poll("--wait", "40s")
                var sweeps = try await [first, second]
                for _ in 1...4 {
                    sweeps.append(try await scene.installation.poll("--wait", "20s"))
                    sweeps.append(try await other.poll("--wait", "20s"))
                    if sweeps.suffix(2).map(\.exit) == [0, 0] { break }
                }
                #expect(sweeps.suffix(2).map(\.exit) == [0, 0], "\(sweeps)")
                let cards = try await scene.shop.codes()
                #expect(cards == Self.sources.flatMap(\.codes).sorted(), "\(cards)")
                var done: [String: Int] = [:]
                for installation in [scene.installation, other] {
                    for run in try await installation.runs() {
                        done[run["file"].string ?? "?", default: 0] += 1
                        #expect(run["state"] == "done", "\(run)")
                        let balance = try await installation.balance(run["run"].int ?? 0)
                        #expect(balance.isBalanced && balance.statuses["activated"]?.rows == 8, "\(balance)")
                    }
                }
                for source in Self.sources {
                    #expect((1...2).contains(done[source.name] ?? 0), "\(source.name): \(done)")
                    let results = try scene.installation.results(of: source.name)
                    #expect(results.column("line") == source.rows.map { "\($0.line)" })
                    let archived = try scene.installation.text(Installation.inbox + "/archive/" + source.name)
                    #expect(archived == source.text)
                }
                #expect(try scene.installation.inbox().isEmpty)
                let staged = try scene.installation.tree().filter { $0.hasPrefix(".dropline") }
                #expect(staged.isEmpty, "left in the staging directory: \(staged)")
            }
        }
    }

    @Test
    func `an installation whose file another one has processed and put away agrees with it, and puts nothing away`()
        async throws
    {
        try await withServer(OpenSSHServer()) { server in
            try await withScene("the slower of two installations", on: server.place()) { scene in
                let slow = try await Installation(scene.shop, on: server.place())
                try slow.set("limits", "{ card: 2000 }")
                try scene.drop(SourceFile())
                let killed = try await slow.poll(environment: ["DROPLINE_CRASH_AT": "poll.taken"])
                #expect(killed.exit == -9, "\(killed)")
                let first = try await scene.sweep()
                #expect(first.map(\.exit) == [1], "\(first)")
                let published = try Published(scene.installation)
                let second = try await slow.poll("--wait", "40s")
                #expect(second.exit == 1, "\(second)")
                let balance = try await slow.balance(1)
                #expect(balance.isBalanced && balance.statuses["activated"]?.rows == 12, "\(balance)")
                let archive = try scene.installation.archive()
                #expect(archive == [SourceFile().name])
                let differences = try Published(scene.installation).differences(from: published)
                #expect(differences.isEmpty, "\(differences)")
                // Each code was sent twice and refused once, as taken.
                try await Invariants.expect(scene, repeats: 12...12, sweeps: first + [second])
            }
        }
    }
}
