import CommandSupport
import Foundation
import Testing

/// Several processes on one ledger and one drop, and processes that are stopped or asked to end.
@Suite struct ConcurrencyTests {
    @Test(arguments: 1...4)
    func `polls at once do each run once`(_ round: Int) async throws {
        try await withScene("three polls at once, round \(round)", operationSeconds: "0.3") { scene in
            let sources = ["a", "b", "c"].enumerated().map { number, seed in
                SourceFile(cards: 8, seed: Character(seed), time: "0\(number + 7):00:00")
            }
            for source in sources { try scene.drop(source) }
            async let first = scene.installation.poll("--wait", "40s")
            async let second = scene.installation.poll("--wait", "40s")
            try await Task.sleep(for: .milliseconds(40 * round))
            async let third = scene.installation.poll("--wait", "40s")
            let sweeps = try await [first, second, third]
            #expect(sweeps.allSatisfy { [0, 1].contains($0.exit) }, "\(scene.name): \(sweeps)")
            let more = try await scene.sweep()
            #expect(more.allSatisfy { [0, 1].contains($0.exit) }, "\(scene.name): \(more)")
            try await Invariants.expect(scene, sources, comparesOutputs: false, sweeps: sweeps + more)
        }
    }

    @Test(arguments: 1...3)
    func `processes that find a new ledger at once all work with it`(_ round: Int) async throws {
        try await withScene("four polls on a new ledger, round \(round)") { scene in
            async let first = scene.installation.poll()
            async let second = scene.installation.poll()
            async let third = scene.installation.poll()
            async let fourth = scene.installation.poll()
            for poll in try await [first, second, third, fourth] {
                #expect(poll.exit == 0, "\(scene.name): \(poll)")
            }
        }
    }

    @Test func `a process that is stopped keeps what it owns, and goes on when it is let`() async throws {
        try await withScene("SIGSTOP and SIGCONT", operationSeconds: "1.5") { scene in
            try scene.drop(SourceFile())
            let arguments = ["poll", "--json", "--wait", "40s", "--config", scene.installation.configuration]
            // What else is polled meanwhile finds nothing that it may do: the stopped one lives and its lease has not run out.
            let (other, stopped) = try await withDropline(arguments) { running in
                try await scene.shop.wait(until: "an operation runs") { try await !$0.operations().isEmpty }
                try await running.suspend()
                let other = try await scene.installation.poll("--wait", "2s")
                try running.resume()
                return other
            }
            // A process may be stopped while it writes; then the ledger is busy for as long, which is said and is no fault of the other.
            let isBusy = other.exit == 70 && other.errors.contains("is busy: another process writes to it")
            #expect([0, 1].contains(other.exit) || isBusy, "\(scene.name), the other one: \(other)")
            #expect([0, 1].contains(stopped.exit), "\(scene.name), the stopped one: \(stopped)")
            let sweeps = [other, stopped] + (try await scene.sweep())
            try await Invariants.expect(scene, sweeps: sweeps)
        }
    }

    @Test(arguments: ["terminate", "interrupt", "kill"])
    func `a signal in the middle loses and doubles nothing`(_ signal: String) async throws {
        try await withScene("a poll that is sent \(signal)", operationSeconds: "1.5") { scene in
            try scene.drop(SourceFile())
            let arguments = ["poll", "--json", "--wait", "40s", "--config", scene.installation.configuration]
            let (_, ended) = try await withDropline(arguments) { running in
                try await scene.shop.wait(until: "an operation runs") { try await !$0.operations().isEmpty }
                switch signal {
                case "terminate": try running.terminate()
                case "interrupt": try running.interrupt()
                default: try running.kill()
                }
            }
            #expect(ended.exit != 0 && ended.exit != 1, "\(scene.name): it ended as if all were done: \(ended)")
            let sweeps = try await scene.sweep()
            #expect(sweeps.map(\.exit) == [1], "\(scene.name): \(sweeps)")
            try await Invariants.expect(scene, sweeps: [ended] + sweeps)
        }
    }

    @Test func `a run whose owner was killed is taken over by one of two`() async throws {
        try await withScene("killed, then two polls at once") { scene in
            try scene.drop(SourceFile())
            let killed = try await scene.installation.poll(
                "--wait",
                "30s",
                environment: ["DROPLINE_CRASH_AT": "bulk-import.answered"]
            )
            #expect(killed.exit == -9, "\(scene.name): \(killed)")
            async let first = scene.installation.poll("--wait", "40s")
            async let second = scene.installation.poll("--wait", "40s")
            let sweeps = try await [first, second]
            #expect(sweeps.map(\.exit).contains(1), "\(scene.name): \(sweeps)")
            try await Invariants.expect(scene, sweeps: [killed] + sweeps)
        }
    }

    @Test func `a card that is not as it was read stops its run before anything is sent`() async throws {
        try await withScene("cards that do not change") { scene in
            let first = try await scene.installation.poll()
            #expect(first.exit == 0, "\(first)")
            // As if another had changed each card between the look at it and the change.
            let change = """
                import sqlite3,sys; c=sqlite3.connect(sys.argv[1])
                c.execute("CREATE TRIGGER t BEFORE UPDATE ON items BEGIN SELECT RAISE(IGNORE); END"); c.commit(); c.close()
                """
            _ = try await python(change, scene.installation.folder + "/var/dropline.sqlite")
            try scene.drop(SourceFile())
            let poll = try await scene.installation.poll("--wait", "20s")
            #expect(poll.exit == 70 && poll.errors.contains("a card changed within a transaction"), "\(poll)")
            let (uploads, codes) = (try await scene.shop.state()["uploads"], try await scene.shop.codes())
            #expect(uploads.int == 0 && codes.isEmpty, "\(uploads), \(codes)")
        }
    }
}
