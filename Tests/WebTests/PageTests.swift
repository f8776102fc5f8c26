import Foundation
import Ledgers
import Pipelines
import Testing

@testable import Runner
@testable import Web

/// What the pages show, and what their buttons ask for.
struct PageTests {
    @Test func `the overview shows a pipeline with its state, its counts and its two weeks`() async throws {
        try await TestConsole.with { console async throws in
            let run = try await console.addRun()
            console.board.add(PipelineStatus(name: "cards", schedule: "every 5m")) {}
            let (headers, _) = try await console.logIn()
            let body = try await console.http.get("/", headers).body
            #expect(body.contains("every 5m"))
            #expect(body.contains("<a href=\"/runs/\(run)\">run \(run)</a>"))
            #expect(body.contains("<dd>1 <small>of 3</small></dd>"))
            #expect(body.contains("25.50 USD"))
            #expect(body.contains("Last two weeks: 1 row accepted, 2 not accepted."))
            #expect(body.components(separatedBy: "<rect class=\"base\"").count == 15)
        }
    }

    @Test func `a pipeline that can't see its drop says so, and why`() async throws {
        try await TestConsole.with { console async throws in
            console.board.add(PipelineStatus(name: "cards")) {}
            console.board.change("cards") { ($0.activity, $0.reason) = (.cannotSee, "connection refused") }
            let (headers, _) = try await console.logIn()
            let body = try await console.http.get("/", headers).body
            #expect(body.contains("cannot see its drop"))
            #expect(body.contains("connection refused"))
        }
    }

