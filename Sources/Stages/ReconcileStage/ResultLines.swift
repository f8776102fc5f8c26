import Commerce
import Ledgers
import Logging
import Pipelines
import Records
import Sealing
import Shopify

/// Applies a part's result file to the rows that it answers.
///
/// Lines come in any order, some twice, some not at all, the last one perhaps cut. A created card settles the row that the marker in its note names, and
/// only if value, currency and last characters are that row's too; by its position alone it settles nothing. Where markers show that the positions are not
/// the ones that were sent, lines without a card are left as unknown.
struct ResultLines {
    let result: Artifact
    let run: Run
    /// The SHA-256 of the original source, which the cards' markers name.
    let digest: String
    /// The codes that were sent with the operation.
    let codes: SentCodes
    /// What was sent with its calls.
    let secrets: [Secret]
    let context: StageContext

    /// Settles the rows that the file answers; returns why the app was denied a line, if it was.
    func apply() async throws -> String? {
        let trustsPositions = try await positionsFit()
        if !trustsPositions {
            context.logger.error(
                "a result's line numbers do not fit what was sent; rows that it shows no card of are looked up"
            )
        }
        let now = context.now()
        var denied: String?
        try await forEachBatch { lines in
            denied = denied ?? lines.lazy.compactMap(\.outcome.denied).first
            try await context.write { ledger in
                for line in lines { try apply(line, trustsPositions, ledger, now) }
            }
            context.reach("batch-applied")
        }
        guard !trustsPositions else { return denied }
        try await forEachBatch { lines in
            try await context.write { ledger in
                for line in lines { try applyStray(line, ledger, now) }
            }
        }
        return denied
    }

    /// Whether `__lineNumber` counts what was sent from 0: true unless a created card's marker says otherwise.
    private func positionsFit() async throws -> Bool {
        var fit = true
        try await forEachBatch { lines in
            let differs = try await context.read { ledger in
                try lines.contains { line in
                    guard let number = line.lineNumber, let marker = line.marker else { return false }
                    return try !isOurs(marker) || row(at: number, ledger)?.line != marker.line
                }
            }
            if differs { fit = false }
        }
        return fit
    }

    // MARK: - One line

    private func apply(
        _ line: BulkResultLine,
        _ trustsPositions: Bool,
        _ ledger: any LedgerWriter,
        _ now: Int64
    ) throws {
        guard case .created(let card) = line.outcome else {
            guard trustsPositions, let placed = try placed(line, ledger) else { return }
            return try settle(placed, as: line.outcome.outcome(for: try expected(placed)), ledger, now)
        }
        let marked = try marked(line, ledger)
        // Where positions fit, that of a card with our marker is known to be its row's.
        let placed = try trustsPositions ? marked ?? placed(line, ledger) : placed(line, ledger)
        // At another row's position the marker is foreign, and that row unknown.
        guard let row = placed ?? marked else { return }
        try settle(row, as: try expected(row).outcome(of: card), ledger, now)
    }

    /// Settles the row that a line at another row's position names, if the card is that row's in every way.
    ///
    /// Else the line may be the other row's, with a wrong note. A row that has a line at its own position was settled by that before.
    private func applyStray(_ line: BulkResultLine, _ ledger: any LedgerWriter, _ now: Int64) throws {
        guard case .created(let card) = line.outcome, let marked = try marked(line, ledger),
            let placed = try placed(line, ledger), placed.line != marked.line
        else { return }
        let outcome = try expected(marked).outcome(of: card)
        if outcome.isActive { try settle(marked, as: outcome, ledger, now) }
    }

    private func settle(_ row: Row, as outcome: CardOutcome, _ ledger: any LedgerWriter, _ now: Int64) throws {
        // A row that an earlier line left unknown may still be told to have been made.
        guard row.status == .submitted || (row.status == .unknown && outcome.isMade) else { return }
        var row = row
        try ledger.settle(&row, of: run.id, key: try run.card(of: row), as: outcome, now: now)
        try ledger.update(row, of: run.id)
    }

    private func expected(_ row: Row) throws -> ExpectedCard { try ExpectedCard(row, of: run, digest: digest) }

    private func isOurs(_ marker: RowMarker) -> Bool { marker.source == digest.prefix(12) }

    /// The row that a created card's note names.
    private func marked(_ line: BulkResultLine, _ ledger: any LedgerReader) throws -> Row? {
        try line.marker.flatMap { isOurs($0) ? try ledger.row(of: run.id, line: $0.line) : nil }
    }

    /// The row that was sent on the line which the answer's number names.
    private func placed(_ line: BulkResultLine, _ ledger: any LedgerReader) throws -> Row? {
        try line.lineNumber.flatMap { try row(at: $0, ledger) }
    }

    private func row(at number: Int, _ ledger: any LedgerReader) throws -> Row? {
        let position = BulkPosition(attempt: result.attempt, part: result.part, line: number)
        return try ledger.row(of: run.id, at: position)
    }

    // MARK: - The file

    /// Reads the file from its beginning; a line that is cut or not JSON answers nothing.
    private func forEachBatch(_ body: ([BulkResultLine]) async throws -> Void) async throws {
        var lines = JSONLinesReader(try context.open(result))
        var batch: [BulkResultLine] = []
        while let line = try lines.next() {
            guard line.issue == nil else { continue }
            batch.append(BulkResultLine(parsing: line.bytes, hiding: codes.contains, and: secrets))
            if batch.count == Self.batchSize {
                try await body(batch)
                batch.removeAll(keepingCapacity: true)
                context.progress("reading the shop's result", line.number)
            }
        }
        if !batch.isEmpty { try await body(batch) }
    }

    private static let batchSize = 1_000
}

extension BulkResultLine {
    /// The row that a created card's note names.
    fileprivate var marker: RowMarker? {
        if case .created(let card) = outcome { card.note.flatMap(RowMarker.init(in:)) } else { nil }
    }
}

extension CardOutcome {
    fileprivate var isActive: Bool {
        if case .active = self { true } else { false }
    }

    /// Whether the shop has made the row's card, as it should be or not.
    fileprivate var isMade: Bool {
        if case .contradicted = self { true } else { isActive }
    }
}

extension CreationOutcome {
    fileprivate var denied: String? {
        if case .denied(let reason) = self { reason } else { nil }
    }
}
