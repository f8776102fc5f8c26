import Commerce
import Foundation
import Ledgers
import Logging
import Pipelines
import SQLiteLedger
import Sealing

/// A ledger with runs whose cards are to be taken.
final class ReservationBench: Sendable {
    let ledger: SQLiteLedger
    private let folder = NSTemporaryDirectory() + "dropline-taking-" + UUID().uuidString.prefix(8).lowercased()
    private let keyring: Keyring
    private let limits: Limits

    init(_ limits: Limits) throws {
        ledger = try SQLiteLedger(path: folder + "/ledger.sqlite")
        keyring = try Keyring.create(.random())
        self.limits = limits
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Adds the run of a file.
    func addRun(_ name: String) async throws -> Run {
        let source = RunSource(drop: "d", path: name, name: name, size: 1, modified: 1)
        var run = Run(
            pipeline: "p",
            shop: "main",
            source: source,
            stem: name,
            digest: name,
            nextStage: Self.stage.rawValue,
            createdAt: 1
        )
        let made = run
        run.id = try await ledger.write { try $0.add(made) }
        return run
    }

    /// Takes cards of these values, in the smallest units, as the run's owner; on another ledger than the bench's own where one is given.
    ///
    /// Codes are the run's own, or such as others have too.
    func take(_ values: [Int64], of run: Run, shared: Bool = false, on given: (any Ledger)? = nil) async throws {
        guard let claim = try await ledger.claim(.run(run.id)), let currency = Currency("USD") else {
            throw NotReady()
        }
        let context = try context(of: run, claim, on: given ?? ledger)
        let reservation = Reservation(run, domain: "a.myshopify.com", currency: currency, context: context)
        let rows = values.enumerated().map { index, value in
            Row(
                line: index + 2,
                status: .planned,
                key: Array("\(shared ? "" : "\(run.id) ")\(index)".utf8),
                value: value
            )
        }
        _ = try await reservation.take({ GivenRows(rows: rows[...]) }, emptyBecause: "no rows")
        try await ledger.release(claim)
    }

    /// Has a run decide again on the rows that wait for other runs, as its owner.
    func decideAgain(_ run: Run) async throws {
        guard let claim = try await ledger.claim(.run(run.id)),
            let known = try await ledger.read({ try $0.run(run.id) })
        else { throw NotReady() }
        try await context(of: known, claim, on: ledger).decideAgain(on: known)
        try await ledger.release(claim)
    }

    /// Lets go of what a run has taken, as if a person had refused it.
    func refuseAll(of run: Run) async throws {
        try await ledger.write { ledger in
            guard var known = try ledger.run(run.id) else { throw NotReady() }
            for var row in try ledger.rows(of: run.id, statuses: [.planned, .held], after: 0, limit: 100) {
                try ledger.refuse(&row, of: run.id, key: try known.card(of: row), because: "refused by ann", now: 1)
                try ledger.update(row, of: run.id)
            }
            known.takenValue = 0
            try ledger.put(known)
        }
    }

    /// What stands of a run in the ledger, with the statuses of its rows.
    func standing(of run: Run) async throws -> (run: Run, statuses: [RowStatus]) {
        let (known, rows) = try await ledger.read { ledger in
            (try ledger.run(run.id), try ledger.rows(of: run.id, statuses: nil, after: 0, limit: 100))
        }
        guard let known else { throw NotReady() }
        return (known, rows.map(\.status))
    }

    /// What a stage of a run's owner works with.
    func context(of run: Run, _ claim: Claim, on ledger: any Ledger) throws -> StageContext {
        let installation = Installation(
            name: "0000abcd",
            ledger: ledger,
            workspace: try Workspace(root: folder + "/workspace"),
            keyring: keyring,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        return StageContext(
            installation: installation,
            pipeline: Pipeline(name: "p", shop: "main", source: nil, limits: limits, stages: []),
            stage: Self.stage,
            claim: claim,
            run: run,
            logger: installation.logger
        )
    }

    /// The ledger as another process has it open, whose claims pass on at once.
    func forgetfulLedger() throws -> SQLiteLedger { try SQLiteLedger(path: folder + "/ledger.sqlite", lease: .zero) }

    /// What the cards are worth that would be sent.
    func valueToSend(_ runs: [Run]) async throws -> Int64 {
        try await ledger.read { ledger in
            try runs.flatMap { try ledger.tallies(of: $0.id) }.filter { $0.status == .planned }
                .reduce(0) { $0 + $1.value }
        }
    }

    private static let stage: StageName = "activation-feed"

    private struct GivenRows: SourceRows {
        var rows: ArraySlice<Row>

        mutating func next() -> Row? { rows.popFirst() }
    }

    private struct NotReady: Error {}
}
