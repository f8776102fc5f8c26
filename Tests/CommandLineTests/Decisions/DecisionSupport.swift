import CommandSupport
import Foundation

/// Files and facts that the tests of decisions share.
enum DecisionFile {
    /// The name of a numbered source file.
    static func name(_ number: Int) -> String {
        "Fri Mar 20 2026 09:\(number < 10 ? "0" : "")\(number):00 GMT-0700 (PDT)-GiftCardFulfillment.csv"
    }

    /// A file of cards, each a code and a price.
    static func text(_ cards: (String, String)...) -> String {
        "giftCardNumber,price\n" + cards.map { "\($0.0),\($0.1)\n" }.joined()
    }
}

extension Installation {
    /// The entries of a run's audit trail that a person made: the event and what it says.
    func decisions(_ run: Int) async throws -> [(event: String, detail: String, who: String)] {
        (try await show(run)["audit"].array ?? []).compactMap { entry in
            guard let who = entry["who"].string else { return nil }
            return (entry["event"].string ?? "?", entry["detail"].string ?? "?", who)
        }
    }

    /// What the state of a run is, and which status each of its rows has in the published results.
    func state(of run: Int) async throws -> String { try await show(run)["run"]["state"].string ?? "?" }
}
