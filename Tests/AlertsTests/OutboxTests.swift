import Ledgers
import Runner
import Testing

@testable import Alerts

/// What is told when, without any receiver.
struct OutboxTests {
    private let lost = Condition(.cannotSee, pipeline: "p", since: 1_000, words: "the server refuses us")

    /// Follows, and returns what was added: `+cannot-see`, `-cannot-see`.
    private func follow(
        _ outbox: inout Outbox,
        _ conditions: [Condition],
        seen: Set<String> = ["p"],
        at now: Int64 = 60_000,
        patience: Int64 = 0
    ) -> [String] {
        let known = outbox.waiting.count
        var number = known
        _ = outbox.follow(conditions, seen: seen, at: now, patience: patience) {
            number += 1
            return "test-\(number)"
        }
        return outbox.waiting.dropFirst(known).map { ($0.event == .began ? "+" : "-") + $0.kind }
    }

    @Test func `a condition is told once when it begins and once when it is over, however often it is looked at`() {
        var outbox = Outbox()
        #expect(follow(&outbox, [lost]) == ["+cannot-see"])
        #expect(follow(&outbox, [lost]) == [])
        #expect(follow(&outbox, []) == ["-cannot-see"])
        #expect(follow(&outbox, []) == [])
        #expect(outbox.waiting.last?.beginning == outbox.waiting.first?.id, "the end names its beginning")
    }

    @Test func `after a start nothing is over until the source has been seen`() {
        var outbox = Outbox()
        _ = follow(&outbox, [lost])
        #expect(follow(&outbox, [], seen: []) == [])
        #expect(follow(&outbox, [], seen: ["other"]) == [])
        #expect(follow(&outbox, []) == ["-cannot-see"])
    }

    @Test func `what stands of a pipeline that is not configured any more is over, and the message says why`() {
        var outbox = Outbox()
        _ = follow(&outbox, [lost])
        _ = outbox.follow([], seen: [], isConfigured: { $0 == "p" }, at: 61_000, patience: 0) { "2" }
        #expect(outbox.waiting.count == 1, "another one is gone")
        for _ in 1...2 {
            _ = outbox.follow([], seen: [], isConfigured: { _ in false }, at: 61_000, patience: 0) { "3" }
        }
        #expect(
            outbox.waiting.map(\.line) == [
                "p: cannot-see: the server refuses us",
                "p: cannot-see is over after 60s, for the pipeline is not configured any more; it was: the server refuses us",
            ]
        )
    }

    @Test func `the same kind of another pipeline or run is another condition`() {
        var outbox = Outbox()
        let other = Condition(.cannotSee, pipeline: "q", since: 1_000, words: "w")
        let runs = [RunID(1), RunID(2)].map { Condition(.needsPerson, pipeline: "p", run: $0, since: 1, words: "w") }
        #expect(follow(&outbox, [lost, other] + runs).count == 4)
        #expect(follow(&outbox, [lost, other, runs[0]], seen: ["p", "q"]) == ["-needs-a-person"])
    }

    @Test func `a condition that is over before 'after' is never told`() {
        var outbox = Outbox()
        #expect(follow(&outbox, [lost], at: 60_999, patience: 60_000) == [])
        #expect(follow(&outbox, [], at: 61_500, patience: 60_000) == [])
        #expect(follow(&outbox, [lost], at: 61_000, patience: 60_000) == ["+cannot-see"])
    }

    @Test func `a receiver that is down for long does not fill the ledger`() {
        var outbox = Outbox()
        var given = 0
        for number in 1...(Outbox.limit + 10) {
            let run = Condition(.needsPerson, pipeline: "p", run: RunID(Int64(number)), since: 1, words: "w")
            outbox.standing = []
            given += outbox.follow([run], seen: [], at: 2, patience: 0) { "test-\(number)" }
        }
        #expect(outbox.waiting.count == Outbox.limit)
        #expect(given == 10)
        #expect(outbox.waiting.first?.id == "test-11")
    }

    @Test func `what acts on a terminal or a header is taken out of the words`() {
        var outbox = Outbox()
        let words = "run 1 (a\r\nBcc: all@example.com\u{1B}[2J\u{202E}.csv) is held"
        _ = follow(&outbox, [Condition(.failing, pipeline: "p", since: 1, words: words)])
        #expect(outbox.waiting[0].what == "run 1 (a  Bcc: all@example.com [2J .csv) is held")
    }

    @Test func `words without an end are cut`() {
        #expect(String(repeating: "é", count: 5_000).oneLine.count == 1_001)
    }

    @Test(
        arguments: [
            (0, "0s"), (119_999, "119s"), (120_000, "2m"), (7_200_000, "2h"), (200_000_000, "2d"), (-5, "0s"),
        ] as [(Int64, String)]
    )
    func `an end tells how long it has lasted`(milliseconds: Int64, words: String) {
        let standing = Standing(lost, alert: "a")
        let alert = Alert(.ended, standing, id: "b", ended: 1_000 + milliseconds)
        #expect(alert.line == "p: cannot-see is over after \(words); it was: the server refuses us")
    }
}
