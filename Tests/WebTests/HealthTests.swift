import Commerce
import FileDrops
import Foundation
import Ledgers
import Pipelines
import Sealing
import Subprocess
import Synchronization
import Testing

@testable import Runner
@testable import Web

struct HealthTests {
    @Test func `it is alive, and tells nobody more`() async throws {
        try await TestConsole.with { console async throws in
            let answer = try await console.http.get("/healthz")
            #expect(answer.status == 200)
            #expect(answer.body == "ok\n")
        }
    }

    @Test func `it is not ready while a pipeline can't see its drop, says why to who is known, and is ready again`()
        async throws
    {
        try await TestConsole.with { console async throws in
            console.board.add(PipelineStatus(name: "cards")) {}
            #expect(try await console.http.get("/readyz").status == 200)
            // A retry that is under way changes nothing before it has seen the drop.
            console.board.change("cards") {
                $0.activity = .sweeping
                $0.trouble = .init(cannotSee: true, words: "connection refused", since: 0)
            }
            let stranger = try await console.http.get("/readyz")
            #expect(stranger.status == 503)
            #expect(stranger.body == "not ready\n")
            let known = try await console.http.get("/readyz", ["Authorization": "Bearer \(TestConsole.token.reveal())"])
            #expect(known.body == "not ready: cards can't see its drop: connection refused\n")
            console.board.change("cards") { ($0.activity, $0.trouble) = (.idle, nil) }
            #expect(try await console.http.get("/readyz").status == 200)
        }
    }

    @Test func `it is not ready while a loop is dead, and is while a pipeline is paused or sweeps`() async throws {
        try await TestConsole.with(users: []) { console async throws in
            console.board.add(PipelineStatus(name: "cards")) {}
            let due = PipelineClock.system.now() - PipelineStatus.mostLate - 1_000
            console.board.change("cards") { $0.nextSweep = due }
            let answer = try await console.http.get("/readyz")
            #expect(answer.status == 503)
            #expect(answer.body.contains("cards is not swept any more"))
            for activity in [PipelineStatus.Activity.paused, .sweeping] {
                console.board.change("cards") { $0.activity = activity }
                #expect(try await console.http.get("/readyz").status == 200)
            }
        }
    }

    @Test func `metrics are for who is known, once there is a login`() async throws {
        try await TestConsole.with { console async throws in
            #expect(try await console.http.get("/metrics").status == 401)
            let robot = ["Authorization": "Bearer \(TestConsole.token.reveal())"]
            #expect(try await console.http.get("/metrics", robot).status == 200)
        }
    }

