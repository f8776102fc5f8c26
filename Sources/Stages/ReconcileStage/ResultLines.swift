import Commerce
import Ledgers
import Logging
import Pipelines
import Records
import Shopify

/// Applies a part's result file to the rows that it answers.
///
/// Lines come in any order, some twice, some not at all, the last one perhaps cut. A created card is told by the marker in its note, so money never
/// hangs on a position alone; where markers show that the positions are not the ones that were sent, lines without a marker are left as unknown.
struct ResultLines {
    let result: Artifact
    let run: Run
    /// The SHA-256 of the original source, which the cards' markers name.
    let digest: String
    let context: StageContext

    /// Settles the rows that the file answers; gives why the app was denied a line, if it was.
    func apply() async throws -> String? {
        let trustsPositions = try await positionsFit()
        if !trustsPositions {
            context.logger.error("a result's line numbers do not fit what was sent; its rows are looked up")
        }
        let (run, now) = (run, context.now())
        var denied: String?
        try await forEachBatch { answers in
            denied = denied ?? answers.lazy.compactMap(\.denied).first
            try await context.write { ledger in
                for answer in answers {
                    guard var row = try row(of: answer, trustsPositions, ledger) else { continue }
                    // A row that an earlier line left unknown may still be told to be created.
                    guard row.status == .submitted || answer.outcome.isActive else { continue }
                    try ledger.settle(&row, of: run.id, key: try run.card(of: row), as: answer.outcome, now: now)
                    try ledger.update(row, of: run.id)
                }
            }
            context.reach("batch-applied")
        }
        return denied
    }

    /// What a result line says, and of which line of which file.
    private struct Answer: Sendable {
        /// Its `__lineNumber`.
        var number: Int?
        /// The source line that a created card's note names, when the note is of this run's source.
        var marked: Int?
        var outcome: CardOutcome
        var denied: String?
    }

    /// Whether `__lineNumber` counts what was sent from 0: true unless a created card's marker says otherwise.
    private func positionsFit() async throws -> Bool {
        var fit = true
        try await forEachBatch { answers in
            let differs = try await context.read { ledger in
                try answers.contains { answer in
                    guard let number = answer.number, let marked = answer.marked else { return false }
                    return try row(at: number, ledger)?.line != marked
                }
            }
            if differs { fit = false }
        }
        return fit
    }

    private func row(of answer: Answer, _ trustsPositions: Bool, _ ledger: any LedgerReader) throws -> Row? {
        if let marked = answer.marked { return try ledger.row(of: run.id, line: marked) }
        guard trustsPositions, let number = answer.number else { return nil }
        return try row(at: number, ledger)
    }

    private func row(at number: Int, _ ledger: any LedgerReader) throws -> Row? {
        let position = BulkPosition(attempt: result.attempt, part: result.part, line: number)
        return try ledger.row(of: run.id, at: position)
    }

    /// Reads the file from its beginning; a line that is cut or not JSON answers nothing.
    private func forEachBatch(_ body: ([Answer]) async throws -> Void) async throws {
        var lines = JSONLinesReader(try context.open(result))
        var batch: [Answer] = []
        while let line = try lines.next() {
            guard line.issue == nil else { continue }
            let answer = BulkResultLine(parsing: line.bytes)
            batch.append(
                Answer(
                    number: answer.lineNumber,
                    marked: markedLine(answer),
                    outcome: answer.outcome.cardOutcome,
                    denied: answer.outcome.denied
                )
            )
            if batch.count == Self.batchSize {
                try await body(batch)
                batch.removeAll(keepingCapacity: true)
                context.progress("reading the shop's result", line.number)
            }
        }
        if !batch.isEmpty { try await body(batch) }
    }

    private func markedLine(_ answer: BulkResultLine) -> Int? {
        guard case .created(let card) = answer.outcome, let marker = card.note.flatMap(RowMarker.init(in:)) else {
            return nil
        }
        return marker.source == digest.prefix(12) ? marker.line : nil
    }

    private static let batchSize = 1_000
}

extension CardOutcome {
    fileprivate var isActive: Bool {
        if case .active = self { true } else { false }
    }
}

extension CreationOutcome {
    fileprivate var denied: String? {
        if case .denied(let reason) = self { reason } else { nil }
    }
}
