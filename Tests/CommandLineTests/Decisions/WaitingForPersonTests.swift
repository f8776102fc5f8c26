import CommandSupport
import Foundation
import Ledgers
import SQLiteLedger
import Testing

/// What `poll` says of runs that go on only once a person has decided.
@Suite struct WaitingForPersonTests {
    private let limit = "a card of 501.00 USD is above the limit of 500.00 USD for one card"

    private func line(_ run: Int) -> String {
        "run \(run) is held: \(limit); 'dropline approve \(run) --reason TEXT' or 'dropline refuse \(run) --reason TEXT'\n"
    }

    @Test func `a poll that finds nothing new names the runs that are held, and both ways out`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(DecisionFile.name(1), DecisionFile.text(("dlwaits00001", "501")))
            try installation.drop(DecisionFile.name(2), DecisionFile.text(("dlwaits00002", "501")))
            _ = try await installation.poll()
            let poll = try await installation.run("poll")
            expectSame(poll.output, line(1) + line(2))
            #expect(poll.exit == 0, "it did nothing, and needs nobody for that: \(poll)")

            let json = try await installation.poll().json()
            expectSame(json["runs"].array?.count, 0)
            let waiting = json["needsPerson"].array ?? []
            expectSame(waiting.map { $0["run"].int }, [1, 2])
            expectSame(waiting.map { $0["state"].string }, ["held", "held"])
            expectSame(waiting.first?["pipeline"].string, Installation.pipeline)
            expectSame(waiting.first?["why"].string, limit)
            expectSame(
                waiting.first?["commands"].array?.map(\.string),
                ["dropline approve 1 --reason TEXT", "dropline refuse 1 --reason TEXT"]
            )

            // Also beside what it does.
            try installation.drop(DecisionFile.name(3), DecisionFile.text(("dlwaits00003", "5")))
            let busy = try await installation.run("poll")
            #expect(busy.output.hasPrefix("run 3  done"), "\(busy)")
            #expect(busy.output.hasSuffix(line(1) + line(2)) && busy.exit == 0, "\(busy)")

            _ = try await installation.run("approve", "1", "--reason", "r")
            _ = try await installation.run("refuse", "2", "--reason", "r")
            _ = try await installation.poll()
            let last = try await installation.run("poll")
            expectSame(last.output, "nothing to do\n")
            let none = try await installation.poll().json()["needsPerson"].array
            expectSame(none?.count, 0)
        }
    }

    @Test func `a poll of some pipelines names only their runs, and a paused one's too`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.addFeedMakingPipeline()
            try installation.drop(DecisionFile.name(1), DecisionFile.text(("dlwaits00011", "501")))
            _ = try await installation.poll()
            let other = try await installation.run("poll", Installation.feedMakingPipeline)
            expectSame(other.output, "nothing to do\n")
            _ = try await installation.run("pause", Installation.pipeline, "--reason", "r")
            let paused = try await installation.run("poll", Installation.pipeline)
            #expect(paused.output.hasPrefix(line(1)) && paused.output.contains("is paused by"), "\(paused)")
            #expect(!paused.output.contains("nothing to do"), "\(paused)")
        }
    }

    @Test func `many held runs are named as far as a screen goes`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            for number in 10..<32 {
                try installation.drop(DecisionFile.name(number), DecisionFile.text(("dlwaits001\(number)", "501")))
            }
            _ = try await installation.poll()
            let poll = try await installation.run("poll")
            let lines = poll.output.split(separator: "\n")
            expectSame(lines.count, 21)
            expectSame(
                lines.last.map(String.init),
                "and 2 more runs wait for a person; 'dropline runs --state held' lists those that are held"
            )
        }
    }

    @Test func `a run that is stopped is named at every poll, with what stops it`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.set("currency", "CAD")
            try installation.drop(DecisionFile.name(1), DecisionFile.text(("dlwaits00021", "5")))
            _ = try await installation.poll()
            let poll = try await installation.run("poll")
            #expect(poll.output.hasPrefix("run 1  stopped") && poll.output.contains("CAD"), "\(poll)")
            let waiting = try await installation.poll().json()["needsPerson"].array ?? []
            expectSame(waiting.map { $0["state"].string }, ["stopped"])
            expectSame(waiting.first?["commands"].array?.map(\.string), ["dropline show 1"])
        }
    }

    @Test func `a row that was not found out in time is told while its run still waits for another`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try await shop.inject("code-taken", count: 2)
            try installation.drop(DecisionFile.name(1), DecisionFile.text(("dlwaits00031", "5"), ("dlwaits00032", "6")))
            let first = try await installation.poll()
            #expect(first.exit == 0, "both are still looked for: \(first)")
            #expect(try first.json()["needsPerson"].array?.isEmpty == true, "\(first)")
            let ledger = try SQLiteLedger(path: installation.folder + "/var/dropline.sqlite")
            try await ledger.write { ledger in
                guard var row = try ledger.row(of: RunID(1), line: 3) else { return }
                row.unknownSince = row.unknownSince.map { $0 - 90_000_000 }
                try ledger.update(row, of: RunID(1))
            }
            for _ in 1...2 {
                let poll = try await installation.run("poll")
                #expect(poll.exit == 1, "a row past 'unknown_after' is a person's: \(poll)")
                #expect(poll.output.hasPrefix("run 1  waiting"), "\(poll)")
                let words =
                    "the outcome of one row, on line 3, was not found out in time; "
                    + "'dropline resolve 1 LINE --as STATUS --reason TEXT'"
                #expect(poll.output.contains(words), "\(poll)")
            }
            let waiting = try await installation.poll().json()["needsPerson"].array ?? []
            expectSame(waiting.map { $0["state"].string }, ["waiting"])
            let resolved = try await installation.run("resolve", "1", "3", "--as", "refused", "--reason", "asked")
            #expect(resolved.exit == 0, "\(resolved)")
            let after = try await installation.poll()
            #expect(after.exit == 0, "the other one is still looked for: \(after)")
        }
    }
}
