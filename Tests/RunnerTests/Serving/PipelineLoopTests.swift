import FileDrops
import Foundation
import Ledgers
import Pipelines
import Testing

@testable import Runner

/// When a pipeline's loop sweeps, by a clock that the test moves.
@Suite(.timeLimit(.minutes(10))) struct PipelineLoopTests {
    private let lost = FileDropError(.unreachable, doing: "listing", path: "in", drop: "d")

    private func cron(_ text: String, _ zone: String) throws -> Schedule {
        Schedule(.cron(try CronExpression(text), try #require(TimeZone(identifier: zone))))
    }

    @Test func `every five minutes is at the start and then every five minutes`() async throws {
        let (bench, source) = (try Bench(), ScriptedSource())
        try await bench.running(try bench.loop("p", source, schedule: Schedule(.every(.seconds(300))))) {
            try await bench.settled(source, 1)
            bench.time.advance(.seconds(299))
            try await bench.settled(source, 1)
            bench.time.advance(.seconds(1))
            try await bench.settled(source, 2)
            let status = try #require(bench.board.status(of: "p"))
            #expect(status.activity == .idle && status.lastSeen == bench.time.wall)
            #expect(status.nextSweep == bench.time.wall + 300_000)
            #expect(status.schedule == "every 5m")
        }
    }

    @Test func `one sweep makes up for all ticks that a long one has missed`() async throws {
        let (bench, source) = (try Bench(), ScriptedSource())
        source.hold()
        try await bench.running(try bench.loop("p", source, schedule: Schedule(.every(.seconds(60))))) {
            try await eventually("the first sweep") { source.count == 1 }
            #expect(bench.board.status(of: "p")?.activity == .sweeping)
            bench.time.advance(.seconds(630))
            #expect(source.count == 1, "no second sweep begins beside the first")
            source.letGo()
            try await bench.settled(source, 2)
            bench.time.advance(.seconds(29))
            try await bench.settled(source, 2)
            bench.time.advance(.seconds(1))
            try await bench.settled(source, 3)
        }
    }

    @Test func `a drop that hangs delays no other`() async throws {
        let (bench, dead, quick) = (try Bench(), ScriptedSource(), ScriptedSource())
        dead.hold()
        let schedule = Schedule(.every(.seconds(60)))
        try await bench.running(
            try bench.loop("dead", dead, schedule: schedule),
            try bench.loop("quick", quick, schedule: schedule)
        ) {
            try await bench.settled(quick, 1)
            for count in 2...4 {
                bench.time.advance(.seconds(60))
                try await bench.settled(quick, count)
            }
            #expect(dead.count == 1)
            dead.letGo()
        }
    }

    @Test func `a cron schedule waits for its time, and fires across the change of the clocks`() async throws {
        // 2026-03-08 02:00 in New York becomes 03:00: 02:30 is made up for at 07:00 UTC.
        let (bench, source) = (try Bench("2026-03-08T06:00:00Z"), ScriptedSource())
        try await bench.running(try bench.loop("p", source, schedule: try cron("30 2 * * *", "America/New_York"))) {
            try await bench.settled(source, 0)
            for _ in 0..<59 { bench.time.advance(.seconds(60)) }
            try await bench.settled(source, 0)
            bench.time.advance(.seconds(60))
            try await bench.settled(source, 1)
            #expect(bench.board.status(of: "p")?.nextSweep == bench.time.wall + 23 * 3_600_000 + 1_800_000)
        }
    }

    @Test func `a cron schedule notices within a minute that the clock was set`() async throws {
        let (bench, source) = (try Bench("2026-03-10T06:00:00Z"), ScriptedSource())
        try await bench.running(try bench.loop("p", source, schedule: try cron("0 9 * * *", "UTC"))) {
            try await bench.settled(source, 0)
            bench.time.set(by: .seconds(3 * 3_600 - 30))
            bench.time.advance(.seconds(60))
            // The clock jumped to 08:59:30 and stands at 09:00:30: the tick of today is over by then.
            try await bench.settled(source, 0)
            bench.time.set(by: .seconds(-3_600))
            bench.time.advance(.seconds(60))
            try await bench.settled(source, 0)
            #expect(bench.board.status(of: "p")?.nextSweep.map { ($0 - bench.time.wall) / 60_000 } == 58)
        }
    }

    @Test func `who asks has it swept at once, and a pipeline without a schedule only then`() async throws {
        let (bench, source) = (try Bench(), ScriptedSource())
        try await bench.running(try bench.loop("p", source, schedule: nil)) {
            try await bench.settled(source, 0)
            bench.time.advance(.seconds(86_400))
            try await bench.settled(source, 0)
            #expect(bench.board.sweepNow("p") && !bench.board.sweepNow("q"))
            try await bench.settled(source, 1)
        }
    }

    @Test func `a watched folder has it swept, but not for its own outputs and archives`() async throws {
        let (bench, source) = (try Bench(), ScriptedSource())
        let root = bench.folder + "/drop"
        try FileManager.default.createDirectory(atPath: root + "/in/archive", withIntermediateDirectories: true)
        let loop = try bench.loop("p", source, schedule: nil, watcher: FolderWatcher(), drop: root)
        try await bench.running(loop) {
            try await bench.settled(source, 1)
            #expect(bench.board.status(of: "p")?.schedule == "when files are dropped, and every 5m")
            // Moved in: a file that is made there and written is told twice, and on a busy machine not as one.
            let drop = { (name: String) throws in
                try Data("x".utf8).write(to: URL(fileURLWithPath: root + "/new"))
                try #require(rename(root + "/new", root + "/in/" + name) == 0)
            }
            try drop("a.csv")
            try await bench.settled(source, 2)
            try drop("a-Results.txt")
            try drop("archive/a.csv")
            #expect(rename(root + "/in/a.csv", root + "/in/archive/b.csv") == 0)
            try drop("b.csv")
            try await bench.settled(source, 3)
        }
    }

    @Test func `many who ask during a sweep get one more`() async throws {
        let (bench, source) = (try Bench(), ScriptedSource())
        source.hold()
        try await bench.running(try bench.loop("p", source, schedule: Schedule(.every(.seconds(600))))) {
            try await eventually("the first sweep") { source.count == 1 }
            for _ in 0..<10 { _ = bench.board.sweepNow("p") }
            source.letGo()
            try await bench.settled(source, 2)
        }
    }

    @Test func `a file that settles is looked at again exactly when its time is over`() async throws {
        let (bench, source) = (try Bench(), ScriptedSource())
        var report = IntakeReport(unsettled: 1, lookAgainAfter: .milliseconds(2_500))
        report.unclaimed = [UnclaimedFile(path: "in/a.csv")]
        source.finds(report)
        try await bench.running(try bench.loop("p", source, schedule: Schedule(.every(.seconds(600))))) {
            try await bench.settled(source, 1)
            bench.time.advance(.milliseconds(2_499))
            try await bench.settled(source, 1)
            source.finds()
            bench.time.advance(.milliseconds(1))
            try await bench.settled(source, 2)
            #expect(bench.board.status(of: "p")?.unclaimed == 0)
        }
    }

    @Test func `a file that never settles holds no sweep up, and is looked at again all the same`() async throws {
        let (bench, source) = (try Bench(), ScriptedSource())
        source.finds(IntakeReport(unsettled: 1, lookAgainAfter: .seconds(2)))
        try await bench.running(try bench.loop("p", source, schedule: Schedule(.every(.seconds(600))))) {
            try await bench.settled(source, 1)
            for count in 2...4 {
                bench.time.advance(.milliseconds(1_999))
                try await bench.settled(source, count - 1)
                bench.time.advance(.milliseconds(1))
                try await bench.settled(source, count)
            }
            try await eventually("it rests") { bench.board.status(of: "p")?.activity == .idle }
        }
    }

    @Test func `a source that can't be seen is tried again soon, then less often, and is never idle meanwhile`()
        async throws
    {
        let (bench, source) = (try Bench(), ScriptedSource())
        source.finds(error: lost)
        try await bench.running(try bench.loop("p", source, schedule: Schedule(.every(.seconds(3_600))))) {
            try await bench.settled(source, 1)
            let status = try #require(bench.board.status(of: "p"))
            #expect(status.activity == .cannotSee && status.lastSeen == nil)
            #expect(status.reason?.contains("drop d") == true && status.trouble?.cannotSee == true)
            let since = status.trouble?.since
            bench.time.advance(.seconds(15))
            try await bench.settled(source, 2)
            bench.time.advance(.seconds(15))
            try await bench.settled(source, 2)
            bench.time.advance(.seconds(15))
            try await bench.settled(source, 3)
            #expect(bench.board.status(of: "p")?.trouble?.since == since, "it is the same trouble")
            source.finds()
            bench.time.advance(.seconds(60))
            try await bench.settled(source, 4)
            let seen = try #require(bench.board.status(of: "p"))
            #expect(seen.activity == .idle && seen.trouble == nil && seen.reason == nil)
        }
    }

    @Test func `a paused pipeline is shown as paused, with who and why`() async throws {
        let (bench, source) = (try Bench(), ScriptedSource())
        try await bench.installation.ledger.write { ledger in
            try ledger.put(Pause(pipeline: "p", since: 1, who: "ann", reason: "a new card range"))
        }
        try await bench.running(try bench.loop("p", source, schedule: Schedule(.every(.seconds(60))))) {
            try await eventually("it is paused") { bench.board.status(of: "p")?.activity == .paused }
            #expect(bench.board.status(of: "p")?.reason == "paused by ann: a new card range")
            #expect(source.count == 0)
        }
    }

    @Test func `a loop that waits answers, one that hangs in a sweep need not`() async throws {
        let (bench, source) = (try Bench(), ScriptedSource())
        let loop = try bench.loop("p", source, schedule: Schedule(.every(.seconds(60))))
        #expect(loop.isAlive(), "nobody has asked before")
        #expect(!loop.isAlive(), "it does not run, so it can't answer")
        source.hold()
        try await bench.running(loop) {
            try await eventually("the first sweep") { source.count == 1 }
            #expect(loop.isAlive() && loop.isAlive())
            source.letGo()
            try await eventually("it waits again") { bench.board.status(of: "p")?.activity == .idle }
            _ = loop.isAlive()
            try await eventually("it answers") { loop.isAlive() }
        }
    }

    @Test func `a loop that is stopped ends, in the middle of its waiting too`() async throws {
        let (bench, source) = (try Bench(), ScriptedSource())
        let loop = try bench.loop("p", source, schedule: Schedule(.every(.seconds(60))))
        async let ended: Void = loop.run()
        try await bench.settled(source, 1)
        loop.stopAfterSweep()
        await ended
        #expect(source.count == 1)
    }
}