    @Test func `metrics count files, rows, money and stages once, and promtool accepts them`() async throws {
        try await TestConsole.with(users: []) { console async throws in
            console.board.add(PipelineStatus(name: "cards")) {}
            let now = PipelineClock.system.now()
            console.board.change("cards") {
                ($0.unclaimed, $0.oldestUnclaimedSince, $0.lastSeen) = (2, now - 60_000, now)
            }
            let early = try await console.addRun(state: .waiting, age: 0)
            _ = try await console.http.get("/metrics")
            try await console.ledger.write { ledger in
                guard var run = try ledger.run(early) else { return }
                (run.state, run.nextStage, run.finishedAt) = (.done, nil, now + 5_000)
                try ledger.put(run)
                try ledger.add(
                    StageRecord(
                        run: early,
                        attempt: 1,
                        stage: "deliver",
                        outcome: "finished",
                        detail: nil,
                        startedAt: now + 1_000,
                        endedAt: now + 3_000
                    )
                )
            }
            _ = try await console.http.get("/metrics")
            let answer = try await console.http.get("/metrics")
            #expect(answer.header("content-type") == "text/plain; version=0.0.4; charset=utf-8")
            let lines = answer.body.split(separator: "\n").map(String.init)
            #expect(lines.contains(#"dropline_files_total{outcome="done",pipeline="cards"} 1"#))
            #expect(lines.contains(#"dropline_rows_total{outcome="refused",pipeline="cards"} 1"#))
            #expect(lines.contains(#"dropline_money_total{currency="USD",outcome="activated",pipeline="cards"} 25.5"#))
            #expect(lines.contains(#"dropline_unclaimed_files{pipeline="cards"} 2"#))
            #expect(lines.contains(#"dropline_bulk_operations_in_flight{pipeline="cards"} 0"#))
            #expect(
                lines.contains(
                    #"dropline_stage_duration_seconds_bucket{le="5",outcome="finished",pipeline="cards",stage="deliver"} 1"#
                )
            )
            #expect(
                lines.contains(
                    #"dropline_stage_duration_seconds_bucket{le="1",outcome="finished",pipeline="cards",stage="deliver"} 0"#
                )
            )
            try await promtoolAccepts(answer.body)
        }
    }

    @Test func `metrics tell the errors of drops and shops and what is left of a shop's budget, without a path`()
        async throws
    {
        try await TestConsole.with(users: []) { console async throws in
            let lost = FileDropError(.unreachable, doing: "listing", path: "out/Secret-1.csv", drop: "netsuite")
            for _ in 1...3 { console.meters.count(lost) }
            console.meters.count(FileDropError(.noSpace, doing: "publishing", path: "x", drop: "/home/ada/outputs"))
            console.meters.count(FileDropError(.nameRefused, doing: "reading", path: "x", drop: "netsuite"))
            console.meters.count(CancellationError())
            console.meters.note(CallBudget(available: 1_990, maximum: 2_000, restoreRate: 100), of: "main")
            console.meters.note(CallBudget(available: 1_890.5, maximum: 2_000, restoreRate: 100), of: "main")
            let answer = try await console.http.get("/metrics")
            let lines = answer.body.split(separator: "\n").map(String.init)
            #expect(
                lines.filter { $0.hasPrefix("dropline_remote_errors_total{") } == [
                    #"dropline_remote_errors_total{code="unreachable",name="netsuite",side="drop"} 3"#
                ]
            )
            #expect(lines.contains(#"dropline_shop_api_budget_available_points{shop="main"} 1890.5"#))
            #expect(lines.contains(#"dropline_shop_api_budget_maximum_points{shop="main"} 2000"#))
            #expect(lines.contains(#"dropline_shop_api_budget_restore_points_per_second{shop="main"} 100"#))
            #expect(!answer.body.contains("Secret-1") && !answer.body.contains("ada"))
            try await promtoolAccepts(answer.body)
        }
    }

    @Test func `labels with quotes, backslashes and line breaks stay labels`() async throws {
        var text = PrometheusText()
        text.add("dropline_a_total", .counter, "A.", [["name": "a\"b\\c\nd"]: 1.5, ["name": ""]: 2])
        text.add("dropline_empty", .gauge, "No samples.", [:])
        #expect(
            text.text == """
                # HELP dropline_a_total A.
                # TYPE dropline_a_total counter
                dropline_a_total{name=""} 2
                dropline_a_total{name="a\\"b\\\\c\\nd"} 1.5

                """
        )
        try await promtoolAccepts(text.text)
    }

    /// Has Prometheus' own tool read it.
    private func promtoolAccepts(_ text: String) async throws {
        let result = try await Subprocess.run(
            .name("promtool"),
            arguments: ["check", "metrics"],
            input: .string(text),
            output: .string(limit: 65_536),
            error: .string(limit: 65_536)
        )
        #expect(result.terminationStatus.isSuccess, "\(result.standardError)")
    }

    @Test func `a thousand quick requests are answered or turned away, and the ledger's writers go on meanwhile`()
        async throws
    {
        try await TestConsole.with { console async throws in
            _ = try await console.addRun()
            let (headers, _) = try await console.logIn()
            let isDone = Done()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await withThrowingTaskGroup(of: Int.self) { requests in
                        // Each of them holds a thread while it waits: the ledger needs some of the same kind.
                        for _ in 0..<25 {
                            requests.addTask {
                                var worst = 200
                                for number in 0..<40 {
                                    let page = ["/", "/runs", "/search?q=x3w0", "/live"][number % 4]
                                    let status = try await console.http.get(page, headers).status
                                    if status != 200 { worst = status }
                                }
                                return worst
                            }
                        }
                        for try await status in requests { #expect(status == 200 || status == 503) }
                    }
                    isDone.set()
                }
                group.addTask {
                    var writes = 0
                    while !isDone.isSet {
                        try await Task.sleep(for: .milliseconds(20))
                        let now = PipelineClock.system.now()
                        try await console.ledger.write {
                            try $0.add(AuditEntry(at: now, run: nil, event: "beat", detail: ""))
                        }
                        writes += 1
                    }
                    // None of them was kept waiting until the flood was over.
                    #expect(writes > 3)
                }
                try await group.waitForAll()
            }
            #expect(try await console.http.get("/", headers).status == 200)
        }
    }
}

private final class Done: Sendable {
    private let state = Mutex(false)
    var isSet: Bool { state.withLock { $0 } }
    func set() { state.withLock { $0 = true } }
}
