import CommandSupport
import Foundation
import Testing

/// What is logged, and how.
@Suite(.timeLimit(.minutes(10))) struct LogTests {
    @Test func `logs are lines of JSON when asked for, with the run as a field`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            try installation.drop("a-GiftCardFulfillment.csv", "giftCardNumber,price\ndljsonlog0001,5\n")
            let result = try await installation.poll("--log-format", "json", "--log-level", "debug")
            #expect(result.exit == 0, "\(result)")
            let entries = try result.errors.split(separator: "\n").map { try JSON(parsing: Data($0.utf8)) }
            let finished = try #require(entries.first { $0["message"] == "stage finished" })
            #expect(finished["run"] == "1" && finished["pipeline"] == "local-gift-cards", "\(finished)")
            #expect(finished["level"] == "info", "\(finished)")
            let time = try #require(finished["time"].string)
            #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil, "\(time)")
        }
    }

    @Test func `logs are text otherwise, and another format is wrong usage`() async throws {
        let installation = try await Installation()
        let other = try await installation.poll("--log-format", "xml")
        #expect(other.exit == 64, "\(other)")
    }
}
