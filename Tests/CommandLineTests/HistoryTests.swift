import CommandSupport
import Foundation
import Testing

/// `runs` and `show`.
@Suite struct HistoryTests {
    private func name(_ minute: Int) -> String {
        "Thu Mar 19 2026 11:\(minute + 10):00 GMT-0700 (PDT)-GiftCardFulfillment.csv"
    }

    /// An installation with a run that is done, one that is empty, one that is quarantined and one that is held.
    private func withHistory(_ body: (Installation) async throws -> Void) async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(name(1), "giftCardNumber,price\ndlhistory001,5\ndlhistory002,x\ndlhistory001,5\n")
            try installation.drop(name(2), "giftCardNumber,price\n")
            try installation.drop(name(3), "giftCardNumber\ndlhistory003\n")
            try installation.drop(name(4), "giftCardNumber,price\ndlhistory004,501\n")
            let poll = try await installation.poll()
            #expect(poll.exit == 1, "\(poll)")
            try await body(installation)
        }
    }

    @Test func `runs lists them oldest first, as text and as JSON`() async throws {
        try await withHistory { installation in
            let text = try await installation.run("runs")
            #expect(text.exit == 0 && text.errors.isEmpty, "\(text)")
            let heads = text.output.split(separator: "\n").filter { $0.hasPrefix("run ") }
            #expect(heads.count == 4, "\(text)")
            for (index, state) in ["done", "empty", "quarantined", "held"].enumerated() {
                #expect(
                    heads[index].hasPrefix("run \(index + 1)  \(state)") && heads[index].contains(name(index + 1)),
                    "\(text)"
                )
            }
            let runs = try await installation.runs()
            expectSame(runs.map { $0["state"] }, ["done", "empty", "quarantined", "held"])
            expectSame(runs.map { $0["run"] }, [1, 2, 3, 4])
            let first = runs[0]
            expectSame(first["statuses"]["activated"], ["rows": 1, "value": "5.00", "withoutValue": 0])
            expectSame(first["statuses"]["invalid"], ["rows": 2, "value": "5.00", "withoutValue": 1])
            #expect(first["value"] == "10.00" && first["currency"] == "USD" && first["rows"] == 3, "\(first)")
            #expect(first["sha256"].string?.count == 64, "\(first)")
            let moment = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/
            for key in ["createdAt", "finishedAt"] {
                #expect(first[key].string?.wholeMatch(of: moment) != nil, "\(key): \(first)")
            }
            #expect(runs[3]["finishedAt"] == nil, "a held run is not finished: \(runs[3])")
        }
    }

    @Test func `runs are filtered by state, pipeline, time and number`() async throws {
        try await withHistory { installation in
            let today = Date().formatted(.iso8601.year().month().day())
            let filters: [([String], [Int])] = [
                (["--state", "held"], [4]), (["--state", "done"], [1]), (["--state", "open"], []),
                (["--pipeline", Installation.pipeline], [1, 2, 3, 4]), (["--pipeline", "another"], []),
                (["--since", "1h"], [1, 2, 3, 4]), (["--since", today], [1, 2, 3, 4]), (["--since", "2099-01-01"], []),
                (["--last", "2"], [3, 4]), (["--state", "held", "--since", "1h", "--last", "1"], [4]),
            ]
            for (filter, expected) in filters {
                let result = try await installation.run(["runs", "--json"] + filter)
                #expect(result.exit == 0, "\(result)")
                let numbers = try result.json().array?.compactMap { $0["run"].int }
                expectSame(numbers, expected, "\(filter)")
            }
            let none = try await installation.run("runs", "--state", "open")
            #expect(none.output == "no runs\n", "\(none)")
        }
    }

    @Test func `show tells stages, counts, files and the rows that need a look`() async throws {
        try await withHistory { installation in
            let json = try await installation.show(1)
            expectSame(json["run"]["run"], 1)
            expectSame(json["source"]["path"], .string(Installation.inbox + "/" + name(1)))
            let stages = json["stages"].array?.map { $0["stage"].string ?? "?" }
            expectSame(stages, ["activation-feed", "bulk-file", "bulk-import", "reconcile", "deliver"])
            let operation = json["operations"][0]
            #expect(operation["status"] == "completed" && operation["done"] == 1, "\(operation)")
            expectSame(json["rows"].array?.map { $0["line"] }, [3, 4])
            expectSame(json["rows"].array?.map { $0["giftCard"] }, ["…y002", "…y001"])
            let files = json["files"].array?.map { $0["kind"].string ?? "?" }.sorted()
            expectSame(files, ["activation-feed", "bulk-file", "rejects", "results", "source"])
            for file in json["files"].array ?? [] {
                let path = installation.path(file["path"].string ?? "?")
                #expect(FileManager.default.fileExists(atPath: path), "\(file)")
            }
            let text = try await installation.run("show", "1")
            #expect(text.exit == 0 && text.errors.isEmpty, "\(text)")
            for words in [
                "run 1 of local-gift-cards: done", "1 activated  5.00 USD", "2 invalid", "3 in all  10.00 USD",
                "line 3  …y002",
            ] {
                #expect(text.output.contains(words), "\(words): \(text)")
            }
            #expect(!text.output.contains("dlhistory"), "\(text)")
        }
    }

    @Test func `show tells why a run is held or was put aside`() async throws {
        try await withHistory { installation in
            let held = try await installation.run("show", "4")
            #expect(held.output.contains("above the limit of 500.00 USD"), "\(held)")
            let aside = try await installation.run("show", "3")
            #expect(aside.output.contains("no column 'price'"), "\(aside)")
        }
    }

    @Test func `a control character in a file's name plays no trick on a terminal`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop("a\u{1B}[2J-GiftCardFulfillment.csv", "giftCardNumber,price\ndlcontrol001,5\n")
            let poll = try await installation.run("poll")
            let runs = try await installation.run("runs")
            let show = try await installation.run("show", "1")
            for result in [poll, runs, show] {
                #expect(!(result.output + result.errors).contains("\u{1B}"), "\(result)")
            }
            let json = try await installation.runs()
            expectSame(json.map { $0["file"] }, ["a\u{1B}[2J-GiftCardFulfillment.csv"])
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `the demo ends with 0 and shows where everything lies`() async throws {
        let folder = NSTemporaryDirectory() + "dropline-demo-test-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let demo = try await dropline(["demo", "--keep", folder])
        #expect(demo.exit == 0, "\(demo)")
        #expect(demo.output.contains("The sandbox holds 5 active gift cards."), "\(demo)")
        for line in demo.output.split(separator: "\n") where line.contains("/drop/") {
            guard let start = line.range(of: folder)?.lowerBound else { continue }
            #expect(FileManager.default.fileExists(atPath: String(line[start...])), "\(line)")
        }
        let again = try await dropline(["demo", "--keep", folder])
        #expect(again.exit == 64, "a folder with something in it is not touched: \(again)")
    }
}
