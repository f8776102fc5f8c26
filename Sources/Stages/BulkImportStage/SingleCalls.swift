import Commerce
import Ledgers
import Pipelines
import Records
import Shopify

/// Makes the cards of a part one call at a time, where the shop takes no bulk operation for them.
///
/// Each answer is recorded before the next call, so after a crash one row at most may have been sent without its answer: the first of each slice is
/// looked up before it is sent.
struct SingleCalls {
    let part: Artifact
    let run: Run
    let shop: ShopClient
    let context: StageContext

    /// Works for a while, and then lets others have their turn.
    func advance() async throws -> PartImport.Progress {
        let start = context.installation.clock.boot()
        var lines = JSONLinesReader(try context.open(part))
        var position = -1
        var isFirst = true
        var submitted = RowPages(context: context, statuses: [.submitted])
        while let row = try await submitted.next() {
            guard let place = row.position, place.attempt == part.attempt, place.part == part.part else { continue }
            if let passed = context.installation.clock.boot().since(start), passed > Self.slice {
                return .waiting("cards are made one call at a time (\(place.line) of \(part.count))", after: .zero)
            }
            if let pause = try await context.pause() { return .waiting("\(pause)", after: PartImport.pauseLook) }
            var input: GiftCardInput?
            while position < place.line, let line = try lines.next() {
                position += 1
                if position == place.line {
                    input = try GiftCardInput(reading: line.bytes, currency: shop.settings.currency)
                }
            }
            guard let input else {
                throw StageError(
                    .missingArtifact,
                    "the bulk file of run \(run.id) has no line \(place.line)",
                    disposition: .stop,
                    side: .local
                )
            }
            let outcome = try await outcome(of: input, row, lookingFirst: isFirst)
            isFirst = false
            let (run, now) = (run, context.now())
            try await context.write { [row] ledger in
                var row = row
                try ledger.settle(&row, of: run.id, key: try run.card(of: row), as: outcome, now: now)
                try ledger.update(row, of: run.id)
            }
            context.reach("single-settled")
            context.progress("making cards one by one", place.line + 1, of: part.count)
        }
        return try await end()
    }

    private func outcome(of input: GiftCardInput, _ row: Row, lookingFirst: Bool) async throws -> CardOutcome {
        guard let expected = input.expected else {
            throw StageError(
                .missingArtifact,
                "line \(row.line) of run \(run.id) has no marker in the bulk file",
                disposition: .stop,
                side: .local
            )
        }
        if lookingFirst {
            let found = try await context.installation.ledger.withoutOtherCodes(
                try await shop.findGiftCards(input.code),
                than: row
            )
            if let ours = found.made(as: expected) { return expected.outcome(of: ours) }
        }
        try await context.renew()
        context.reach("single-call")
        do {
            let answer = try await shop.createGiftCard(input)
            // The app lost a permission, which says nothing about this card: the run stops and no row is refused.
            if case .denied(let reason) = answer {
                throw StageError(.misconfigured, reason, disposition: .stop, side: .remote)
            }
            return answer.outcome(for: expected)
        } catch let error as ShopError where error.isOutcomeUnknown {
            context.installation.meters.count(error)
            return .unknown(.unanswered, "no answer came to the call that makes this card")
        }
    }

    private func end() async throws -> PartImport.Progress {
        let (id, attempt, number, now) = (run.id, part.attempt, part.part, context.now())
        try await context.write { ledger in
            guard
                var operation = try ledger.operations(of: id).first(where: {
                    $0.attempt == attempt && $0.part == number
                })
            else { return }
            (operation.state, operation.status, operation.progress) = (.ended, "single calls", operation.total)
            operation.endedAt = now
            try ledger.put(operation)
        }
        return .ended
    }

    private static let slice: Duration = .seconds(20)
}
