import Ledgers
import Pipelines
import SQLiteLedger
import Sealing
import Testing

/// What a process does to a run's files that was stopped beyond its lease, while another one has taken the run over.
@Suite struct LostRunTests {
    @Test func `who has lost a run replaces no sealed file of its new owner`() async throws {
        let bench = try ReservationBench(Limits())
        let run = try await bench.addRun("a.csv")
        let slow = try bench.forgetfulLedger()
        let lost = try bench.context(of: run, try #require(try await slow.claim(.run(run.id))), on: slow)
        let late = try lost.create(.activationFeed, attempt: 1)
        try late.write(Array("none".utf8))

        let claim = try #require(try await bench.ledger.claim(.run(run.id)))
        let owner = try bench.context(of: run, claim, on: bench.ledger)
        let file = try owner.create(.activationFeed, attempt: 1)
        try file.write(Array("all cards".utf8))
        let made = owner.artifact(
            .activationFeed,
            attempt: 1,
            fileName: "a.json",
            mediaType: "application/json",
            count: 1,
            file: try await owner.finish(file)
        )

        let error = await #expect(throws: LedgerError.self) { try await lost.finish(late) }
        #expect(error?.code == .claimLost)
        let reader = try owner.open(made)
        #expect(try reader.next() == Array("all cards".utf8))
    }
}