    @Test func `files that are not taken because of their names are counted on the overview and named on the page`()
        async throws
    {
        try await TestConsole.with { console async throws in
            console.board.add(PipelineStatus(name: "cards")) {}
            let (headers, _) = try await console.logIn()
            let before = try await console.http.get("/pipelines/cards", headers).body
            #expect(!before.contains("Not taken"))
            let files = (1...23).map { number in
                PassedOverFile(
                    pipeline: "cards",
                    drop: "d",
                    path: "in/\(number + 10) <X>.CSV",
                    reason: "its case",
                    since: 5
                )
            }
            try await console.ledger.write { ledger in for file in files { try ledger.put(file) } }
            let overview = try await console.http.get("/", headers).body
            #expect(overview.contains("href=\"/pipelines/cards#not-taken\">23 files not taken because of their names"))
            let page = try await console.http.get("/pipelines/cards", headers).body
            #expect(
                page.contains("in/11 &lt;X&gt;.CSV") && page.contains("its case") && page.contains("And 3 more files")
            )
        }
    }

    @Test func `a run's page has stages, rows that need a look, and the audit trail; texts are escaped`() async throws {
        try await TestConsole.with { console async throws in
            let run = try await console.addRun(name: "<i>cards</i>.csv")
            let (headers, _) = try await console.logIn()
            let body = try await console.http.get("/runs/\(run)", headers).body
            #expect(body.contains("activation-feed") && body.contains("500 ms"))
            #expect(body.contains("&lt;b&gt;no &amp; no&lt;/b&gt;") && !body.contains("<b>no"))
            #expect(body.contains("&lt;i&gt;cards&lt;/i&gt;.csv") && !body.contains("<i>"))
            #expect(body.contains("…x3w1") && body.contains("/runs/\(run)/lines/3"))
            #expect(body.contains("taken") && body.contains("3 rows"))
            #expect(!body.contains("data-live"))
        }
    }

    @Test func `a run that goes on is asked for again and again, one at its end is not`() async throws {
        try await TestConsole.with { console async throws in
            let run = try await console.addRun(state: .waiting)
            try await console.ledger.write { ledger in
                var operation = Ledgers.Operation(
                    run: run,
                    attempt: 1,
                    part: 1,
                    name: "Dropline_1",
                    total: 40,
                    sentAt: 0
                )
                (operation.state, operation.progress, operation.status) = (.started, 10, "RUNNING")
                try ledger.put(operation)
            }
            let (headers, _) = try await console.logIn()
            let part = try await console.http.get("/runs/\(run)/live", headers).body
            #expect(part.contains("data-live=\"/runs/\(run)/live\""))
            #expect(part.contains("<progress max=\"40\" value=\"10\""))
            #expect(part.contains("RUNNING, 10 of 40 lines"))
            #expect(part.contains("to come"))
            #expect(!part.contains("<html"))
        }
    }

    @Test func `an operation at the shop has a button that cancels it, and says how it failed`() async throws {
        try await TestConsole.with { console async throws in
            let run = try await console.addRun(state: .waiting)
            let (headers, token) = try await console.logIn()
            let path = "/runs/\(run)"
            let before = try await console.http.get(path, headers).body
            #expect(!before.contains("\(path)/cancel"), "there is nothing to cancel")
            try await console.ledger.write { ledger in
                var failed = Ledgers.Operation(run: run, attempt: 1, part: 1, name: "D_1", total: 40, sentAt: 0)
                (failed.state, failed.status, failed.errorCode) = (.ended, "failed", "TIMEOUT")
                var operation = Ledgers.Operation(run: run, attempt: 2, part: 1, name: "D_2", total: 40, sentAt: 0)
                (operation.state, operation.remoteID) = (.started, "gid://shopify/BulkOperation/1")
                for operation in [failed, operation] { try ledger.put(operation) }
                var known = try #require(try ledger.run(run))
                known.attention = "bulk operation D_2 has not ended in 3h"
                try ledger.put(known)
            }
            let body = try await console.http.get(path, headers).body
            #expect(body.contains("action=\"\(path)/cancel\"") && body.contains("failed, TIMEOUT, 0 of 40 lines"))
            #expect(body.contains("To look at: bulk operation D_2 has not ended in 3h"))
            let runs = try await console.http.get("/runs?state=stuck", headers).body
            #expect(runs.contains("D_2 has not ended in 3h"))

            let form = ["token": token, "reason": ""]
            #expect(try await console.http.post(path + "/cancel", form, headers).status == 400)
            let looking = try await console.logIn("sam")
            let barred = ["token": looking.token, "reason": "it hangs"]
            #expect(try await console.http.post(path + "/cancel", barred, looking.headers).status == 403)
            #expect(try await !console.http.get(path, looking.headers).body.contains("\(path)/cancel"))
            let told = try await console.http.post(
                path + "/cancel",
                form.merging(["reason": "it hangs"]) { $1 },
                headers
            )
            #expect(told.header("location") == path)
            #expect(console.actions.calls == ["cancel \(run) by ada: it hangs"])
            let page = try await console.http.get(path, headers).body
            #expect(page.contains("The operation of run \(run) is being cancelled."))
        }
    }

    @Test(arguments: ["x3w1", "771", "881", "cards.csv", "…x3w1"])
    func `a search leads from what a person has in hand to the row and its run`(_ text: String) async throws {
        try await TestConsole.with { console async throws in
            let run = try await console.addRun()
            let (headers, _) = try await console.logIn()
            let body = try await console.http.get("/search?q=\(text.encoded)", headers).body
            #expect(body.contains("/runs/\(run)/lines/3"))
            #expect(body.contains("/runs/\(run)\""))
        }
    }

    @Test func `the runs page leads a search to its place, and narrows by state`() async throws {
        try await TestConsole.with { console async throws in
            _ = try await console.addRun(name: "first.csv")
            _ = try await console.addRun(name: "second.csv", state: .held)
            let (headers, _) = try await console.logIn()
            let search = try await console.http.get("/runs?q=a+b%2Fc", headers)
            #expect(search.header("location") == "/search?q=a%20b%2Fc")
            let stuck = try await console.http.get("/runs?state=stuck", headers).body
            #expect(stuck.contains("second.csv") && !stuck.contains("first.csv"))
            let none = try await console.http.get("/runs?pipeline=other", headers).body
            #expect(none.contains("No run fits."))
        }
    }

    @Test func `a row's page tells its way and offers to resolve it while it is unknown`() async throws {
        try await TestConsole.with { console async throws in
            let run = try await console.addRun()
            let (headers, token) = try await console.logIn()
            let unknown = try await console.http.get("/runs/\(run)/lines/4", headers).body
            #expect(unknown.contains("line 4 of cards.csv"))
            #expect(unknown.contains("/resolve"))
            let active = try await console.http.get("/runs/\(run)/lines/2", headers).body
            #expect(!active.contains("/resolve"))
            let form = ["token": token, "as": "refused", "reason": "asked  the\nshop"]
            let answer = try await console.http.post("/runs/\(run)/lines/4/resolve", form, headers)
            #expect(answer.header("location") == "/runs/\(run)/lines/4")
            #expect(console.actions.calls == ["resolve \(run):4 as refused by ada: asked the shop"])
        }
    }

    @Test func `buttons ask for a reason and do nothing without one`() async throws {
        try await TestConsole.with { console async throws in
            let run = try await console.addRun(state: .held)
            let (headers, token) = try await console.logIn()
            for path in [
                "/runs/\(run)/approve", "/runs/\(run)/refuse", "/runs/\(run)/rerun", "/pipelines/cards/pause",
                "/pipelines/cards/resume",
            ] {
                #expect(try await console.http.post(path, ["token": token, "reason": " \n"], headers).status == 400)
            }
            #expect(console.actions.calls == [])
            let form = ["token": token, "reason": "looked at", "from": "bulk-import"]
            #expect(try await console.http.post("/runs/\(run)/approve", form, headers).status == 303)
            #expect(try await console.http.post("/runs/\(run)/refuse", form, headers).status == 303)
            #expect(try await console.http.post("/runs/\(run)/rerun", form, headers).status == 303)
            #expect(
                console.actions.calls == [
                    "approve \(run) by ada: looked at", "refuse \(run) by ada: looked at",
                    "rerun \(run) from bulk-import by ada: looked at",
                ]
            )
            let page = try await console.http.get("/runs/\(run)", headers).body
            #expect(page.contains("is done again from bulk-import on"))
            let again = try await console.http.get("/runs/\(run)", headers).body
            #expect(!again.contains("is done again"))
        }
    }

    @Test func `a held run is approved or refused, and one that a failure holds has nothing to refuse`() async throws {
        try await TestConsole.with { console async throws in
            let (held, done) = (try await console.addRun(state: .held), try await console.addRun())
            let (headers, _) = try await console.logIn()
            let page = try await console.http.get("/runs/\(held)", headers).body
            for button in ["approve", "refuse"] {
                #expect(page.contains("action=\"/runs/\(held)/\(button)\""), "\(button)")
                #expect(page.contains("id=\"\(button)-reason\" name=\"reason\" required"), "\(button)")
            }
            let ended = try await console.http.get("/runs/\(done)", headers).body
            #expect(!ended.contains("/approve\"") && !ended.contains("/refuse\""))
            try await console.ledger.write { ledger in
                for var row in try ledger.rows(of: held, statuses: nil, after: 0, limit: 10) {
                    row.status = .planned
                    try ledger.update(row, of: held)
                }
            }
            let failed = try await console.http.get("/runs/\(held)", headers).body
            #expect(failed.contains("/approve\"") && !failed.contains("/refuse\""))
        }
    }

    @Test func `what is refused is told in its own words`() async throws {
        try await TestConsole.with { console async throws in
            let (headers, token) = try await console.logIn()
            for button in ["approve", "refuse"] {
                let form = ["token": token, "reason": "r"]
                let answer = try await console.http.post("/runs/99/\(button)", form, headers)
                #expect(answer.status == 409)
                #expect(answer.body.contains("run 99 is done, not held"))
            }
            #expect(try await console.http.post("/pipelines/other/run", ["token": token], headers).status == 404)
        }
    }

    @Test func `a file that is dropped is looked at first, and taken once a person says why`() async throws {
        try await TestConsole.with { console async throws in
            let (headers, token) = try await console.logIn()
            let file = (name: "C:\\x\\cards; 1.csv", bytes: Array("a,b\r\n1,2\r\n".utf8))
            let foreseen = try await console.http.upload("/pipelines/cards/file", ["token": token], file: file, headers)
            #expect(foreseen.status == 200)
            #expect(foreseen.body.contains("Dry run of cards; 1.csv") && foreseen.body.contains("would be created"))
            let kept = try #require(foreseen.body.firstMatch(of: /name="file" value="([0-9a-f]{64})"/)).1
            let form = ["token": token, "file": String(kept), "reason": "sample"]
            let others = try await console.logIn("ada")
            #expect(
                try await console.http.post(
                    "/pipelines/cards/take",
                    form.merging(["token": others.token]) { $1 },
                    others.headers
                ).status == 409
            )
            let taken = try await console.http.post("/pipelines/cards/take", form, headers)
            #expect(taken.header("location") == "/runs/1")
            #expect(try await console.http.post("/pipelines/cards/take", form, headers).status == 409)
            #expect(
                console.actions.calls == [
                    "foresee cards; 1.csv, 10 bytes, for cards",
                    "take cards; 1.csv, 10 bytes, for cards by ada: sample",
                ]
            )
        }
    }

    @Test func `a file that is too large, or has a name that is none, is refused`() async throws {
        try await TestConsole.with {
            $0.largestUpload = 1_000
        } _: { console async throws in
            let (headers, token) = try await console.logIn()
            for (name, count) in [("x.csv", 100_000), ("", 1), ("..", 1), (".hidden", 1)] {
                let answer = try await console.http.upload(
                    "/pipelines/cards/file",
                    ["token": token],
                    file: (name: name, bytes: Array(repeating: 65, count: count)),
                    headers
                )
                #expect(answer.status == (count > 1 ? 413 : 400), "\(name)")
            }
            #expect(console.actions.calls == [])
        }
    }

    @Test func `the audit page shows what people did, newest first`() async throws {
        try await TestConsole.with { console async throws in
            let run = try await console.addRun()
            let decision = Decision(by: "ada", because: "a good reason", at: 1)
            try await console.ledger.write { try $0.add(decision.entry("approved", "3 rows", run: run)) }
            let (headers, _) = try await console.logIn()
            let people = try await console.http.get("/audit", headers).body
            #expect(people.contains("3 rows: a good reason") && !people.contains("taken"))
            #expect(try await console.http.get("/audit?all=1", headers).body.contains("taken"))
        }
    }

    @Test(arguments: [
        "/runs/4711", "/runs/x", "/runs/1/lines/x", "/runs/-1/lines/0", "/pipelines/other",
        "/runs/99999999999999999999",
    ])
    func `what there is not is told`(_ path: String) async throws {
        try await TestConsole.with { console async throws in
            let (headers, _) = try await console.logIn()
            #expect(try await console.http.get(path, headers).status == 404)
        }
    }
}

struct SessionTests {
    @Test func `a session ends when it is not used, and after half a day in any case`() {
        let clock = TestClock()
        let sessions = Sessions { clock.now }
        let idle = sessions.begin("ada")
        clock.advance(Sessions.longestIdle - .seconds(1))
        #expect(sessions.session(idle) != nil)
        clock.advance(Sessions.longestIdle)
        #expect(sessions.session(idle) == nil)
        let used = sessions.begin("ada")
        for _ in 0..<13 {
            clock.advance(.seconds(3_600))
            _ = sessions.session(used)
        }
        #expect(sessions.session(used) == nil)
    }

    @Test func `tokens are 256 bits, and no two are the same`() {
        let tokens = Set((0..<1_000).map { _ in Sessions.randomToken() })
        #expect(tokens.count == 1_000)
        #expect(tokens.allSatisfy { $0.count == 64 })
    }

    @Test func `what a page asks by itself keeps no session alive`() {
        let clock = TestClock()
        let sessions = Sessions { clock.now }
        let id = sessions.begin("ada")
        clock.advance(Sessions.longestIdle - .seconds(1))
        #expect(sessions.session(id, isUsed: false) != nil)
        clock.advance(.seconds(1))
        #expect(sessions.session(id) == nil)
    }
}
