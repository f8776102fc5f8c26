public import Ledgers

/// The rows of a run in the order of their lines, fetched page by page, so that a million of them are no array.
public struct RowPages {
    private let context: StageContext
    private let statuses: Set<RowStatus>?
    private var page: ArraySlice<Row> = []
    private var last = 0
    private var isAtEnd = false

    /// Asks for the rows with these statuses; all of them where there are none.
    public init(context: StageContext, statuses: Set<RowStatus>? = nil) {
        self.context = context
        self.statuses = statuses
    }

    /// The next row, or `nil` after the last one.
    public mutating func next() async throws -> Row? {
        if page.isEmpty, !isAtEnd {
            let (run, statuses, last) = (context.run, statuses, last)
            let rows = try await context.read { ledger in
                try ledger.rows(of: run, statuses: statuses, after: last, limit: Self.size)
            }
            isAtEnd = rows.count < Self.size
            page = rows[...]
        }
        guard let row = page.popFirst() else { return nil }
        last = row.line
        return row
    }

    /// The next rows, at most a page; empty after the last one.
    public mutating func nextPage() async throws -> [Row] {
        guard let first = try await next() else { return [] }
        defer { page = [] }
        last = page.last?.line ?? first.line
        return [first] + page
    }

    private static let size = 2_000
}
