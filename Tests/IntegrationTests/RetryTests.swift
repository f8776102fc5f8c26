import CommandSupport
import Foundation
import Testing

/// What is tried again is seen, ends some time, and holds up nothing else.
@Suite struct RetryTests {
    private static let early = SourceFile(cards: 3, seed: "p", bad: false, time: "07:00:00")
    private static let late = SourceFile(cards: 3, seed: "q", bad: false, time: "08:00:00")

    /// Ten polls, each of which dies at the file; from the fifth on the other one goes first, and reaches the place before.
    private func pollUntilPutAside(_ scene: Scene, at place: String) async throws -> [CommandResult] {
        var sweeps: [CommandResult] = []
        for number in 1...10 {
            let time = number == 5 ? 2 : 1
            let killed = try await scene.installation.poll(
                "--wait",
                "20s",
                environment: ["DROPLINE_CRASH_AT": "\(place):\(time)"]
            )
            #expect(killed.exit == -9, "\(scene.name), poll \(number): \(killed)")
            sweeps.append(killed)
            let cards = try await scene.shop.codes()
            #expect(number < 6 || cards == Self.late.codes.sorted(), "\(scene.name), poll \(number): \(cards)")
        }
        return sweeps
    }

    @Test func `a file that ends every process holds up none behind it, and is put aside after the tenth`() async throws
    {
        try await withScene("poison before its cards are taken") { scene in
            try scene.drop(Self.early)
            try scene.drop(Self.late)
            _ = try await pollUntilPutAside(scene, at: "activation-feed.rows-recorded")
            let poll = try await scene.installation.poll("--wait", "20s")
            #expect(poll.exit == 1, "\(poll)")
            let run = try await scene.installation.show(1)["run"]
            #expect(run["state"] == "quarantined", "\(run)")
            let list = try await scene.installation.run("runs")
            #expect(list.output.contains("quarantined  no rows"), "a file that is put aside has no rows: \(list)")
            let reason = try scene.installation.text(Installation.inbox + "/error/\(Self.early.name).reason.txt")
            #expect(reason.contains("10 processes in a row ended in the middle of the stage 'activation-feed'"))
            #expect(try scene.installation.quarantine().contains(Self.early.name))
            let again = try await scene.installation.poll()
            #expect(again.exit == 0, "\(again)")
            #expect(try await scene.shop.codes() == Self.late.codes.sorted())
            #expect(try scene.installation.inbox().isEmpty)
        }
    }

    @Test(arguments: ["bulk-file.before-commit", "activation-feed.before-taken"])
    func `once cards of it are taken such a file stops, says so at each poll, and is not begun again`(
        _ place: String
    ) async throws {
        let stage = place.prefix { $0 != "." }
        try await withScene("poison at \(place), behind the taking of cards") { scene in
            try scene.drop(Self.early)
            try scene.drop(Self.late)
            _ = try await pollUntilPutAside(scene, at: place)
            for _ in 1...2 {
                let poll = try await scene.installation.poll(
                    environment: ["DROPLINE_CRASH_AT": place]
                )
                #expect(poll.exit == 1, "\(poll)")
                #expect(poll.errors.contains("10 processes in a row ended in the middle of the stage '\(stage)'"))
            }
            let run = try await scene.installation.show(1)["run"]
            #expect(run["state"] == "stopped", "\(run)")
            #expect(run["interruptions"] == 10, "\(run)")
            #expect(try await scene.shop.codes() == Self.late.codes.sorted())
            let rerun = try await scene.installation.run("rerun", "1", "--reason", "fixed")
            #expect(rerun.exit == 0, "\(rerun)")
            #expect(try await scene.shop.codes() == (Self.early.codes + Self.late.codes).sorted())
        }
    }

    @Test func `a file that ends every process while it is put aside stops there, and keeps why it was to be`()
        async throws
    {
        try await withScene("poison on the way to the quarantine") { scene in
            try scene.drop(.withoutValues)
            for number in 1...10 {
                let killed = try await scene.installation.poll(environment: [
                    "DROPLINE_CRASH_AT": "deliver.before-commit"
                ])
                #expect(killed.exit == -9, "\(scene.name), poll \(number): \(killed)")
            }
            let poll = try await scene.installation.poll()
            #expect(poll.exit == 1, "\(poll)")
            #expect(poll.errors.contains("10 processes in a row ended in the middle of the stage 'deliver'"), "\(poll)")
            let run = try await scene.installation.show(1)["run"]
            #expect(run["state"] == "stopped", "\(run)")
            #expect(run["reason"] == "line 1: the header has no column 'price'", "\(run)")
            let rerun = try await scene.installation.run("rerun", "1", "--reason", "fixed")
            #expect(rerun.exit == 1, "\(rerun)")
            try await Invariants.expect(scene, [.withoutValues])
        }
    }

    @Test func `failures in a row are counted where runs are listed, until a step succeeds`() async throws {
        try await withScene("a shop that is down for a while") { scene in
            try scene.drop(Self.early)
            try await scene.inject([Fault("http-503", 60, root: "stagedUploadsCreate")])
            var failures = 0
            for _ in 1...2 {
                let poll = try await scene.installation.poll("--wait", "1s")
                #expect(poll.exit == 69, "\(poll)")
                let run = try #require(try await scene.installation.runs().first)
                #expect(run["state"] == "waiting", "\(run)")
                let now = run["failures"].int ?? 0
                #expect(now > failures, "\(run)")
                failures = now
            }
            let list = try await scene.installation.run("runs")
            #expect(list.output.contains("(failed \(failures) times in a row)"), "\(list)")
            try await scene.shop.clearFaults()
            let sweeps = try await scene.sweep()
            #expect(sweeps.last?.exit == 0, "\(sweeps)")
            let run = try #require(try await scene.installation.runs().first)
            #expect(run["failures"] == 0, "\(run)")
        }
    }
}
