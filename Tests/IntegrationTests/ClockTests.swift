import CommandSupport
import Foundation
import Testing

/// Deadlines in hours and days, and clocks that are set.
@Suite struct ClockTests {
    @Test func `a row that nobody could find out waits 24 hours and then needs a person`() async throws {
        try await withScene("unknown for a day") { scene in
            try await scene.inject([Fault("code-taken")])
            try scene.drop(SourceFile(cards: 4, bad: false))
            for (clock, exit, state) in [("+0s", 0, "waiting"), ("+23h", 0, "waiting"), ("+25h", 1, "done")] {
                let poll = try await scene.installation.poll("--wait", "20s", environment: ["DROPLINE_CLOCK": clock])
                #expect(poll.exit == exit, "\(clock): \(poll)")
                let runs = try await scene.installation.runs()
                #expect(runs.map { $0["state"].string } == [state], "\(clock): \(runs)")
            }
            let balance = try await scene.installation.balance(1)
            #expect(balance.isBalanced && balance.statuses["unknown"]?.rows == 1, "\(balance)")
            let after = try await scene.installation.poll(environment: ["DROPLINE_CLOCK": "+26h"])
            #expect(after.exit == 0, "what a person was told is not told again: \(after)")
        }
    }

    @Test func `an operation whose start was not answered is not started again before it had time to appear`()
        async throws
    {
        try await withScene("a lost request", operationSeconds: "0.2") { scene in
            try await scene.inject([Fault("lost-request", root: FaultTests.bulk), .counter(version: "2026-07")])
            try scene.drop(SourceFile())
            var sweeps = [try await scene.installation.poll("--wait", "0s")]
            // However long the machine takes, no time passes on this clock.
            for _ in 1...3 {
                sweeps.append(try await scene.installation.poll("--wait", "0s", environment: ["DROPLINE_CLOCK": "-1h"]))
                let operations = try await scene.shop.operations()
                #expect(operations.isEmpty, "\(sweeps)")
            }
            #expect(sweeps.map(\.exit) == [0, 0, 0, 0], "\(sweeps)")
            sweeps += try await scene.sweep()
            try await Invariants.expect(scene, sweeps: sweeps)
        }
    }

    @Test func `a bulk file that was uploaded a day ago is uploaded again`() async throws {
        try await withScene("a lapsed upload") { scene in
            // All slots are taken when the file has been uploaded.
            try await scene.inject([Fault("limit-reached", 1), .counter(version: "2026-07")])
            try scene.drop(SourceFile())
            let first = try await scene.installation.poll("--wait", "0s")
            #expect(first.exit == 0, "\(first)")
            try await scene.shop.advanceClock(seconds: 25 * 3_600)
            let second = try await scene.installation.poll("--wait", "30s", environment: ["DROPLINE_CLOCK": "+25h"])
            #expect(second.exit == 1, "\(second)")
            try await Invariants.expect(scene, sweeps: [first, second])
        }
    }

    @Test func `a result that was left for more than seven days is made up by looking for the cards`() async throws {
        try await withScene("a lapsed result", operationSeconds: "0.5") { scene in
            try await scene.inject([.counter(version: "2026-07")])
            try scene.drop(SourceFile())
            let first = try await scene.installation.poll("--wait", "0s")
            #expect(first.exit == 0, "\(first)")
            try await scene.shop.wait(until: "the operation is done") { shop in
                try await shop.operations().contains { $0["status"] == "COMPLETED" }
            }
            try await scene.shop.advanceClock(seconds: 8 * 86_400)
            let second = try await scene.installation.poll("--wait", "600s", environment: ["DROPLINE_CLOCK": "+8d"])
            #expect(second.exit == 1, "\(second)")
            let operations = try await scene.installation.show(1)["operations"].array ?? []
            #expect(operations.first?["status"].string?.contains("result gone") == true, "\(operations)")
            try await Invariants.expect(scene, sweeps: [first, second])
        }
    }

    /// Each step of the run under another clock, forwards and back.
    @Test(arguments: [["-2h", "+2h"], ["+30d", "-30d"], ["-30d", "+0s"]])
    func `a clock that is set forward and back changes nothing`(_ clocks: [String]) async throws {
        try await withScene("the clock goes \(clocks.joined(separator: ", "))", operationSeconds: "0.01") { scene in
            // An operation that still ran after such a leap would be told to last too long, and followed no further.
            try await scene.inject([.counter(version: "2026-07")])
            try scene.installation.set("settle", "1s")
            try scene.drop(SourceFile())
            let places = [
                "poll.taken", "activation-feed.after-commit", "bulk-import.answered", "deliver.staged-recorded",
            ]
            var sweeps: [CommandResult] = []
            for (number, place) in places.enumerated() {
                let killed = try await scene.installation.poll(
                    "--wait",
                    "30s",
                    environment: ["DROPLINE_CRASH_AT": place, "DROPLINE_CLOCK": clocks[number % clocks.count]]
                )
                #expect(killed.exit == -9, "\(scene.name): \(killed)")
                sweeps.append(killed)
            }
            sweeps += try await scene.sweep()
            try await Invariants.expect(scene, sweeps: sweeps)
        }
    }

    @Test func `an owner whose lease ran out while it slept notices, and leaves the run to the one that took over`()
        async throws
    {
        try await withScene("stopped beyond its lease", operationSeconds: "1.5") { scene in
            try await scene.inject([.counter(version: "2026-07")])
            try scene.drop(SourceFile())
            let arguments = ["poll", "--json", "--wait", "40s", "--config", scene.installation.configuration]
            let lease = ["DROPLINE_LEASE": "1s"]
            let (other, late) = try await withDropline(arguments, environment: lease) { running in
                try await scene.shop.wait(until: "an operation runs") { try await !$0.operations().isEmpty }
                try await running.suspend()
                var other = try await scene.installation.poll("--wait", "30s", environment: lease)
                // One that is stopped while it writes keeps the ledger busy; it is let go on, and stopped again.
                while other.exit == 70, other.errors.contains("is busy: another process writes to it") {
                    try running.resume()
                    _ = try await scene.shop.state()
                    try await running.suspend()
                    other = try await scene.installation.poll("--wait", "30s", environment: lease)
                }
                while other.exit == 0 {
                    other = try await scene.installation.poll("--wait", "30s", environment: lease)
                }
                try running.resume()
                return other
            }
            #expect(other.exit == 1, "\(scene.name), the other one: \(other)")
            #expect([0, 1].contains(late.exit), "\(scene.name), the late one: \(late)")
            try await Invariants.expect(scene, sweeps: [other, late])
        }
    }
}
