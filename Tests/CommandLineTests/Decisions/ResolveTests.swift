import CommandSupport
import Foundation
import Testing

/// `dropline resolve`: a person settles what could not be found out, and the shop has a say in it.
@Suite struct ResolveTests {
    private let name = DecisionFile.name(1)
    private let code = "dlresolve001"

    /// An installation whose only row the shop called taken, and of which it shows no card.
    private func withUnknown(
        _ body: (Installation, SandboxShop) async throws -> Void
    ) async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try await shop.inject("code-taken")
            try installation.drop(name, DecisionFile.text((code, "10"), ("bad", "3")))
            let poll = try await installation.poll()
            #expect(poll.exit == 0, "\(poll)")
            let state = try await installation.state(of: 1)
            expectSame(state, "waiting")
            try await body(installation, shop)
        }
    }

    private func resolve(_ installation: Installation, _ arguments: String...) async throws -> CommandResult {
        try await installation.run(["resolve", "1", "2", "--reason", "asked support"] + arguments)
    }

    @Test func `of a run that is to run again it is told that the next poll does that first`() async throws {
        try await withUnknown { installation, shop in
            let rerun = try await installation.run(
                ["rerun", "1", "--from", "reconcile", "--reason", "r"],
                environment: ["DROPLINE_CRASH_AT": "rerun.requested"]
            )
            #expect(rerun.exit == -9, "\(rerun)")
            let result = try await resolve(installation, "--as", "refused")
            let words =
                "line 2 of run 1 is refused; the next poll runs the run again from reconcile, as was asked before, "
                + "and publishes it\n"
            expectSame(result.output, words)
            let poll = try await installation.poll()
            let results = try installation.results(of: name)
            #expect(poll.exit == 1 && results.column("status") == ["refused", "invalid"], "\(poll)")
        }
    }

    @Test func `a reason that holds the row's code is not taken, for it would stand in the results`() async throws {
        try await withUnknown { installation, _ in
            let arguments = ["resolve", "1", "2", "--as", "refused", "--reason", "nobody has \(code.uppercased())"]
            let result = try await installation.run(arguments)
            #expect(result.exit == 64 && result.errors.contains("the reason holds a gift card's code"), "\(result)")
            let decisions = try await installation.decisions(1)
            #expect(decisions.isEmpty, "\(decisions)")
        }
    }

    @Test(arguments: ["refused", "conflict"])
    func `a row without a card ends as a person says, the results are replaced and the run is done`(
        _ status: String
    ) async throws {
        try await withUnknown { installation, shop in
            let result = try await resolve(installation, "--as", status)
            #expect(result.exit == 0, "\(result)")
            expectSame(result.output, "line 2 of run 1 is \(status); the next poll publishes it\n")
            let poll = try await installation.poll()
            #expect(poll.exit == 1, "\(poll)")
            let results = try installation.results(of: name)
            expectSame(results.column("status"), [status, "invalid"])
            #expect(results.column("reason")[0] == "settled by a person: asked support", "\(results)")
            let rejects = try installation.rejects(of: name)
            expectSame(rejects.column("line"), ["2", "3"])
            let balance = try await installation.balance(1)
            #expect(balance.isBalanced, "\(balance)")
            let (archive, state) = (try installation.archive(), try await installation.state(of: 1))
            #expect(archive == [name] && state == "done", "\(archive) \(state)")
            let decisions = try await installation.decisions(1)
            expectSame(decisions.map(\.detail), ["line 2 as \(status): asked support"])
            let published = try installation.results()
            #expect(published.count == 1, "\(published)")
        }
    }

    @Test func `nothing is called active that the shop does not show`() async throws {
        try await withUnknown { installation, shop in
            for arguments in [
                ["activated"], ["already-active"], ["already-active", "--card", "gid://shopify/GiftCard/77"],
            ] {
                let result = try await resolve(installation, "--as", arguments[0])
                #expect(result.exit == 1 && result.errors.contains("nothing has changed"), "\(result)")
            }
            // Somebody else's card is no card of this row, and one of another value is not the same card.
            try await shop.addCard(code, "99.00")
            for status in ["activated", "already-active"] {
                let result = try await resolve(installation, "--as", status)
                #expect(result.exit == 1, "\(result)")
            }
            let (row, decisions) = (try await installation.show(1)["rows"][0], try await installation.decisions(1))
            #expect(row["status"] == "unknown" && decisions.isEmpty, "\(row) \(decisions)")
        }
    }

    @Test func `a card of the same value makes the row already active`() async throws {
        try await withUnknown { installation, shop in
            let card = try await shop.addCard(code, "10.00")
            let result = try await resolve(installation, "--as", "already-active", "--json")
            #expect(result.exit == 0, "\(result)")
            let json = try result.json()
            #expect(json["status"] == "already-active" && json["giftCardId"].string == card, "\(json)")
            _ = try await installation.poll()
            let results = try installation.results(of: name)
            expectSame(results.column("giftCardId"), [card, ""])
        }
    }

    @Test func `a card that was made from the row makes it activated, and it can't be called refused`() async throws {
        try await withUnknown { installation, shop in
            let digest = try await installation.show(1)["run"]["sha256"].string ?? ""
            let card = try await shop.addCard(code, "10.00", note: "Order NS1 dl:\(digest.prefix(12)):2")
            for status in ["refused", "conflict"] {
                let refused = try await resolve(installation, "--as", status)
                #expect(refused.exit == 1 && refused.errors.contains("resolve it as activated"), "\(refused)")
            }
            let result = try await resolve(installation, "--as", "activated")
            #expect(result.exit == 0 && result.output.contains("is activated (\(card))"), "\(result)")
            _ = try await installation.poll()
            let results = try installation.results(of: name)
            expectSame(results.column("status"), ["activated", "invalid"])
        }
    }

    @Test func `a run that ended with an unknown row is opened, and ends again without it`() async throws {
        try await withUnknown { installation, shop in
            try installation.set("unknown_after", "1ms")
            let ended = try await installation.poll()
            let state = try await installation.state(of: 1)
            #expect(ended.exit == 1 && state == "done", "\(ended)")
            let result = try await resolve(installation, "--as", "refused")
            #expect(result.exit == 0, "\(result)")
            let poll = try await installation.poll()
            #expect(poll.exit == 1, "\(poll)")
            let results = try installation.results(of: name)
            expectSame(results.column("status"), ["refused", "invalid"])
            let last = try await installation.poll()
            #expect(last.exit == 0 && last.output.contains("\"runs\":[]"), "\(last)")
            // The code is free again: a corrected row takes it.
            try installation.drop(DecisionFile.name(2), DecisionFile.text((code, "12")))
            _ = try await installation.poll()
            let codes = try await shop.codes()
            expectSame(codes, [code])
        }
    }

    @Test func `a shop that can't be reached changes nothing`() async throws {
        try await withUnknown { installation, shop in
            try installation.set("url", "http://127.0.0.1:1")
            let result = try await resolve(installation, "--as", "refused")
            #expect(result.exit == 69, "\(result)")
            let (row, decisions) = (try await installation.show(1)["rows"][0], try await installation.decisions(1))
            #expect(row["status"] == "unknown" && decisions.isEmpty, "\(row)")
        }
    }

    @Test func `only a row that is unknown, and of its own, is resolved`() async throws {
        try await withUnknown { installation, shop in
            try installation.drop(DecisionFile.name(2), DecisionFile.text((code, "10")))
            _ = try await installation.poll()
            let cases: [([String], String)] = [
                (["1", "3"], "line 3 of run 1 is invalid, not unknown"), (["1", "9"], "run 1 has no row on line 9"),
                (["2", "2"], "run 1 is about to settle the same code (line 2)"), (["8", "2"], "there is no run 8"),
            ]
            for (place, words) in cases {
                let result = try await installation.run(["resolve"] + place + ["--as", "refused", "--reason", "r"])
                #expect(result.exit == 64 && result.errors.contains(words), "\(result)")
            }
            let status = try await resolve(installation, "--as", "done")
            #expect(status.exit == 64 && status.errors.contains("activated"), "\(status)")
        }
    }

    @Test func `a row that waits for another one in a run that is done is decided again by the rerun that is named`()
        async throws
    {
        try await withUnknown { installation, shop in
            try installation.set("unknown_after", "0s")
            try installation.drop(DecisionFile.name(2), DecisionFile.text((code, "10")))
            _ = try await installation.poll()
            let state = try await installation.state(of: 2)
            expectSame(state, "done")
            let advice = "'dropline rerun 2 --from reconcile --reason TEXT' decides again"
            let refused = try await installation.run("resolve", "2", "2", "--as", "refused", "--reason", "r")
            #expect(refused.exit == 64 && refused.errors.contains(advice), "\(refused)")
            let traced = try await installation.run("trace", "run:2")
            #expect(traced.output.contains("dropline rerun 2 --from reconcile --reason TEXT, once"), "\(traced)")
            _ = try await resolve(installation, "--as", "refused")
            _ = try await installation.poll()
            let again = try await installation.run("rerun", "2", "--from", "reconcile", "--reason", "r")
            #expect(again.exit == 0, "\(again)")
            let codes = try await shop.codes()
            expectSame(codes, [code])
        }
    }

    @Test func `two people who resolve a row at once do so once`() async throws {
        try await withUnknown { installation, _ in
            async let first = resolve(installation, "--as", "refused")
            async let second = resolve(installation, "--as", "conflict")
            let exits = try await [first, second].map(\.exit)
            expectSame(exits.sorted(), [0, 64])
            let decisions = try await installation.decisions(1)
            #expect(decisions.count == 1, "\(decisions)")
        }
    }
}
