import Ledgers
import Testing

/// How often what fails is tried, and when a person is told: one rule, without a clock of its own.
@Suite struct FailedTriesTests {
    private static let minute: Int64 = 60_000

    /// So many failures in a row, each at the moment at which it was tried as soon as it might be.
    private func failures(_ count: Int, stops: Bool = false) -> [FailedTries] {
        var (all, now) = ([FailedTries](), Int64(1_000))
        for _ in 0..<count {
            all.append(.after(all.last, attempt: 1, at: now, because: "why", stage: "reconcile", stops: stops))
            now = all.last?.nextAt ?? now
        }
        return all
    }

    @Test func `it is tried again at once, and then ever more rarely up to every hour`() {
        #expect(failures(9).map { $0.pause / Self.minute } == [0, 1, 5, 15, 30, 60, 60, 60, 60])
    }

    @Test func `a day of failures is some thirty tries`() {
        let day = failures(200).prefix { $0.lastAt < 1_440 * Self.minute }
        #expect((25...35).contains(day.count), "\(day.count)")
    }

    @Test func `a person is told from the third failure in a row on, or at once where only a person can help`() {
        #expect(failures(4).map(\.needsPerson) == [false, false, true, true])
        #expect(failures(2, stops: true).map(\.needsPerson) == [true, true])
    }

    @Test func `it is due at its time and not before`() throws {
        let failed = try #require(failures(3).last)
        #expect(!failed.isDue(at: failed.lastAt + 5 * Self.minute - 1))
        #expect(failed.wait(at: failed.lastAt + Self.minute) == .seconds(240))
        #expect(failed.isDue(at: failed.nextAt) && failed.wait(at: failed.nextAt + 7) == .zero)
    }

    @Test func `a pause that is asked for is kept, and a longer one too`() {
        func pauses(_ count: Int) -> Int64? {
            (1...count).reduce(nil) { earlier, _ -> FailedTries? in
                .after(earlier, attempt: 1, at: 0, because: "", stage: "", pausing: .seconds(60))
            }?.pause
        }
        #expect([1, 2, 3].map(pauses) == [60_000, 60_000, 300_000])
    }

    @Test func `a clock that is set back leaves no failure in the future`() throws {
        let failed = try #require(failures(3).last)
        let now = failed.lastAt - 40 * Self.minute
        #expect(failed.known(at: now).nextAt == now + 5 * Self.minute)
        #expect(failed.known(at: failed.lastAt + 1) == failed)
    }

    @Test func `what a person has tried again is due, and counts from nothing`() throws {
        let again = try #require(failures(5, stops: true).last).startingOver
        #expect(again.isDue(at: again.lastAt) && !again.needsPerson)
        let next = FailedTries.after(again, attempt: 2, at: 0, because: "", stage: "")
        #expect((next.count, next.pause) == (1, 0))
    }

    // MARK: Operations

    private func operation(_ state: OperationState) -> Operation {
        var operation = Operation(run: RunID(1), attempt: 1, part: 1, name: "n", total: 1, sentAt: 50)
        operation.state = state
        return operation
    }

    @Test func `an operation is waited for since it was first asked for, whatever came between`() {
        var operation = operation(.started)
        (operation.askedAt, operation.sentAt) = (10, 50)
        #expect(operation.awaitedSince == 10)
        operation.state = .unanswered
        #expect(operation.awaitedSince == 10)
        (operation.state, operation.endedAt) = (.started, 60)
        #expect(operation.awaitedSince == nil, "it has ended, and its result is being fetched")
        operation.state = .ended
        #expect(operation.awaitedSince == nil)
    }

    @Test func `one that was never asked for is waited for only while it lacks a slot`() {
        var operation = operation(.intended)
        #expect(operation.awaitedSince == nil)
        operation.slotSince = 30
        #expect(operation.awaitedSince == 30)
    }

    @Test func `a cancellation has its own time`() {
        var operation = operation(.started)
        (operation.askedAt, operation.cancelAskedAt) = (10, 40)
        #expect(operation.awaitedSince == 40)
    }

    @Test func `a clock that is set back leaves nothing waited for since the future`() {
        var operation = operation(.started)
        (operation.askedAt, operation.slotSince, operation.cancelAskedAt) = (100, 200, 300)
        operation.failedTries = .after(nil, attempt: 1, at: 400, because: "", stage: "")
        let known = operation.known(at: 90)
        #expect([known.askedAt, known.slotSince, known.cancelAskedAt, known.failedTries?.lastAt] == [90, 90, 90, 90])
        #expect(operation.known(at: 400) == operation)
    }
}
