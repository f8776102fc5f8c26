import CommandSupport
import Foundation
import Testing

/// `kill -9` while a person decides: a decision was made whole, with its entry in the audit trail, or not at all.
///
/// `pause` and `resume` are one transaction each; `approve` releases rows batch by batch, which `ApproveTests` leaves half done; `refuse` is made whole
/// first and then carried out, by whoever goes on with the run.
@Suite struct DecisionCrashTests {
    static let places = ["resolve.before-settled", "resolve.settled", "rejects.recorded"] + refusingPlaces
    /// Places that are reached by `refuse`, and by the sweep that carries a refusal out.
    static let refusingPlaces = ["recorded", "rows-changed", "before-commit", "finished"].map { "refuse.\($0)" }

    private let name = "Fri Mar 20 2026 09:01:00 GMT-0700 (PDT)-GiftCardFulfillment.csv"

    @Test(arguments: ["resolve.before-settled", "resolve.settled"])
    func `a row is resolved with its entry in the trail, or not at all, and the run is free for the next one`(
        _ place: String
    ) async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try await shop.inject("code-taken")
            try installation.drop(name, "giftCardNumber,price\ndlcrashing01,5\n")
            _ = try await installation.poll()
            let resolve = ["resolve", "1", "2", "--as", "refused", "--reason", "r"]
            let killed = try await installation.run(resolve, environment: ["DROPLINE_CRASH_AT": place])
            #expect(killed.exit == -9 && killed.output.isEmpty, "the place was not reached: \(killed)")
            let isSettled = place == "resolve.settled"
            let trail = try await installation.show(1)["audit"].array ?? []
            expectSame(trail.filter { $0["event"] == "resolved" }.count, isSettled ? 1 : 0, "\(trail)")
            let again = try await installation.run(resolve)
            #expect(again.exit == (isSettled ? 64 : 0), "\(again)")
            let poll = try await installation.poll()
            #expect(poll.exit == 1, "\(poll)")
            let results = try installation.results(of: name)
            expectSame(results.column("status"), ["refused"])
            let balance = try await installation.balance(1)
            #expect(balance.isBalanced, "\(balance)")
            let codes = try await shop.codes()
            expectSame(codes, [])
        }
    }

    /// Where the command is killed, and where the sweep that follows is.
    static let refusals = zip(
        ["refuse.recorded", "refuse.rows-changed:1", "refuse.rows-changed:2"],
        refusingPlaces.dropFirst()
    )

    @Test(arguments: refusals)
    func `a refusal that is recorded is carried out over kills, and sends nothing`(
        _ place: String,
        _ next: String
    ) async throws {
        try await withScene("refused, killed at \(place), then at \(next)") { scene in
            let installation = scene.installation
            try installation.set("limits", "{ card: 500, file: 50 }")
            // Three pages of rows; the last one repeats a code.
            let codes = (10_000..<14_100).map { "gdmany\($0)" }
            try installation.drop(
                name,
                "giftCardNumber,price\n" + (codes + codes.suffix(1)).map { "\($0),5\n" }.joined()
            )
            _ = try await installation.poll()
            let refuse = ["refuse", "1", "--reason", "typed too high"]
            let killed = try await installation.run(refuse, environment: ["DROPLINE_CRASH_AT": place])
            #expect(killed.exit == -9 && killed.output.isEmpty, "the place was not reached: \(killed)")
            for late in ["approve", "refuse"] {
                let result = try await installation.run(late, "1", "--reason", "too late")
                #expect(result.exit == 64 && result.errors.contains("was refused by"), "\(result)")
            }
            let sweep = try await installation.poll(environment: ["DROPLINE_CRASH_AT": next])
            #expect(sweep.exit == -9, "the place was not reached: \(sweep)")
            let last = try await installation.poll()
            #expect(last.exit == 1, "\(last)")
            let balance = try await installation.balance(1)
            let isRefused = balance.statuses["refused"]?.rows == codes.count && balance.statuses["invalid"]?.rows == 1
            #expect(balance.isBalanced && isRefused, "\(balance)")
            let results = try installation.results(of: name)
            #expect(Set(results.column("reason").dropLast()).count == 1, "\(results.column("reason").prefix(3))")
            expectSame(try installation.archive(), [name])
            expectSame(try installation.feeds() + installation.bulkFiles(), [])
            let trail = try await installation.show(1)["audit"].array ?? []
            expectSame(trail.filter { $0["event"] == "refused" }.count, 1, "\(trail)")

            // The codes of each page are free, with another value, and the day's sum knows of none of them.
            try installation.set("limits", "{ card: 500, day: 9 }")
            let again = [codes[0], codes[2_050], codes[4_099]]
            try installation.drop("again-" + name, "giftCardNumber,price\n" + again.map { "\($0),3\n" }.joined())
            let corrected = try await installation.poll("--wait", "40s")
            #expect(corrected.exit == 0, "\(corrected)")
            let made = try await scene.shop.codes()
            expectSame(made, again)
        }
    }

    @Test func `no code is written in clear before the trail says so, and a begun file is not overwritten`()
        async throws
    {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(name, "giftCardNumber,price\ndlcrashing02,4x\n")
            _ = try await installation.poll()
            let path = installation.folder + "/fix.csv"
            let rejects = ["rejects", "1", "--reveal", "--output", path, "--reason", "r"]
            let killed = try await installation.run(rejects, environment: ["DROPLINE_CRASH_AT": "rejects.recorded"])
            #expect(killed.exit == -9 && killed.output.isEmpty, "the place was not reached: \(killed)")
            let begun = try Data(contentsOf: URL(fileURLWithPath: path))
            #expect(begun.isEmpty, "nothing is in it yet")
            let trail = try await installation.show(1)["audit"].array ?? []
            expectSame(trail.filter { $0["event"] == "rejects-revealed" }.count, 1, "\(trail)")
            let refused = try await installation.run(rejects)
            #expect(refused.exit == 64 && refused.errors.contains("nothing is overwritten"), "\(refused)")
            try FileManager.default.removeItem(atPath: path)
            let again = try await installation.run(rejects)
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(again.exit == 0 && text.contains("dlcrashing02,4x"), "\(again)")
        }
    }
}
