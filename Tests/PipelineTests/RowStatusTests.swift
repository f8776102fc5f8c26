import CommandSupport
import Foundation
import Testing

/// Row statuses that need more than one shop or more than one poll.
@Suite struct RowStatusTests {
    /// Samples that are used here instead of in a case.
    static let samples = [refused]
    private static let refused = "Tue Mar 17 2026 14:15:53 GMT-0700 (PDT)-GiftCardFulfillment.csv"

    @Test func `a card that the shop says no to is refused, with the shop's words, and may be taken again`()
        async throws
    {
        let bytes = try Data(
            contentsOf: URL(fileURLWithPath: PipelineCase.repository + "/samples/gift-card-fulfillment/" + Self.refused)
        )
        let folder = NSTemporaryDirectory() + "dropline-shop-" + UUID().uuidString
        defer {
            for path in [folder, folder + ".files"] { try? FileManager.default.removeItem(atPath: path) }
        }
        let installation = try await Installation()
        let port = try await withSandbox(["--state", folder]) { shop in
            try installation.edit(installation.configuration) {
                $0.replace("127.0.0.1:1 ", with: "127.0.0.1:\(shop.port) ")
            }
            try installation.drop(Self.refused, bytes)
            let crashed = try await installation.poll(environment: ["DROPLINE_CRASH_AT": "bulk-import.intended"])
            #expect(crashed.exit == -9, "\(crashed)")
            return shop.port
        }
        // Between reading and sending the shop's limit for one card went down.
        try await withSandbox(["--state", folder, "--port", "\(port)", "--issue-limit", "100.00"]) { shop in
            let poll = try await installation.poll()
            #expect(poll.exit == 1, "\(poll)")
            let results = try installation.results(of: Self.refused)
            expectSame(results.column("status"), ["refused", "activated"], "\(poll)")
            #expect(results.column("reason")[0].contains("can't exceed"), "\(results)")
            let rejects = try installation.rejects(of: Self.refused)
            expectSame(rejects.column("line"), ["2"])
            let balance = try await installation.balance(1)
            #expect(balance.isBalanced, "\(balance)")
            expectSame(balance.statuses["refused"], Balance.Entry(rows: 1, hundredths: 15000))

            // The corrected row, in a file of its own.
            try installation.drop(name(30), file(("dlref1a2b3c4d5e6", "90")))
            let corrected = try await installation.poll()
            #expect(corrected.exit == 0, "\(corrected)")
            let codes = try await shop.codes()
            expectSame(codes, ["dlref1a2b3c4d5e6", "dlref2a2b3c4d5e6"])
        }
    }

    @Test func `a customer whom the shop does not know costs the row its card, and only that row`() async throws {
        try await withSandbox(["--customer", "81", "--customer", "gid://shopify/Customer/82"]) { shop in
            let installation = try await Installation(shop)
            try installation.edit(installation.pipelineFile) {
                $0 = $0.replacing("gift-card-create }", with: "gift-card-create, send_customer: true }")
            }
            let rows = ["81", "82", "83", "nobody"].enumerated().map { index, customer in
                "dlcustom\(1000 + index),3/18/2026 9:00 am,10,\(index),,\(customer)\n"
            }
            try installation.drop(name(39), header + rows.joined())
            let poll = try await installation.poll()
            #expect(poll.exit == 1, "\(poll)")
            let results = try installation.results(of: name(39))
            expectSame(results.column("status"), ["activated", "activated", "refused", "refused"], "\(poll)")
            #expect(results.column("reason")[2].hasPrefix("The customer could not be found."), "\(results)")
            #expect(results.column("reason")[3].contains("gid://shopify/Customer/nobody"), "\(results)")
            #expect(try await shop.cards().count == 2)
        }
    }

