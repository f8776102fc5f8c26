/// The one place where a row and its card change state together.
///
/// A card goes `planned → submitted → active | refused | unknown | conflict`; each change is a compare-and-set on the card's state and attempt,
/// so that two files, two workers or a rerun cannot both send a code.
extension LedgerWriter {
    /// Takes the card of a row for this run, or says why it can't.
    ///
    /// A row whose card is new, or was refused, becomes `planned`. One whose card is active with the same value is `already-active` (`already-in-feed`
    /// where cards go into feeds only, and that feed was published), with another value a `conflict`, and so is one whose card is not as the row that made
    /// it says. One whose card another run holds is `unknown` while the values agree, for that run decides.
    public func take(_ row: inout Row, of run: Run, key: ItemKey, now: Int64) throws {
        guard let value = row.value else { throw LedgerError(.inconsistent, "a row without a value can't take a card") }
        // A row that is being sent, or looked for, has its card: it never waits for itself.
        if let item = try item(key), item.run == run.id, item.line == row.line,
            [.submitted, .unknown].contains(item.state), [.submitted, .unknown].contains(row.status)
        {
            return
        }
        row.doubt = nil
        // Nearly every card is new, so that it is made first and looked for only if it was there.
        let new = Item(
            key: key,
            state: .planned,
            attempt: 1,
            run: run.id,
            line: row.line,
            value: value,
            updatedAt: now
        )
        if try insert(new) { return row.become(.planned) }
        guard let item = try item(key) else {
            throw LedgerError(.inconsistent, "a card disappeared within a transaction")
        }
        let isOwn = item.run == run.id && item.line == row.line
        switch item.state {
        case .refused:
            var taken = item
            (taken.state, taken.attempt, taken.run, taken.line) = (.planned, item.attempt + 1, run.id, row.line)
            (taken.value, taken.cardID, taken.updatedAt) = (value, nil, now)
            try swap(item, for: taken)
            row.become(.planned)
        case .conflict:
            let card = item.cardID.map { " (\($0))" } ?? ""
            row.cardID = isOwn ? item.cardID : nil
            row.become(
                .conflict,
                because:
                    "the shop's card of run \(item.run), line \(item.line) has the code and is not as that row says\(card)"
            )
        case _ where item.value != value:
            row.become(
                .conflict,
                because: "the code belongs to a card of another value (run \(item.run), line \(item.line))"
            )
        case .active:
            row.cardID = item.cardID
            row.become(
                isOwn ? .activated : .alreadyActive,
                because: isOwn ? nil : "active since run \(item.run), line \(item.line)"
            )
        case .inFeed where isOwn:
            row.become(.inFeed)
        case .inFeed where try isPublishedInFeed(item):
            row.become(.alreadyInFeed, because: "in the feed of run \(item.run), line \(item.line)")
        case .inFeed:
            let why = "run \(item.run) is about to publish the feed with the same code (line \(item.line))"
            row.wait(because: why, now: now)
        case .planned where isOwn:
            row.become(.planned)
        case .planned, .submitted, .unknown:
            row.wait(
                because: "run \(item.run) is about to settle the same code (line \(item.line))",
                now: now
            )
        }
    }

    /// Whether the feed in which a card stands was published: a feed that never leaves activates nothing.
    private func isPublishedInFeed(_ item: Item) throws -> Bool {
        let attempt = try row(of: item.run, line: item.line)?.position?.attempt
        return try deliveries(of: item.run).contains { delivery in
            // A row whose details were forgotten does not know its attempt any more.
            delivery.kind == .activationFeed && delivery.state != .staged
                && (attempt == nil || delivery.attempt == attempt)
        }
    }

    /// Records that a row is about to be sent on a line of a bulk file.
    public func submit(_ row: inout Row, of run: RunID, key: ItemKey, now: Int64) throws {
        try change(key, from: .planned, of: run, line: row.line) { item in
            item.state = .submitted
            item.updatedAt = now
        }
        row.status = .submitted
    }

    /// Records that the card of a row stands in the activation feed of an attempt, with which its pipeline ends.
    public func putInFeed(_ row: inout Row, of run: RunID, attempt: Int, key: ItemKey, now: Int64) throws {
        try change(key, from: .planned, of: run, line: row.line) { item in
            item.state = .inFeed
            item.updatedAt = now
        }
        row.become(.inFeed)
        row.position = BulkPosition(attempt: attempt, part: 0, line: row.line)
    }

