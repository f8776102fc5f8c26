import Commerce
import Ledgers
import Testing

@Suite struct ValueTests {
    @Test(arguments: RowStatus.allCases)
    func `only rows whose card works, or stands in a feed, are accepted`(_ status: RowStatus) {
        #expect(status.isAccepted == [.activated, .alreadyActive, .inFeed, .alreadyInFeed].contains(status))
    }

    @Test(arguments: RunState.allCases)
    func `a run that something is left to do for is not final`(_ state: RunState) {
        #expect(state.isFinal != [.open, .waiting, .held, .stopped].contains(state))
    }

    @Test(arguments: [Verdict.empty, .duplicate, .quarantined, .incomplete])
    func `a verdict ends a run in the state of its name`(_ verdict: Verdict) {
        #expect(verdict.state.rawValue == verdict.rawValue)
        #expect(verdict.state.isFinal)
    }

    @Test func `time passes between two moments of one boot`() {
        let (earlier, later) = (BootTime(boot: "a", nanoseconds: 5), BootTime(boot: "a", nanoseconds: 2_000_000_005))
        #expect(later.since(earlier) == .seconds(2))
    }

    @Test func `between two boots no time can be told`() {
        #expect(BootTime(boot: "b", nanoseconds: 9).since(BootTime(boot: "a", nanoseconds: 5)) == nil)
    }

    @Test func `the clock does not go back`() throws {
        let earlier = BootTime.now()
        #expect(try #require(BootTime.now().since(earlier)) >= .zero)
    }

    @Test func `claims of files of several pipelines, drops and paths are several`() {
        let keys: Set = [
            ClaimKey.file(pipeline: "p", drop: "d", path: "a"), .file(pipeline: "q", drop: "d", path: "a"),
            .file(pipeline: "p", drop: "e", path: "a"), .file(pipeline: "p", drop: "d", path: "b"), .run(RunID(1)),
            .run(RunID(2)),
        ]
        #expect(keys.count == 6)
    }

    @Test(arguments: [
        LedgerError.Code.unavailable, .full, .corrupt, .newer, .inconsistent,
    ])
    func `a fault of the ledger waits for a person`(_ code: LedgerError.Code) {
        #expect(LedgerError(code, "").disposition == .stop)
    }

    @Test func `a lost claim passes`() {
        #expect(LedgerError(.claimLost, "").disposition == .retry())
    }
}
