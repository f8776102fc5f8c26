public import Ledgers

extension StageContext {
    /// Records rows in one transaction; a few thousand at most, so that it stays short.
    public func put(_ rows: [Row]) async throws {
        let run = run
        try await write { ledger in for row in rows { try ledger.put(row, of: run) } }
    }

    /// Changes what became of rows that are recorded, in one transaction; a few thousand at most.
    public func update(_ rows: [Row]) async throws {
        let run = run
        try await write { ledger in for row in rows { try ledger.update(row, of: run) } }
    }

    /// Changes the rows that have one of these statuses, in the order of their lines, a page of them in each transaction.
    public func changeRows(
        _ statuses: Set<RowStatus>,
        _ change: @escaping @Sendable (any LedgerWriter, inout Row) throws -> Void
    ) async throws {
        let run = run
        var pages = RowPages(context: self, statuses: statuses)
        while case let page = try await pages.nextPage(), !page.isEmpty {
            try await write { ledger in
                for row in page {
                    var changed = row
                    try change(ledger, &changed)
                    if changed != row { try ledger.update(changed, of: run) }
                }
            }
            reach("rows-changed")
        }
    }
}
