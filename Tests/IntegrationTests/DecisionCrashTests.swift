import CommandSupport
import Foundation
import Testing

/// `kill -9` while a person decides: a decision was made whole, with its entry in the audit trail, or not at all.
///
/// `pause` and `resume` are one transaction each; `approve` releases rows batch by batch, which `ApproveTests` leaves half done.
@Suite struct DecisionCrashTests {
    static let places = ["resolve.before-settled", "resolve.settled", "rejects.recorded"]

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

    @Test func `no code is written in clear before the trail says so, and a begun file is not overwritten`()
        async throws
    {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop(name, "giftCardNumber,price\ndlcrashing02,4x\n")
            _ = try await installation.poll()
            let path = installation.folder + "/mend.csv"
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
