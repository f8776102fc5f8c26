import Commerce
import Ledgers

/// Reads the source of a run whose cards were taken before once more, by the configuration of now, and says which rows are to be decided again.
///
/// Rows that are accepted stay as they are, and so do rows that are being looked for at the shop and those of which a card was made that is not as they
/// say. All others are as if they had just been read: a card
/// that such a row holds and that is not the one it names now is given back. No row is forgotten, and no file put aside.
struct SourceRecheck {
    let context: StageContext
    let run: Run
    /// The shop's own domain, under which its cards are keyed.
    let domain: String

    /// A row as it was, and as it is to be decided now.
    private struct Change: Sendable {
        var known: Row
        var row: Row
    }

    /// Brings the recorded rows to what the source says now; the cards are taken after this.
    func update(_ open: () throws -> some SourceRows) async throws {
        do {
            var rows = try open()
            var known = RowPages(context: context)
            var changes: [Change] = []
            var next = try rows.next()
            while let row = try await known.next() {
                if row.isBlankLine(before: next) { continue }
                guard let read = next, read.line == row.line else { throw differs(row.line, "is not there") }
                next = try rows.next()
                if let change = try change(of: row, to: read) { changes.append(change) }
                guard changes.count == Reservation.batchSize else { continue }
                try await put(changes)
                changes.removeAll(keepingCapacity: true)
                context.progress("reading rows again", row.line)
            }
            if let more = next { throw differs(more.line, "is a row of its own") }
            try await put(changes)
        } catch let error as StageError where error.disposition == .quarantine {
            throw differs(1, "can't be read (\(error))")
        }
    }

    /// What is to become of a row; `nil` when it stays as it is.
    private func change(of known: Row, to read: Row) throws -> Change? {
        switch known.status {
        case .activated, .alreadyActive, .inFeed, .alreadyInFeed, .submitted: return nil
        // A card was made of it: it is sent no second time, under another code neither.
        case .conflict where known.cardID != nil: return nil
        case .unknown where known.doubt != .elsewhere:
            // Its card is looked for by what was sent.
            guard read.key == known.key || (read.key == nil && read.masked == known.masked), read.value == known.value
            else {
                throw differs(known.line, "names another card, while the one that was sent is still looked for")
            }
            return nil
        case .planned, .held, .invalid, .refused, .conflict, .unknown:
            var row = read
            row.position = known.position
            return row == known ? nil : Change(known: known, row: row)
        }
    }

    private func put(_ changes: [Change]) async throws {
        let (run, now) = (run, context.now())
        try await context.write { ledger in
            for change in changes {
                let (known, row) = (change.known, change.row)
                let isOther = row.key != known.key || row.value != known.value || row.status != .planned
                if isOther, known.key != nil, known.status == .planned || known.status == .held {
                    try ledger.free(known, of: run.id, key: try run.card(of: known), now: now)
                }
                try ledger.put(row, of: run.id)
            }
        }
        context.reach("read-again")
    }

    private func differs(_ line: Int, _ what: String) -> StageError {
        StageError(
            .misconfigured,
            "the source of run \(run.id) reads otherwise than before: line \(line) \(what); "
                + "set the pipeline's 'code_prefix', 'code_pattern' and 'quoting' back, or correct the rows in a new file",
            disposition: .stop,
            side: .configuration
        )
    }
}

extension Row {
    /// Whether an earlier version took a blank line of the source for this row, in which no field was more than white space.
    ///
    /// It stays as it is.
    fileprivate func isBlankLine(before next: Row?) -> Bool {
        status == .invalid && key == nil && value == nil && masked == nil && next.map { $0.line > line } ?? true
    }
}
