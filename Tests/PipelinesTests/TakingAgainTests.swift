import Ledgers
import Pipelines
import SQLiteLedger
import Testing

/// Rows that wait for another run's cards, once that run has let go of them.
@Suite struct TakingAgainTests {
    @Test func `what is taken later counts for the day from then on, and what was let go of does not`() async throws {
        let bench = try ReservationBench(Limits(day: "50"))
        let (first, second, third) = (
            try await bench.addRun("a.csv"), try await bench.addRun("b.csv"), try await bench.addRun("c.csv")
        )
        try await bench.take([20_00], of: first, shared: true)
        try await bench.take([20_00], of: second, shared: true)
        #expect(try await bench.standing(of: second).statuses == [.unknown])
        try await bench.decideAgain(second)
        #expect(try await bench.standing(of: second).run.takenValue == 0, "the first run still counts the card")

        try await bench.refuseAll(of: first)
        try await bench.decideAgain(second)
        let taken = try await bench.standing(of: second)
        #expect(taken.statuses == [.planned] && taken.run.takenValue == 20_00 && taken.run.hold == nil)
        try await bench.take([31_00], of: third)
        #expect(try await bench.standing(of: third).statuses == [.held], "51.00 in a day")
    }

    @Test func `what would be above the day's limit by now is held as a whole`() async throws {
        let bench = try ReservationBench(Limits(day: "50"))
        let (first, second, third) = (
            try await bench.addRun("a.csv"), try await bench.addRun("b.csv"), try await bench.addRun("c.csv")
        )
        try await bench.take([10_00, 10_00], of: first, shared: true)
        try await bench.take([10_00, 10_00], of: second, shared: true)
        try await bench.refuseAll(of: first)
        // Another file is quicker.
        try await bench.take([40_00], of: third)
        try await bench.decideAgain(second)
        let standing = try await bench.standing(of: second)
        #expect(standing.statuses == [.held, .held])
        #expect(standing.run.hold?.contains("60.00 USD were taken within 24 hours") == true, "\(standing.run)")
        let audit = try await bench.ledger.read { try $0.audit(of: second.id) }
        #expect(audit.map(\.event) == ["held"])
    }

    @Test func `what a run above a limit takes is held, and a run that holds its cards is waited for`() async throws {
        let bench = try ReservationBench(Limits(card: "15"))
        let (first, second) = (try await bench.addRun("a.csv"), try await bench.addRun("b.csv"))
        try await bench.take([10_00], of: first, shared: true)
        try await bench.take([10_00, 20_00], of: second, shared: true)
        try await bench.decideAgain(second)
        #expect(try await bench.standing(of: second).statuses == [.unknown, .held])
        try await bench.refuseAll(of: first)
        try await bench.decideAgain(second)
        let standing = try await bench.standing(of: second)
        #expect(standing.statuses == [.held, .held] && standing.run.takenValue == 30_00)
    }
}
