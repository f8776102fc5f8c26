import Ledgers
import Pipelines

/// Stands where a dry run would send: takes every card for created, so that a later file of the same command finds it active.
struct AssumedImport: Stage {
    static let name: StageName = "bulk-import"

    func run(_ input: StageInput, in context: StageContext) async throws -> StageOutput {
        let (run, now) = (input.run, context.now())
        try await context.changeRows([.planned]) { ledger, row in
            let key = try run.card(of: row)
            try ledger.submit(&row, of: run.id, key: key, now: now)
            try ledger.settle(&row, of: run.id, key: key, as: .active(cardID: ""), now: now)
        }
        return try await context.commit(.finished)
    }
}
