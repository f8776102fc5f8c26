import CommandSupport
import Foundation
import Ledgers
import SQLiteLedger
import Testing

/// Limits: what a run is held for, what a person then sees, and that it goes on once approved.
@Suite struct LimitTests {
    private let name = DecisionFile.name(1)

    @Test func `a card that is no allowed denomination holds the run, which shows totals, sends nothing and goes on`()
        async throws
    {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.set("limits", "{ denominations: [50, 10, 25.00] }")
            try installation.drop(
                name,
                DecisionFile.text(("dldenom00001", "25"), ("dldenom00002", "52"), ("dldenom00003", "10.00"))
            )
            let poll = try await installation.poll()
            #expect(poll.exit == 1, "\(poll)")
            let reason = "cards of 52.00 USD are in the file; allowed are cards of 10.00, 25.00, 50.00 USD"
            let held = try poll.json()["runs"][0]
            expectSame([held["state"].string, held["attention"].string], ["held", reason], "\(poll)")
            let shown = try await installation.run("show", "1")
            #expect(shown.output.contains(reason) && shown.output.contains("87.00 USD"), "\(shown)")
            let before = try await shop.codes()
            expectSame(before, [], "nothing is sent")
            let files = try installation.feeds() + installation.bulkFiles()
            expectSame(files, [], "what holds codes is kept back")
            let again = try await installation.poll()
            #expect(again.exit == 0, "it stays held: \(again)")
            _ = try await installation.run("approve", "1", "--reason", "a sale")
            let released = try await installation.poll()
            #expect(released.exit == 0, "\(released)")
            let after = try await shop.codes()
            expectSame(after, ["dldenom00001", "dldenom00002", "dldenom00003"])
            let audit = try await installation.show(1)["audit"].array ?? []
            let events = audit.filter { ["held", "approved"].contains($0["event"].string) }
            expectSame(events.map { $0["who"].string }, [nil, NSUserName()], "\(audit)")
            #expect(events.allSatisfy { $0["detail"].string?.contains(reason) == true }, "\(audit)")
        }
    }

    @Test func `many values that are not allowed are not all named, and no code is`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.set("limits", "{ denominations: [10] }")
            let rows = (1...7).map { "dldenomany0\($0),\($0).50\n" }.joined()
            try installation.drop(
                name,
                "giftCardNumber,price\n" + rows + rows.replacing("dldenomany", with: "dldenoagin")
            )
            let poll = try await installation.poll()
            expectSame(
                try poll.json()["runs"][0]["attention"].string,
                "cards of 1.50, 2.50, 3.50, 4.50, 5.50 USD and of other values are in the file; "
                    + "allowed are cards of 10.00 USD",
                "\(poll)"
            )
        }
    }

    @Test func `allowed denominations hold nothing, and rows that take no card don't count`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(name, DecisionFile.text(("dldenom00011", "33")))
            _ = try await installation.poll()
            try installation.set("limits", "{ denominations: [25] }")
            // The first card is known active, the second is no card.
            try installation.drop(
                DecisionFile.name(2),
                DecisionFile.text(("dldenom00011", "33"), ("bad", "7"), ("dldenom00012", "25"))
            )
            let poll = try await installation.poll()
            let run = try poll.json()["runs"][0]
            #expect(run["state"] == "done", "\(poll)")
            let codes = try await shop.codes()
            expectSame(codes, ["dldenom00011", "dldenom00012"])
        }
    }

    @Test(arguments: [(86_500_000, "done"), (86_300_000, "held")])
    func `what was taken for the shop counts for 24 hours`(ago: Int64, state: String) async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.set("limits", "{ day: 100 }")
            try installation.drop(name, DecisionFile.text(("dlrolling001", "90")))
            _ = try await installation.poll()
            let ledger = try SQLiteLedger(path: installation.folder + "/var/dropline.sqlite")
            let taken = try await ledger.write { ledger -> Int64 in
                guard var run = try ledger.run(RunID(1)), let takenAt = run.takenAt else { return 0 }
                run.takenAt = takenAt - ago
                try ledger.put(run)
                return takenAt
            }
            #expect(taken > 0)
            try installation.drop(DecisionFile.name(2), DecisionFile.text(("dlrolling002", "20")))
            let poll = try await installation.poll()
            expectSame(try poll.json()["runs"][0]["state"].string, state, "\(poll)")
        }
    }

    @Test func `the day's limit counts what every pipeline took for the shop`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.set("limits", "{ day: 100 }")
            let other = installation.folder + "/pipelines/other.yaml"
            try FileManager.default.copyItem(atPath: installation.pipelineFile, toPath: other)
            try installation.edit(other) {
                $0 = $0.replacing("pipeline: local-gift-cards", with: "pipeline: other")
                    .replacing("local-gift-cards/", with: "other/").replacing(
                        "*-GiftCardFulfillment.csv",
                        with: "*.txt"
                    )
            }
            try installation.edit(installation.configuration) { $0 += "  - pipelines/other.yaml\n" }
            try installation.drop("first.txt", DecisionFile.text(("dlotherway01", "90")))
            _ = try await installation.poll()
            try installation.drop(name, DecisionFile.text(("dlotherway02", "20")))
            let poll = try await installation.poll()
            let runs = try await installation.runs()
            expectSame(runs.map { $0["state"].string }, ["done", "held"], "\(poll)")
        }
    }

    @Test(arguments: [
        ("{ denominations: [] }", ":13:26: 'denominations' names no value; leave it out to allow every value"),
        ("{ denominations: 25 }", ":13:26: a list should stand here"),
        ("{ denominations: [25, 10.005] }", ":13:31: '10.005' is no amount in USD"),
        ("{ denominations: [25, 0] }", ":13:31: '0' is no amount in USD: the value is not above zero"),
        ("{ day: 1.234 }", ":13:16: '1.234' is no amount in USD: the value has more decimals than its currency"),
        ("{ denomination: [25] }", ":13:11: unknown key 'denomination'; did you mean 'denominations'?"),
    ])
    func `a limit that can't be one is told with its place`(limits: String, message: String) async throws {
        let installation = try await Installation()
        try installation.set("limits", limits)
        let check = try await installation.run("check")
        #expect(check.exit == 78 && check.errors.contains("local-gift-cards.yaml" + message), "\(check)")
    }
}
