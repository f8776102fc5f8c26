import Commerce
import Ledgers
import Pipelines
import Records
import Sealing

/// Writes what became of every row, and the rows that were not accepted; checks that rows and money balance.
struct Reports {
    let run: Run
    let source: Artifact
    let form: SourceForm
    let context: StageContext

    /// Writes `line,giftCard,status,giftCardId,value,netsuiteOrderId,shopifyOrderId,reason`, one line a row, in source order.
    func writeResults() async throws -> Artifact {
        guard let currency = run.currency.flatMap(Currency.init) else {
            throw StageError(.missingArtifact, "run \(run.id) has no currency", disposition: .stop, side: .local)
        }
        let sealed = try context.create(.results)
        var csv = CSVWriter(sealed, neutralizesFormulas: true)
        try csv.write([
            "line", "giftCard", "status", "giftCardId", "value", "netsuiteOrderId", "shopifyOrderId", "reason",
        ])
        var rows = RowPages(context: context)
        var balance = Balance()
        while let row = try await rows.next() {
            try csv.write([
                String(row.line), row.masked ?? "", row.status.rawValue, row.cardID ?? "",
                row.value.map { Money(minorUnits: $0, currency: currency).decimal } ?? "", row.netSuiteOrder ?? "",
                row.shopifyOrder ?? "", row.reason ?? "",
            ])
            balance.add(rows: 1, value: row.value ?? 0)
        }
        _ = try csv.finish()
        try await check(balance, currency)
        return context.artifact(
            .results,
            fileName: run.stem + "-Results.csv",
            mediaType: "text/csv",
            count: balance.rows,
            file: try await context.finish(sealed)
        )
    }

    /// The sums over the statuses must equal what is in the file; anything else is a fault of ours.
    private func check(_ balance: Balance, _ currency: Currency) async throws {
        let id = run.id
        let tallies = try await context.read { try $0.tallies(of: id) }
        let counted = tallies.reduce(into: Balance()) { $0.add(rows: $1.rows, value: $1.value) }
        var read = Balance()
        try form.forEachValue(of: try context.open(source)) { text in
            read.add(rows: 1, value: (try? Money(value: text ?? "", in: currency))?.minorUnits ?? 0)
        }
        var isBalanced = counted == balance && read == balance
        if !isBalanced, counted == balance { isBalanced = try await fitsFormerReading(currency) }
        guard isBalanced else {
            throw StageError(
                .unbalanced,
                "run \(id) does not balance: the source has \(read), the statuses \(counted), the results \(balance)",
                disposition: .stop,
                side: .local
            )
        }
    }

    /// Writes `line,reason` and the source's own columns for the rows that were not accepted; `nil` when there are none, unless a file of such rows
    /// stands to be replaced by one without.
    func writeRejects(replacing hadRejects: Bool) async throws -> Artifact? {
        var rejected = RowPages(context: context, statuses: [.invalid, .refused, .conflict])
        var row = try await rejected.next()
        guard row != nil || hadRejects else { return nil }
        var records = try form.records(of: { try context.open(source) })
        let sealed = try context.create(.rejects)
        var csv = CSVWriter(sealed, neutralizesFormulas: true)
        try csv.write(["line", "reason"] + records.header)
        var count = 0
        while let next = row {
            try csv.write([String(next.line), next.reason ?? ""] + (try records.masked(line: next.line)))
            count += 1
            row = try await rejected.next()
        }
        _ = try csv.finish()
        return context.artifact(
            .rejects,
            fileName: run.stem + "-Rejects.csv",
            mediaType: "text/csv",
            count: count,
            file: try await context.finish(sealed)
        )
    }
}

/// Rows and money, added up.
private struct Balance: Equatable, CustomStringConvertible {
    var rows = 0
    var value: Int64 = 0

    mutating func add(rows: Int, value: Int64) {
        self.rows += rows
        self.value += value
    }

    var description: String { "\(rows) rows worth \(value) of the currency's smallest units" }
}