    /// Gives back the card that a row has taken and that was not sent, so that any row may take it; a card that the row does not hold stays as it is.
    public func free(_ row: Row, of run: RunID, key: ItemKey, now: Int64) throws {
        guard let item = try item(key), item.state == .planned, item.run == run, item.line == row.line else { return }
        var freed = item
        (freed.state, freed.updatedAt) = (.refused, now)
        try swap(item, for: freed)
    }

    /// Records that a person refused a row that is held, or was released and not sent: any row may take its card.
    public func refuse(_ row: inout Row, of run: RunID, key: ItemKey, because reason: String, now: Int64) throws {
        try free(row, of: run, key: key, now: now)
        row.become(.refused, because: reason)
    }

    /// Records what became of a row that was sent, or whose outcome was unknown.
    ///
    /// A row that has its outcome already keeps it: a second line of a result, or a late answer, changes nothing.
    /// An old copy of a row, whose card has gone on since, is refused as inconsistent.
    public func settle(_ row: inout Row, of run: RunID, key: ItemKey, as outcome: CardOutcome, now: Int64) throws {
        guard row.status == .submitted || row.status == .unknown else { return }
        guard let item = try item(key), item.run == run, item.line == row.line else {
            throw LedgerError(.inconsistent, "line \(row.line) of run \(run) settles a card that it does not hold")
        }
        guard item.state == .submitted || item.state == .unknown else {
            throw LedgerError(
                .inconsistent,
                "line \(row.line) of run \(run) settles a card that is \(item.state.rawValue)"
            )
        }
        var settled = item
        settled.updatedAt = now
        switch outcome {
        case .active(let id):
            (settled.state, settled.cardID) = (.active, id)
            row.cardID = id
            row.become(.activated)
        case .foundActive(let id):
            (settled.state, settled.cardID) = (.active, id)
            row.cardID = id
            row.become(.alreadyActive, because: "found active at the shop")
        case .refused(let reason):
            settled.state = .refused
            row.become(.refused, because: reason)
        case .conflict(let reason):
            settled.state = .refused
            row.become(.conflict, because: reason)
        case .contradicted(let id, let reason):
            (settled.state, settled.cardID) = (.conflict, id)
            row.cardID = id
            row.become(.conflict, because: reason)
        case .unknown(let doubt, let reason):
            settled.state = .unknown
            let since = row.unknownSince
            row.become(.unknown, because: reason)
            row.doubt = doubt
            // Not in the future, where a clock that was set back has left it.
            row.unknownSince = min(since ?? now, now)
        case .plannedAgain:
            (settled.state, settled.attempt) = (.planned, item.attempt + 1)
            // What is sent again and again and never answered must become a person's in the end.
            let since = row.unknownSince
            row.become(.planned)
            row.unknownSince = since
        }
        if settled.state != item.state || settled.attempt != item.attempt || settled.cardID != item.cardID {
            try swap(item, for: settled)
        }
    }

    private func change(
        _ key: ItemKey,
        from state: ItemState,
        of run: RunID,
        line: Int,
        _ body: (inout Item) -> Void
    ) throws {
        guard let item = try item(key), item.state == state, item.run == run, item.line == line else {
            throw LedgerError(.inconsistent, "line \(line) of run \(run) does not hold its card as \(state.rawValue)")
        }
        var changed = item
        body(&changed)
        try swap(item, for: changed)
    }

    private func swap(_ item: Item, for changed: Item) throws {
        guard try replace(changed, ifState: item.state, attempt: item.attempt) else {
            throw LedgerError(.inconsistent, "a card changed within a transaction")
        }
    }
}

/// What became of a card that was sent, or looked for.
public enum CardOutcome: Sendable, Equatable {
    /// Created from this very row.
    case active(cardID: String)
    /// Found at the shop with this value, made by somebody else; only where the pipeline accepts that.
    case foundActive(cardID: String)
    /// The shop said no.
    case refused(String)
    /// The code belongs to a card that is not ours.
    case conflict(String)
    /// Created from this very row, and not as the row says: the code is never sent again.
    case contradicted(cardID: String, String)
    /// Not found out yet.
    case unknown(Doubt, String)
    /// Proved not to exist: it may be sent again.
    case plannedAgain
}

extension Row {
    /// Gives the row a status, and its reason in place of the old one.
    fileprivate mutating func become(_ status: RowStatus, because reason: String? = nil) {
        self.status = status
        self.reason = reason
        doubt = nil
        unknownSince = nil
    }

    /// Has the row follow another one, which holds its card.
    fileprivate mutating func wait(because reason: String, now: Int64) {
        let since = unknownSince
        become(.unknown, because: reason)
        doubt = .elsewhere
        // Not in the future, where a clock that was set back has left it.
        unknownSince = min(since ?? now, now)
    }
}