    @Test func `an unknown row is settled by a later poll, and its results are replaced in place`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try await shop.inject("code-taken")
            try installation.drop(name(31), file(("dlunknown001", "10")))
            let first = try await installation.poll()
            #expect(first.exit == 0, "\(first)")
            let before = try installation.results(of: name(31))
            expectSame(before.column("status"), ["unknown"], "\(first)")
            let left = try installation.inbox()
            expectSame(left, [name(31)], "the source stays until every row has its outcome")
            // The card that holds the code comes to light: it is somebody else's.
            try await shop.addCard("dlunknown001", "99.00")
            let second = try await installation.poll()
            #expect(second.exit == 1, "\(second)")
            let after = try installation.results(of: name(31))
            expectSame(after.column("status"), ["conflict"], "\(second)")
            let names = try installation.results()
            #expect(names.count == 1, "replaced in place: \(names)")
            let archive = try installation.archive()
            expectSame(archive, [name(31)])
            let third = try await installation.poll()
            #expect(third.exit == 0, "\(third)")
        }
    }

    @Test func `a held run stays held over polls, and its file in place`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(name(32), file(("dlheld000001", "501")))
            let first = try await installation.poll()
            #expect(first.exit == 1, "\(first)")
            for _ in 1...2 {
                let again = try await installation.poll()
                #expect(again.exit == 0, "exit codes speak of one invocation only: \(again)")
            }
            let listed = try await installation.runs()
            expectSame(listed.map { $0["state"] }, ["held"])
            let tree = try installation.tree()
            let stem = String(name(32).dropLast(4))
            expectSame(
                tree,
                ["dropline/local-gift-cards/result/\(stem)-Results.csv", Installation.inbox + "/" + name(32)],
                "no feed and no bulk file before a person approves"
            )
            let operations = try await shop.operations().count
            #expect(operations == 0)
        }
    }

    @Test func `a card taken by a held run is not given to another file`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(name(33), file(("dlheld000002", "20"), ("dlheld000003", "600")))
            _ = try await installation.poll()
            try installation.drop(name(34), file(("dlheld000002", "20"), ("dlheld000003", "60")))
            let poll = try await installation.poll()
            let results = try installation.results(of: name(34))
            expectSame(results.column("status"), ["unknown", "conflict"], "\(poll)")
            let codes = try await shop.codes()
            expectSame(codes, [])
        }
    }

    @Test func `a code that somebody typed into another column too is not shown in results and rejects`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let rows =
                "dldouble0001,x,5,dldouble0001,DLDOUBLE0001,\ndldouble0002,dldouble0002,0, dldouble0002,DLDouble0002,\n"
            try installation.drop(name(36), header + rows)
            _ = try await installation.poll()
            let stem = String(name(36).dropLast(4))
            for path in [
                "dropline/local-gift-cards/result/\(stem)-Results.csv",
                Installation.inbox + "/error/\(stem)-Rejects.csv",
            ] {
                let text = try installation.text(path)
                #expect(!text.lowercased().contains("dldouble"), "\(text)")
            }
        }
    }

    @Test func `refusals whose line numbers are those of other rows refuse none of them`() async throws {
        let folder = NSTemporaryDirectory() + "dropline-shop-" + UUID().uuidString
        defer {
            for path in [folder, folder + ".files"] { try? FileManager.default.removeItem(atPath: path) }
        }
        let installation = try await Installation()
        let values = (0..<12).map { $0 % 2 == 0 ? "150" : "20" }
        let port = try await withSandbox(["--state", folder]) { shop in
            try installation.edit(installation.configuration) {
                $0.replace("127.0.0.1:1 ", with: "127.0.0.1:\(shop.port) ")
            }
            try installation.set("limits", "{ card: 500 }")
            let rows = values.enumerated().map { "dlnumber\(1000 + $0),3/18/2026 9:00 am,\($1),\($0),,\n" }.joined()
            try installation.drop(name(38), header + rows)
            let crashed = try await installation.poll(environment: ["DROPLINE_CRASH_AT": "bulk-import.intended"])
            #expect(crashed.exit == -9, "\(crashed)")
            return shop.port
        }
        // Between reading and sending the shop's limit for one card went down.
        try await withSandbox(["--state", folder, "--port", "\(port)", "--issue-limit", "100.00"]) { shop in
            try await shop.inject("shuffled-lines", count: 1)
            let poll = try await installation.poll()
            let statuses = try installation.results(of: name(38)).column("status")
            expectSame(statuses, values.map { $0 == "20" ? "activated" : "refused" }, "\(poll)")
            let cards = try await shop.state()["cards"].int
            #expect(cards == 6, "\(poll)")
        }
    }

    @Test func `another card with the same last four characters does not stand for a card that was never made`()
        async throws
    {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try await shop.addCard("somebodyelse99aaaa", "12.00")
            // The line is neither executed nor answered, and the search finds what shares the last four characters.
            try await shop.inject(["kind": "missing-unexecuted", "lines": 1])
            try await shop.inject("search-fuzzy", count: 99)
            try installation.drop(name(37), file(("dlfuzzy001aaaa", "12")))
            let poll = try await installation.poll()
            let results = try installation.results(of: name(37))
            expectSame(results.column("status"), ["activated"], "\(poll)\n\(results)")
        }
    }

    @Test func `twelve hundred rows in several bulk parts all end activated`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.set("limits", "{ card: 500 }")
            try installation.set("bulk-file", "{ mutation: gift-card-create, part_size: 50KB }")
            let rows = (1...1200).map { "dlmany\(100_000 + $0),3/18/2026 9:00 am,1.\($0 % 90 + 10),\($0),,\n" }.joined()
            try installation.drop(name(35), header + rows)
            let poll = try await installation.poll()
            #expect(poll.exit == 0, "\(poll)")
            let balance = try await installation.balance(1)
            #expect(balance.isBalanced && balance.statuses["activated"]?.rows == 1200, "\(balance)")
            let parts = try installation.bulkFiles()
            #expect(parts.count > 2, "\(parts)")
            for part in parts {
                let size = try installation.read("dropline/local-gift-cards/bulk/" + part).count
                #expect(size <= 50_000, "\(part): \(size) bytes")
            }
            let cards = try await shop.state()["cards"].int
            #expect(cards == 1200)
        }
    }
}
