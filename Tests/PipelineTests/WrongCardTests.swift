import CommandSupport
import Foundation
import Testing

/// Cards that the shop makes otherwise than they were asked for: what it answers, and what it shows later, is compared with the row.
@Suite struct WrongCardTests {
    private let code = "dlwrong1a2b3c4d"

    /// How a card comes to be, and how its row hears of it.
    enum Way: String, CaseIterable, Sendable {
        case bulk, singleCalls, lookUp

        /// What brings a run on this way.
        var faults: [JSON] {
            switch self {
            case .bulk: []
            case .singleCalls: [["kind": "bulk-not-allowed"]]
            case .lookUp: [["kind": "missing-lines", "lines": 9]]
            }
        }
    }

    /// An installation whose two cards are made, the one of them with a fault of the shop's.
    private func withWrongCard(
        _ fault: JSON,
        _ way: Way = .bulk,
        _ body: (Installation, SandboxShop, CommandResult) async throws -> Void
    ) async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            for fault in way.faults + [fault] { try await shop.inject(fault) }
            try installation.drop(name(50), file((code, "100")))
            try await body(installation, shop, try await installation.poll())
        }
    }

    static let contradictions: [(kind: String, reason: String)] = [
        ("other-value", "our card at the shop has another value: 1000.00 USD"),
        ("other-currency", "our card at the shop has another currency: 100.00 CAD"),
        ("other-last-characters", "our card at the shop has another code: …"),
    ]

    @Test(arguments: contradictions.map(\.kind), [Way.bulk, .singleCalls])
    func `an answer that contradicts its row makes it a conflict, with the card's id and why`(
        _ kind: String,
        _ way: Way
    )
        async throws
    {
        try await withWrongCard(["kind": .string(kind)], way) { installation, shop, poll in
            #expect(poll.exit == 1, "\(poll)")
            let card = try #require(try await shop.cards().first)
            let results = try installation.results(of: name(50))
            expectSame(results.column("status"), ["conflict"], "\(poll)")
            expectSame(results.column("giftCardId"), [card["id"].string ?? "?"])
            let reason = results.column("reason")[0]
            #expect(Self.contradictions.contains { $0.kind == kind && reason.hasPrefix($0.reason) }, "\(reason)")
            expectSame(try installation.rejects(of: name(50)).column("line"), ["2"])
            let balance = try await installation.balance(1)
            #expect(balance.isBalanced, "\(balance)")
            // Never the code, of which the shop may show another one.
            for word in [code, card["code"].string ?? "?"] {
                #expect(!results.rows.description.contains(word) && !poll.errors.contains(word), "\(results) \(poll)")
            }
        }
    }

    @Test(arguments: ["other-value", "other-currency"])
    func `a look-up that contradicts its row makes it a conflict too`(_ kind: String) async throws {
        try await withWrongCard(["kind": .string(kind)], .lookUp) { installation, shop, poll in
            #expect(poll.exit == 1, "\(poll)")
            let results = try installation.results(of: name(50))
            expectSame(results.column("status"), ["conflict"], "\(poll)")
            expectSame(results.column("giftCardId"), [try await shop.cards().first?["id"].string ?? "?"])
            #expect(results.column("reason")[0].hasPrefix("our card at the shop has another "), "\(results)")
        }
    }

    @Test(arguments: contradictions.map(\.kind))
    func `the code of a card that was made wrong is never sent again, by a rerun, another file or another value`(
        _ kind: String
    ) async throws {
        try await withWrongCard(["kind": .string(kind)]) { installation, shop, _ in
            let (cards, before) = (try await shop.cards().count, try installation.results(of: name(50)))
            let rerun = try await installation.run("rerun", "1", "--reason", "once more")
            #expect(rerun.exit == 1, "\(rerun)")
            #expect(try installation.results(of: name(50)) == before, "\(rerun)")
            // The same value, and the one that the card has.
            for (minute, value) in [(51, "100"), (52, "1000")] {
                try installation.set("limits", "{ card: 5000 }")
                try installation.drop(name(minute), file((code, value)))
                let poll = try await installation.poll()
                #expect(poll.exit == 1, "\(poll)")
                let results = try installation.results(of: name(minute))
                expectSame(results.column("status"), ["conflict"], "\(poll)")
                #expect(results.column("reason")[0].contains("the shop's card of run 1, line 2"), "\(results)")
            }
            #expect(try await shop.cards().count == cards)
            #expect(try await shop.operations().count == 1)
        }
    }

    @Test func `a row of which a wrong card was made is sent under no other code either`() async throws {
        try await withWrongCard(["kind": "other-value"]) { installation, shop, _ in
            let before = try installation.results(of: name(50))
            try installation.edit(installation.pipelineFile) {
                $0 = $0.replacing("code_prefix: shopify-giftcard-", with: "code_prefix: dl")
            }
            let rerun = try await installation.run("rerun", "1", "--reason", "the prefix is corrected")
            #expect(rerun.exit == 1, "\(rerun)")
            #expect(try installation.results(of: name(50)) == before, "\(rerun)")
            #expect(try await shop.cards().count == 1)
        }
    }

    @Test func `trace says why, names the card, and what to do next`() async throws {
        try await withWrongCard(["kind": "other-value"]) { installation, shop, _ in
            let card = try await shop.cards().first?["id"].string ?? "?"
            let trace = try await installation.run("trace", card)
            #expect(trace.exit == 0, "\(trace)")
            for words in ["conflict", "another value: 1000.00 USD", "look at the card at the shop"] {
                #expect(trace.output.contains(words), "'\(words)' is not in \(trace.output)")
            }
        }
    }

    // MARK: - Foreign markers

    /// The note that the shop gives the card in place of the one that was sent; nil: of nobody's.
    @Test(arguments: Way.allCases, [nil, "Order 1 dl:ffffffffffff:2", "", "made by hand"] as [String?])
    func `a card with a foreign marker, or none, is looked up and never settled by position`(
        _ way: Way,
        _ note: String?
    )
        async throws
    {
        var fault: [String: JSON] = ["kind": "foreign-marker"]
        fault["text"] = note.map { .string($0) }
        try await withWrongCard(.object(fault), way) { installation, shop, poll in
            #expect(poll.exit == 1, "\(poll)")
            let card = try #require(try await shop.cards().first)
            let results = try installation.results(of: name(50))
            // Sent again, the shop calls the code taken, which proves whose it is not.
            expectSame(results.column("status"), ["conflict"], "\(poll)")
            #expect(
                results.column("reason")[0]
                    == "the shop has a card with this code that was not made from this row (\(card["id"].string ?? "?"))"
            )
            #expect(try await shop.cards().count == 1)
        }
    }

    @Test(
        arguments: [Way.bulk, .singleCalls],
        [
            ["dlwrong2a2b3c4d", "dlwrong3a2b3c5e", "dlwrong4a2b3c6f"],
            // Nothing of what the shop shows of a card tells these apart.
            ["dlwrong2abcd9999", "dlwrong3abcd9999", "dlwrong4abcd9999"],
        ]
    )
    func `a card with the marker of another row of the file settles neither row by it`(_ way: Way, _ codes: [String])
        async throws
    {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.addFeedPipeline()
            for fault in way.faults { try await shop.inject(fault) }
            // All three cards get the note of the one on line 3.
            try await shop.inject(["kind": "foreign-marker", "count": 3, "text": "dl:0a1b2c3d0a1b:3"])
            let feed = DroppedFeed((2, codes[0], "100.00"), (3, codes[1], "100.00"), (4, codes[2], "100.00"))
            try installation.dropFeed("three.json", feed.text)
            let poll = try await installation.poll()
            #expect(poll.exit == 1, "\(poll)")
            let results = try installation.feedResults(of: "three.json")
            expectSame(results.column("status"), ["conflict", "activated", "conflict"], "\(poll)")
            let own = try await shop.card(codes[1])
            expectSame(results.column("giftCardId"), ["", own?["id"].string ?? "?", ""], "\(results)")
            #expect(try await shop.cards().count == 3)
        }
    }

    // MARK: - A person

    @Test func `a card that is not as its row says is resolved as a conflict, and as nothing else`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try await shop.inject("code-taken")
            try installation.drop(name(54), file((code, "10")))
            _ = try await installation.poll()
            let digest = try await installation.show(1)["run"]["sha256"].string ?? ""
            let card = try await shop.addCard(code, "99.00", note: "Order NS1 dl:\(digest.prefix(12)):2")
            func resolve(_ status: String) async throws -> CommandResult {
                try await installation.run("resolve", "1", "2", "--as", status, "--reason", "looked")
            }
            for status in ["activated", "refused"] {
                let said = try await resolve(status)
                #expect(said.exit == 1 && said.errors.contains("resolve it as conflict"), "\(said)")
            }
            let said = try await resolve("conflict")
            #expect(said.exit == 0, "\(said)")
            _ = try await installation.poll()
            let results = try installation.results(of: name(54))
            expectSame(results.column("status"), ["conflict"])
            expectSame(results.column("giftCardId"), [card])
            #expect(
                results.column("reason")[0]
                    == "our card at the shop has another value: 99.00 USD; settled by a person: looked"
            )
        }
    }
}
