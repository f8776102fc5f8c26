import Pipelines
import Testing

/// Two runs that take their cards at once; each alone stays below the day's limit.
@Suite struct DayLimitTests {
    @Test func `whenever another run takes its cards in between, both together stay below the day's limit`()
        async throws
    {
        let transactions = try await take(interruptedBefore: 0).transactions
        try #require(transactions > 0)
        for moment in 1...transactions {
            let sent = try await take(interruptedBefore: moment).sent
            #expect(sent == 30_00, "the other run came before transaction \(moment) of \(transactions)")
        }
    }

    /// Takes a file's cards while all of another file's are taken before one of its transactions, counted from 1; returns what would be sent of both.
    private func take(interruptedBefore moment: Int) async throws -> (sent: Int64, transactions: Int) {
        let bench = try ReservationBench(Limits(day: "50"))
        let (first, second) = (try await bench.addRun("a.csv"), try await bench.addRun("b.csv"))
        let ledger = InterruptedLedger(bench.ledger, before: moment) {
            try await bench.take([10_00, 20_00], of: second)
        }
        try await bench.take([10_00, 20_00], of: first, on: ledger)
        return (try await bench.valueToSend([first, second]), ledger.transactions)
    }
}
