import LedgerConformance
import Testing

@Suite struct SQLiteLedgerConformanceTests {
    @Test(arguments: LedgerConformance.checks)
    func `SQLite does what every ledger must`(_ check: Check) async throws {
        let folder = try LedgerFolder()
        try await check.run { [folder] in try folder.open() }
    }
}
