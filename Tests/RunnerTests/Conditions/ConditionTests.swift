import FileDrops
import Foundation
import Ledgers
import Pipelines
import Synchronization
import Testing

@testable import Runner

/// What a person is told, by a clock that the test moves: each condition begins once and ends once.
@Suite(.timeLimit(.minutes(10))) struct ConditionTests {
    fileprivate final class Heard: Sendable {
        let lines = Mutex<[String]>([])
    }

    /// A bench with one pipeline on the board, of which a test says what its sweeps have shown.
    fileprivate final class Scene: Sendable {
        let bench: Bench
        let watch: ConditionWatch
        let heard = Heard()
        let listening: Task<Void, Never>

        init(_ now: String, _ expectations: Expectations = Expectations()) throws {
            bench = try Bench(now)
            let (board, installation) = (bench.board, bench.installation)
            var status = PipelineStatus(name: "p")
            status.servedSince = bench.time.wall
            board.add(status) {}
            watch = ConditionWatch(board, in: installation) { _ in expectations }
            let changes = board.conditionChanges
            listening = Task { [heard] in
                for await change in changes {
                    let line =
                        switch change {
                        case .began(let condition): "+\(condition.kind.rawValue)"
                        case .ended(let condition, _): "-\(condition.kind.rawValue)"
                        }
                    heard.lines.withLock { $0.append(line) }
                }
            }
        }

        deinit { listening.cancel() }

        /// Looks, and gives all changes that were heard so far.
        func look(_ expected: [String]) async throws -> Bool {
            try await watch.look()
            for _ in 0..<200 where heard.lines.withLock({ $0 }) != expected {
                try await Task.sleep(for: .milliseconds(5))
            }
            return heard.lines.withLock { $0 } == expected
        }

        /// The source was seen now.
        func see(unclaimed: Int = 0, since: Int64? = nil) {
            bench.board.change("p") { [now = bench.time.wall] status in
                (status.lastSeen, status.unclaimed, status.oldestUnclaimedSince) = (now, unclaimed, since)
                status.trouble = nil
            }
        }

        func add(_ state: RunState, attention: String? = nil) async throws -> Run {
            try await bench.addRun(at: nil, state) { [now = bench.time.wall] run in
                run.attention = attention
                if state.isFinal { run.finishedAt = now }
            }
        }
    }

    private static let newYork = TimeZone(identifier: "America/New_York") ?? .gmt
    /// By 09:15 in New York, from Monday to Friday.
    private static let morning = Expectations(
        fileBy: Expectations.FileBy(minute: 555, zone: newYork, weekdays: Set(1...5))
    )

    @Test func `what is over is known of a pipeline once its source has been seen, not before`() async throws {
        let scene = try Scene("2026-03-10T09:00:00Z")
        try await scene.watch.look()
        #expect(scene.bench.board.standing.seen.isEmpty)
        scene.see()
        #expect(scene.bench.board.standing.seen.isEmpty, "nobody has looked since")
        try await scene.watch.look()
        #expect(scene.bench.board.standing.seen == ["p"])
    }

    @Test func `a pipeline that never had a file expects its first one from its start on`() async throws {
        // 2026-03-10 is a Tuesday; 09:15 in New York is 13:15 UTC.
        let scene = try Scene("2026-03-10T13:14:00Z", Self.morning)
        scene.see()
        #expect(try await scene.look([]), "yesterday's deadline was before its time")
        scene.bench.time.advance(.seconds(60))
        scene.see()
        #expect(try await scene.look(["+file-missing"]))
    }

    @Test func `what did not come is told behind the deadline, once, whatever happens meanwhile`() async throws {
        let scene = try Scene("2026-03-10T12:00:00Z", Self.morning)
        _ = try await scene.addYesterday()
        scene.see()
        #expect(try await scene.look([]))
        scene.bench.time.advance(.seconds(75 * 60))
        scene.see()
        #expect(try await scene.look(["+file-missing"]))
        let told = try #require(scene.bench.board.conditions.first)
        #expect(told.since == scene.bench.time.wall && told.words.contains("09:15 in America/New_York"))
        for _ in 0..<30 {
            scene.bench.time.advance(.seconds(3_600))
            scene.see()
            #expect(try await scene.look(["+file-missing"]))
        }
        #expect(scene.bench.board.conditions.first?.since == told.since, "the second day goes on with the first one's")
        _ = try await scene.add(.done)
        #expect(try await scene.look(["+file-missing", "-file-missing"]))
    }

    @Test func `on a weekend nothing is expected`() async throws {
        let scene = try Scene("2026-03-14T12:00:00Z", Self.morning)
        _ = try await scene.add(.done)
        scene.bench.time.advance(.seconds(36 * 3_600))
        scene.see()
        // Sunday evening: the last deadline was on Friday, and a file came behind it.
        #expect(try await scene.look([]))
        scene.bench.time.advance(.seconds(14 * 3_600))
        scene.see()
        #expect(try await scene.look(["+file-missing"]), "Monday's deadline counts again")
    }

    @Test func `a drop that can't be seen is told as that, not as a missing file`() async throws {
        let scene = try Scene("2026-03-10T12:00:00Z", Self.morning)
        _ = try await scene.addYesterday()
        scene.see()
        scene.bench.board.change("p") { $0.trouble = .init(cannotSee: true, words: "gone", since: 1) }
        scene.bench.time.advance(.seconds(3 * 3_600))
        #expect(try await scene.look(["+cannot-see"]))
        scene.see()
        #expect(
            try await scene.look(["+cannot-see", "-cannot-see", "+file-missing"]),
            "now it is known that none came"
        )
    }

    @Test func `a look that never comes to an end is told`() async throws {
        let (bench, source) = (try Bench(), ScriptedSource())
        let watch = ConditionWatch(bench.board, in: bench.installation) { _ in Expectations() }
        source.hold()
        try await bench.running(try bench.loop("p", source, schedule: Schedule(.every(.seconds(60))))) {
            try await eventually("it looks") { source.count == 1 }
            bench.time.advance(.seconds(899))
            try await watch.look()
            #expect(bench.board.conditions.isEmpty)
            bench.time.advance(.seconds(1))
            try await watch.look()
            #expect(bench.board.conditions.map(\.kind) == [.cannotSee])
            source.letGo()
            try await eventually("it has looked") { bench.board.status(of: "p")?.activity == .idle }
            try await watch.look()
            #expect(bench.board.conditions.isEmpty)
        }
    }

    @Test func `a file that lies there too long is told, and its taking ends it`() async throws {
        let scene = try Scene("2026-03-10T12:00:00Z", Expectations(oldestUnclaimed: .seconds(1_800)))
        let since = scene.bench.time.wall
        scene.see(unclaimed: 1, since: since)
        #expect(try await scene.look([]))
        scene.bench.time.advance(.seconds(1_800))
        scene.see(unclaimed: 2, since: since)
        #expect(try await scene.look(["+oldest-unclaimed"]))
        #expect(scene.bench.board.conditions.first?.words.contains("2 files lie") == true)
        scene.see()
        #expect(try await scene.look(["+oldest-unclaimed", "-oldest-unclaimed"]))
    }

    @Test func `trouble of another kind is another condition`() async throws {
        let scene = try Scene("2026-03-10T12:00:00Z")
        scene.bench.board.change("p") { $0.trouble = .init(cannotSee: true, words: "gone", since: 1) }
        #expect(try await scene.look(["+cannot-see"]))
        scene.bench.board.change("p") { $0.trouble = .init(cannotSee: false, words: "broken", since: 2) }
        #expect(try await scene.look(["+cannot-see", "-cannot-see", "+failing"]))
    }

    @Test(arguments: [RunState.held, .stopped, .waiting])
    func `a run that waits for a person is told until it goes on`(_ state: RunState) async throws {
        let scene = try Scene("2026-03-10T12:00:00Z")
        var run = try await scene.add(state, attention: "above the limit of a card")
        #expect(try await scene.look(["+needs-a-person"]))
        #expect(scene.bench.board.conditions.first?.run == run.id)
        (run.state, run.attention) = (.open, nil)
        let going = run
        try await scene.bench.installation.ledger.write { try $0.put(going) }
        #expect(try await scene.look(["+needs-a-person", "-needs-a-person"]))
    }

    @Test func `a file that was put aside is told for a day`() async throws {
        let scene = try Scene("2026-03-10T12:00:00Z")
        _ = try await scene.add(.quarantined, attention: "not UTF-8")
        _ = try await scene.add(.done)
        #expect(try await scene.look(["+needs-a-person"]))
        scene.bench.time.advance(.seconds(86_399))
        #expect(try await scene.look(["+needs-a-person"]))
        scene.bench.time.advance(.seconds(2))
        #expect(try await scene.look(["+needs-a-person", "-needs-a-person"]))
    }

    @Test func `a pipeline that is served no more takes its conditions with it`() async throws {
        let scene = try Scene("2026-03-10T12:00:00Z")
        scene.bench.board.change("p") { $0.trouble = .init(cannotSee: true, words: "gone", since: 1) }
        _ = try await scene.add(.held, attention: "x")
        try await scene.watch.look()
        #expect(scene.bench.board.conditions.count == 2)
        scene.bench.board.remove("p")
        try await scene.watch.look()
        #expect(scene.bench.board.conditions.isEmpty)
    }

    @Test func `who listens later is told first what has begun before`() async throws {
        let scene = try Scene("2026-03-10T12:00:00Z")
        scene.bench.board.change("p") { $0.trouble = .init(cannotSee: true, words: "gone", since: 1) }
        try await scene.watch.look()
        var changes = scene.bench.board.conditionChanges.makeAsyncIterator()
        guard case .began(let condition)? = await changes.next() else {
            Issue.record("nothing was told")
            return
        }
        #expect(condition.kind == .cannotSee && condition.words == "gone")
    }

    @Test func `a whole service tells a lost drop once and its return once`() async throws {
        let (bench, source) = (try Bench(), ScriptedSource())
        let watch = ConditionWatch(bench.board, in: bench.installation) { _ in Expectations() }
        let heard = Mutex<[ConditionChange]>([])
        let changes = bench.board.conditionChanges
        let listening = Task { for await change in changes { heard.withLock { $0.append(change) } } }
        defer { listening.cancel() }
        source.finds(error: FileDropError(.unreachable, doing: "listing", path: "in", drop: "d"))
        try await bench.running(try bench.loop("p", source, schedule: Schedule(.every(.seconds(60))))) {
            for round in 1...4 {
                try await bench.settled(source, round)
                try await watch.look()
                bench.time.advance(.seconds(60))
            }
            source.finds()
            try await eventually("it is seen again") {
                bench.time.advance(.seconds(60))
                return bench.board.status(of: "p")?.activity == .idle
            }
            try await watch.look()
            try await eventually("both are heard") { heard.withLock { $0.count } == 2 }
        }
        let told = heard.withLock { $0 }
        guard case .began(let began) = told[0], case .ended(let ended, _) = told[1] else {
            Issue.record("\(told)")
            return
        }
        #expect(began.kind == .cannotSee && ended == began)
    }
}

extension ConditionTests.Scene {
    /// A run of the day before.
    fileprivate func addYesterday() async throws -> Run {
        bench.time.set(by: .seconds(-86_400))
        defer { bench.time.set(by: .seconds(86_400)) }
        return try await add(.done)
    }
}
