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
    let context: StageContext

    func apply() async throws {
        guard let domain = run.shopDomain else { return }
        let trust = try await positionTrust()
        var lines = JSONLinesReader(try context.open(result))
        var batch: [(line: Int, outcome: CardOutcome)] = []
        var read = 0
        while let line = try lines.next() {
            read += 1
            guard line.issue == nil else { continue }
            let answer = BulkResultLine(parsing: line.bytes)
            guard let sourceLine = try await self.line(of: answer, trust) else { continue }
            batch.append((sourceLine, answer.outcome.cardOutcome))
            if batch.count == Self.batchSize {
                try await settle(batch, domain)
                batch.removeAll(keepingCapacity: true)
                context.progress("reading the shop's result", read)
            }
        }
        try await settle(batch, domain)
        if !trust { context.logger.error("a result's line numbers do not fit what was sent; rows are looked up") }
    }

    /// Whether `__lineNumber` counts what was sent from 0: true unless a created card's marker says otherwise.
    private func positionTrust() async throws -> Bool {
        var lines = JSONLinesReader(try context.open(result))
        while let line = try lines.next() {
            let answer = BulkResultLine(parsing: line.bytes)
            guard let number = answer.lineNumber, let marked = markedLine(answer) else { continue }
            guard try await row(at: number)?.line == marked else { return false }
        }
        return true
    }

    private func line(of answer: BulkResultLine, _ trust: Bool) async throws -> Int? {
        if let marked = markedLine(answer) { return marked }
        guard trust, let number = answer.lineNumber else { return nil }
        return try await row(at: number)?.line
    }

    /// The source line that a created card's note names, when the note is of this run's source.
    private func markedLine(_ answer: BulkResultLine) -> Int? {
        guard case .created(let card) = answer.outcome, let marker = card.note.flatMap(RowMarker.init(in:)) else {
            return nil
        }
        return marker.source == run.digest.prefix(12) ? marker.line : nil
    }

    private func row(at number: Int) async throws -> Row? {
        let position = BulkPosition(attempt: result.attempt, part: result.part, line: number)
        let id = run.id
        return try await context.read { try $0.row(of: id, at: position) }
    }

    private func settle(_ batch: [(line: Int, outcome: CardOutcome)], _ domain: String) async throws {
        let (id, now, batch) = (run.id, context.now(), batch.map { Settlement(line: $0.line, outcome: $0.outcome) })
        try await context.write { ledger in
            for answer in batch {
                guard var row = try ledger.row(of: id, line: answer.line), let hash = row.key else { continue }
                // A line that says "created" counts more than one that says anything else of the same row.
                guard row.status == .submitted || answer.outcome.isActive else { continue }
                let key = ItemKey(kind: .giftCard, shop: domain, hash: hash)
                try ledger.settle(&row, of: id, key: key, as: answer.outcome, now: now)
                try ledger.put(row, of: id)
            }
        }
        context.reach("batch-applied")
    }

    private struct Settlement: Sendable {
        var line: Int
        var outcome: CardOutcome
    }

    private static let batchSize = 1_000
}

extension CardOutcome {
    fileprivate var isActive: Bool {
        if case .active = self { true } else { false }
    }
}
