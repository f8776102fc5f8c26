import Ledgers
import Testing

@testable import Runner

@Suite struct RunQueueTests {
    private let deadline = BootTime(boot: "b", nanoseconds: 1_000)
    private func at(_ nanoseconds: Int64) -> BootTime { BootTime(boot: "b", nanoseconds: nanoseconds) }
    private func runs(_ numbers: ClosedRange<Int64>) -> [RunID] { numbers.map { RunID($0) } }

    @Test func `a run that was begun goes on before the last of many has begun`() {
        var turns = RunQueue(runs(1...100))
        var order: [Int64] = []
        for _ in 0..<8 {
            guard let run = turns.due(at: at(0), until: deadline) else { break }
            order.append(run.number)
            turns.leave(run, until: at(0), after: RunAdvance.Outcome())
        }
        #expect(order == [1, 1, 2, 1, 3, 2, 4, 1])
    }

    @Test func `runs that wait let others begin, one after another`() {
        var turns = RunQueue(runs(1...3))
        for number in 1...3 {
            #expect(turns.due(at: at(0), until: deadline) == RunID(Int64(number)))
            turns.leave(RunID(Int64(number)), until: at(500), after: RunAdvance.Outcome())
        }
        #expect(turns.due(at: at(0), until: deadline) == nil)
        #expect(turns.next(at: at(0), until: deadline) == at(500))
        #expect(turns.due(at: at(500), until: deadline) == RunID(1))
    }

    @Test func `after the deadline every run still has its first turn, and no second one`() {
        var turns = RunQueue(runs(1...2))
        turns.leave(RunID(1), until: at(0), after: RunAdvance.Outcome())
        #expect(turns.due(at: at(2_000), until: deadline) == RunID(2))
        turns.leave(RunID(2), until: at(0), after: RunAdvance.Outcome())
        #expect(turns.due(at: at(2_000), until: deadline) == nil)
    }

    @Test func `a run is under way while it has a turn to come before the deadline`() {
        var turns = RunQueue(runs(1...4))
        #expect(turns.underWay(at: at(0), until: deadline) == 4)
        turns.leave(RunID(1), until: at(500), after: RunAdvance.Outcome())
        turns.leave(RunID(2), until: at(5_000), after: RunAdvance.Outcome())
        turns.leave(RunID(3), until: nil, after: RunAdvance.Outcome())
        turns.end(RunID(4))
        #expect(turns.underWay(at: at(0), until: deadline) == 2, "1 goes on, and 3 has another turn after an end")
        #expect(turns.underWay(at: at(2_000), until: deadline) == 0)
        #expect((turns.ended, turns.count) == (1, 4))
    }
}
